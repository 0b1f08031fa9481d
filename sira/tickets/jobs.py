"""Work of tickets that waits for no one."""

from datetime import datetime

from django.utils import timezone

from sira.people.automation import automation
from sira.people.models import Person
from sira.plumbing.jobs import RETRY, task
from sira.tickets import notices, promised
from sira.tickets.models import HistoryEntry
from sira.tickets.worksheet import Worksheet, on_desk

KINDS = {"warning": HistoryEntry.Kind.WARNED, "breach": HistoryEntry.Kind.BREACHED}


@task(name="tickets.tell_of_marks", retry=RETRY)
def tell_of_marks(marks: list[tuple[int, str, str]]) -> None:
    """marks: subject, target and kind of each."""
    for subject, target, kind in marks:
        tell_of_mark(subject, target, kind, at=timezone.now())


def tell_of_mark(subject: int, target: str, kind: str, *, at: datetime) -> None:
    """An early warning or a breach: the history says so, agent and leads are told; a repeated job tells nobody."""
    with on_desk(subject, by=automation(), at=at) as sheet:
        entry = KINDS[kind]
        told = sheet.ticket.history.filter(kind=entry, facts__target=target, at__gte=sheet.ticket.opened_at)
        if not told.exists():
            sheet.record(entry, target=target)
            notices.warn(sheet, whom_to_warn(sheet), kind=str(entry), target=target)
        promised.copy_to(sheet)


def whom_to_warn(sheet: Worksheet) -> list[Person]:
    """The agent and the leads of the group."""
    ticket = sheet.ticket
    people = {ticket.agent.pk: ticket.agent} if ticket.agent else {}
    leads = Person.objects.filter(memberships__group=ticket.group_id, memberships__leads=True)
    people |= {lead.pk: lead for lead in leads}
    return list(people.values())
