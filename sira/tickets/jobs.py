"""Work of tickets that waits for no one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from sira.people.automation import automation
from sira.people.models import Person
from sira.plumbing.jobs import RETRY, task
from sira.processes import running
from sira.tickets import facts, notices, promised
from sira.tickets.facts import SheetFacts
from sira.tickets.models import HistoryEntry, Ticket, TicketLink
from sira.tickets.worksheet import Worksheet, on_desk

CHILD_ENDED = "child ended"
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
        told = sheet.ticket.history.filter(fact__kind=entry, fact__facts__target=target, at__gte=sheet.ticket.opened_at)
        if not told.exists():
            sheet.record(entry, target=target)
            notices.warn(sheet, whom_to_warn(sheet), kind=str(entry), target=target)
        promised.copy_to(sheet)


@task(name="tickets.tell_parents", retry=RETRY)
def tell_parents(child: int) -> None:
    """A ticket has ended: the drawings of those it is part of may wait for that."""
    ended = Ticket.objects.get(pk=child)
    parents = TicketLink.objects.filter(source=child, kind=TicketLink.Kind.CHILD).order_by("target_id")
    for parent in parents.values_list("target_id", flat=True):
        hear_of_child(parent, ended, at=timezone.now())


def hear_of_child(parent: int, child: Ticket, *, at: datetime) -> None:
    """By the child's number, or by the parent alone where the drawing names no child."""
    payload = {"child": child.number, "resolution": child.resolution}
    with on_desk(parent, by=automation(), at=at) as sheet:
        for key in (child.number, ""):
            if running.correlate(CHILD_ENDED, subject=parent, key=key, payload=payload, facts=SheetFacts(sheet), at=at):
                return


@task(name="tickets.look_again", retry=RETRY)
def look_again(subject: int) -> None:
    """A process changed the ticket by itself: conditions that others of its processes wait for are asked again."""
    with transaction.atomic():
        facts.lock(subject)
        running.look_again(subject, at=timezone.now())


def whom_to_warn(sheet: Worksheet) -> list[Person]:
    """The agent and the leads of the group."""
    ticket = sheet.ticket
    people = {ticket.agent.pk: ticket.agent} if ticket.agent else {}
    leads = Person.objects.filter(memberships__group=ticket.group_id, memberships__leads=True)
    people |= {lead.pk: lead for lead in leads}
    return list(people.values())
