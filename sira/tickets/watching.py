"""What lower rooms tell about a ticket while nobody has it on the desk: marks of promises, mails, stuck processes."""

from collections.abc import Sequence
from datetime import datetime

from sira.notifications.models import OutgoingMail
from sira.people.automation import automation
from sira.plumbing import rows
from sira.processes.blocks import InstanceChange
from sira.tickets import jobs, notices
from sira.tickets.models import Fact, HistoryEntry
from sira.tickets.worksheet import on_desk

# Mails that somebody outside the desk waits for, or the desk for their answer.
TELLS_THE_DESK = ("answer", "acknowledgement", "resolved", "closed", "stage", "approve", "form", "told")


def deadlines_moved(tickets: Sequence[int]) -> None:
    """A calendar was edited and clocks have followed. Tickets are locked before clocks, so a job copies them."""
    jobs.copy_deadlines.defer(tickets=list(tickets))


def contracts_changed(organisations: Sequence[int]) -> None:
    """Contracts were agreed, changed, begun or have ended."""
    jobs.promise_anew_of.defer(organisations=list(organisations))


def mail_ended(mail: OutgoingMail, at: datetime) -> None:
    """A mail will not arrive, or nobody knows: the history says so, and the agent has to do something."""
    if mail.subject is None or mail.kind not in TELLS_THE_DESK:
        return
    with on_desk(mail.subject, by=automation(), at=at) as sheet:
        refused = [address for address, said in (mail.settled or {}).items() if said != "sent"] or [mail.to]
        sheet.record(HistoryEntry.Kind.DELIVERY, refused=refused, answer=mail.answer, state=mail.state, mail=mail.pk)
        sheet.set(has_news=True)
        notices.tell_undelivered(sheet, f"{', '.join(refused)}: {mail.answer}")


def process_changed(change: InstanceChange) -> None:
    """A process that is stuck shows in the ticket's history; the ticket itself can be worked on."""
    entries = [
        HistoryEntry(
            ticket_id=change.instance.subject,
            at=change.at,
            by_id=automation().pk,
            fact=Fact.of(
                HistoryEntry.Kind.INCIDENT,
                {"element": incident.element, "code": incident.code, "message": incident.message},
            ),
        )
        for incident in change.incidents
    ]
    rows.insert(*HistoryEntry.rows_of(entries))
