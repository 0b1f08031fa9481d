"""What lower rooms tell about a ticket while nobody has it on the desk: marks of promises, mails, stuck processes."""

from datetime import datetime, timedelta

from sira.calendars.compiled import edition_in_force, working_time
from sira.notifications.models import OutgoingMail
from sira.people.automation import automation
from sira.people.models import Person
from sira.processes.blocks import InstanceChange
from sira.processes.bpmn.expressions import WorkingTime
from sira.promises.models import Clock
from sira.tickets import notices, promised
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import Worksheet, on_desk

# A working day where a drawing says "working days": as long as the calendar's usual one.
USUAL_DAY = timedelta(hours=8)


def promise_marked(clock: Clock, mark: str, at: datetime) -> None:
    """An early warning or a breach: agent and leads are told, the history says so.  mark: warned or breached."""
    with on_desk(clock.subject, by=automation(), at=at) as sheet:
        sheet.record(HistoryEntry.Kind(mark), target=clock.target)
        promised.copy_to(sheet)
        notices.warn(sheet, whom_to_warn(sheet), kind=mark, target=clock.target)


def whom_to_warn(sheet: Worksheet) -> list[Person]:
    """The agent and the leads of the group."""
    ticket = sheet.ticket
    leads = ticket.group.members.filter(memberships__leads=True).distinct() if ticket.group else Person.objects.none()
    people = {person.pk: person for person in [*leads, *([ticket.agent] if ticket.agent else [])]}
    return list(people.values())


def mail_ended(mail: OutgoingMail, at: datetime) -> None:
    """A mail will not arrive, or nobody knows: the history says so, and the agent has to do something."""
    if mail.subject is None or mail.kind not in ("answer", "acknowledgement", "resolved", "closed", "stage"):
        return
    with on_desk(mail.subject, by=automation(), at=at) as sheet:
        refused = [address for address, said in mail.settled.items() if said != "sent"] or [mail.to]
        sheet.record(HistoryEntry.Kind.DELIVERY, refused=refused, answer=mail.answer, state=mail.state, mail=mail.pk)
        sheet.set(has_news=True)
        notices.tell_undelivered(sheet, mail)


def process_changed(change: InstanceChange) -> None:
    """A process that is stuck shows in the ticket's history; the ticket itself can be worked on."""
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            ticket_id=change.instance.subject,
            kind=HistoryEntry.Kind.INCIDENT,
            at=change.at,
            by_id=automation().pk,
            facts={"element": incident.element, "code": incident.code, "message": incident.message},
        )
        for incident in change.incidents
    )


def working_time_after(subject: int, amount: WorkingTime, at: datetime) -> datetime:
    """When so much working time is over, in the calendar of the ticket's group."""
    ticket = Ticket.objects.select_related("group", "organisation").filter(pk=subject).first()
    calendar = working_time(edition_in_force(promised.calendar_of(ticket) if ticket else None))
    unit = USUAL_DAY if amount.unit == "days" else timedelta(**{amount.unit: 1})
    return calendar.add(at, float(amount.amount) * unit)


