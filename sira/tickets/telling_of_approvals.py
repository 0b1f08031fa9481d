"""What happens to an approval becomes history of its ticket, and mails to those who are asked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings

from sira.notifications import outbox
from sira.notifications.models import OutgoingMail
from sira.notifications.outbox import Mail
from sira.people.automation import automation
from sira.people.models import Person
from sira.plumbing import live, rows
from sira.processes import naming
from sira.processes.blocks import Facts
from sira.processes.tasks import changes, deciding
from sira.processes.tasks.changes import Change
from sira.processes.tasks.models import Ballot
from sira.tickets import notices, requested
from sira.tickets.facts import SheetFacts
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import Told, Worksheet

LIVE = "approvals"
ONE_MAIL_IN = timedelta(hours=1)


def changed(change: Change) -> None:
    """Told by the approvals, in the transaction of what happened."""
    with laid_out(change.source, change.approval.subject, change) as sheet:
        if sheet is not None:
            TELL[change.what](sheet, change)


@contextmanager
def laid_out(source: Facts, subject: int, change: Any) -> Iterator[Worksheet | None]:
    """The ticket's sheet: the one that the operation has on the desk, or one of our own whose rows are written here.

    None: the process works for no ticket.
    """
    if isinstance(source, SheetFacts):
        if source.owned:
            source.sheet.at = change.at
        source.sheet.write_beside()
        yield source.sheet
        if source.owned:
            source.sheet.save()
        return
    ticket = Ticket.objects.select_related("type", "requester", "group", "agent").filter(pk=subject).first()
    if ticket is None:
        yield None
        return
    sheet = Worksheet(ticket, by=automation(), at=change.at)
    yield sheet
    rows.insert(*sheet.history(), outbox.rows_of(sheet.mails, subject=subject, at=change.at))
    live.tell("tickets", [subject])


def record(sheet: Worksheet, change: Change, **facts: Any) -> None:
    """by: who did it, which is not always who set the process going."""
    by = change.by or automation()
    told = {"what": change.what, "task": change.approval.task_id, "name": change.approval.task.name, **facts}
    sheet.entries.append(Told(HistoryEntry.Kind.APPROVAL, told, change.at, by.pk))


def people_of(ballots: Sequence[Ballot]) -> dict[int, Person]:
    ids = {pk for one in ballots for pk in (one.approver_id, one.stand_in_id) if pk}
    return {person.pk: person for person in Person.objects.filter(pk__in=ids)} if ids else {}


def asked(sheet: Worksheet, change: Change) -> None:
    people = people_of(change.ballots)
    absent = {str(people[one.approver_id]): str(people[one.stand_in_id]) for one in change.ballots if one.stand_in_id}
    names = [str(people[one.approver_id]) for one in change.ballots]
    how = change.ballots[0].how if change.ballots else ""
    record(sheet, change, people=names, instead=absent, how=how)
    ask_by_mail(sheet, change, people, again=False)


def reminded(sheet: Worksheet, change: Change) -> None:
    people = people_of(change.ballots)
    record(sheet, change, people=[str(people[one.approver_id]) for one in change.ballots])
    ask_by_mail(sheet, change, people, again=True)


def ask_by_mail(sheet: Worksheet, change: Change, people: dict[int, Person], *, again: bool) -> None:
    """The approver, and who speaks for them while they are away; each with a link and a key of their own."""
    for ballot in change.ballots:
        for pk in (ballot.approver_id, ballot.stand_in_id):
            if pk is not None:
                sheet.mails.append(mail_for(sheet, change, ballot, people[pk], people, again=again))


def mail_for(
    sheet: Worksheet, change: Change, ballot: Ballot, to: Person, people: dict[int, Person], *, again: bool
) -> Mail:
    approver = people[ballot.approver_id]
    due = change.approval.due_at
    return Mail(
        kind="approve",
        to=to,
        placeholders={
            **notices.about(sheet),
            **requested.for_mail(sheet, change.approval, language=to.language),
            "due_at": due.isoformat() if due else None,
            "again": again,
            "absent": str(approver) if to.pk != approver.pk else "",
            "stand_in": str(people[ballot.stand_in_id]) if ballot.stand_in_id and to.pk == approver.pk else "",
            "how": ballot.how,
            "link": notices.link_to_decide(ballot, to, at=change.at),
            "reply_key": notices.ballot_key(sheet.ticket, ballot, to),
            "to_name": to.name,
        },
        opens=ballot.pk,
    )


def decided(sheet: Worksheet, change: Change) -> None:
    ballot, by = change.ballots[0], change.by
    instead = str(ballot.approver) if by and by.pk != ballot.approver_id else ""
    record(
        sheet,
        change,
        approved=ballot.state == Ballot.State.APPROVED,
        instead_of=instead,
        comment=ballot.comment,
        way=ballot.way,
    )


def passed_on(sheet: Worksheet, change: Change) -> None:
    to = [str(person) for person in Person.objects.filter(pk__in=change.more["to"])]
    record(sheet, change, people=[str(one.approver) for one in change.ballots], to=to, how=change.more["how"])


def late(sheet: Worksheet, change: Change) -> None:
    record(sheet, change, people=[str(one.approver) for one in change.ballots])


def fewer(sheet: Worksheet, change: Change) -> None:
    record(sheet, change, people=[str(one.approver) for one in change.ballots], **change.more)


def ended(sheet: Worksheet, change: Change) -> None:
    approval = change.approval
    record(sheet, change, result=approval.state, reason=approval.reason, people=said_by(change))
    spare(sheet, change)


def said_by(change: Change) -> list[str]:
    names: list[str] = deciding.results(change.approval)["decided_by"]
    return names


def withdrawn(sheet: Worksheet, change: Change) -> None:
    record(sheet, change, people=[str(one.approver) for one in change.ballots])
    spare(sheet, change)


def spare(sheet: Worksheet, change: Change) -> None:
    """Those who were asked and are not needed any more hear so."""
    for ballot in change.ballots:
        for person in filter(None, (ballot.approver, ballot.stand_in)):
            told = {
                **notices.about(sheet),
                "question": naming.task(change.approval.task, person.language),
                "result": change.approval.state,
                "to_name": person.name,
                "link": notices.link_to_decide(ballot, person, at=change.at),
            }
            sheet.mails.append(Mail(kind="approval_over", to=person, placeholders=told, opens=ballot.pk))


def not_counted(sheet: Worksheet, change: Change) -> None:
    """The one who was asked hears of it where it can be decided: behind the sign-in. At most once an hour."""
    asked = Person.objects.filter(pk=change.more["asked"], is_active=True).first()
    sender = change.more["sender"]
    record(sheet, change, people=[str(asked)] if asked else [], sender=sender)
    lately = {"kind": "approve_sign_in", "subject": sheet.ticket.pk, "queued_at__gt": change.at - ONE_MAIL_IN}
    if asked is None or OutgoingMail.objects.filter(**lately, person=asked).exists():
        return
    told = {
        **notices.about(sheet),
        "question": naming.task(change.approval.task, asked.language),
        "sender": sender,
        "to_name": asked.name,
        "link": f"{settings.SIRA_URL}/portal/approvals/{change.ballots[0].pk}/",
    }
    sheet.mails.append(Mail(kind="approve_sign_in", to=asked, placeholders=told, opens=change.ballots[0].pk))


TELL: dict[str, Callable[[Worksheet, Change], None]] = {
    changes.ASKED: asked,
    changes.REMINDED: reminded,
    changes.DECIDED: decided,
    changes.PASSED_ON: passed_on,
    changes.LATE: late,
    changes.NO_WAY_UP: late,
    changes.NOT_COUNTED: not_counted,
    changes.FEWER: fewer,
    changes.ENDED: ended,
    changes.WITHDRAWN: withdrawn,
}
