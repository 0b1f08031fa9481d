"""Tasks of a ticket: who may do one, who has it, taken and handed back."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from sira.people.models import Person, SupportGroup
from sira.people.rights import Right, has, keeps_back, reach
from sira.plumbing.composed import composed
from sira.plumbing.refusals import NotAllowed
from sira.processes.models import Task
from sira.processes.refusals import TaskNotOpen
from sira.processes.tasks.refusals import AlreadyClaimed, NotClaimed
from sira.tickets import permissions
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import Worksheet, on_desk

APPROVE, WORK, TEST = "approve", "work", "test"
DONE = "done"
OF_REQUESTER = ("ask", "survey")
NOT_LISTED = (APPROVE, WORK)  # the one has a list of its own, the other is ended by resolving


def claim(task: Task, *, by: Person, at: datetime) -> None:
    """Take a task that nobody has.  Raises NotAllowed, TaskNotOpen, AlreadyClaimed."""
    with on_desk(task.subject, by=by, at=at) as sheet:
        must_do(by, task, sheet.ticket)
        must_be_open(task)
        if task.kind in NOT_LISTED:
            raise NotAllowed()
        free = Task.objects.filter(Q(assignee=None) | Q(assignee=by), pk=task.pk)
        if not free.update(assignee=by):
            raise AlreadyClaimed
        sheet.record(HistoryEntry.Kind.TASK, task=task.pk, name=task.name, taken=True)
    task.assignee = by


def hand_back(task: Task, *, by: Person, at: datetime) -> None:
    """Lay it back for the group it came from, else for the ticket's.  Raises NotAllowed, TaskNotOpen, NotClaimed."""
    with on_desk(task.subject, by=by, at=at) as sheet:
        must_do(by, task, sheet.ticket)
        must_be_open(task)
        group = task.group_id or sheet.ticket.group_id
        place = {"group": sheet.ticket.group_id, "organisation": sheet.ticket.organisation_id}
        may = task.assignee_id == by.pk or any(reach(by, one).has(**place) for one in (Right.SEE_ALL, Right.LEAD))
        if task.assignee_id is None or group is None or not may:
            raise NotClaimed
        _lay_back(task, sheet)


def give_back(person: Person, *, by: Person, at: datetime) -> list[tuple[str, str]]:
    """Who works here no more: their open tasks go back, except what only they can answer.

    Of each the number of its ticket and the key of the group that has it now.
    """
    given = []
    for task in list(listed_for(person, groups=False).exclude(kind__in=OF_REQUESTER).order_by("subject", "id")):
        with on_desk(task.subject, by=by, at=at) as sheet:
            _lay_back(task, sheet)
        group = SupportGroup.objects.filter(pk=task.group_id).first()
        given.append((sheet.ticket.number, group.key if group else ""))
    return given


def _lay_back(task: Task, sheet: Worksheet) -> None:
    """For the group it came from, else for the ticket's; who works on the ticket finds it there if it has none.

    One that has ended or changed hands since it was read stays as it is.
    """
    group = task.group_id or sheet.ticket.group_id
    held = Task.objects.filter(pk=task.pk, state=Task.State.OPEN, assignee=task.assignee_id)
    if held.update(assignee=None, group=group):
        sheet.record(HistoryEntry.Kind.TASK, task=task.pk, name=task.name, taken=False)
        task.assignee, task.group_id = None, group


def must_be_open(task: Task) -> None:
    task.refresh_from_db(fields=["state", "assignee", "group"])
    if task.state != Task.State.OPEN:
        raise TaskNotOpen


def may_do(person: Person, task: Task, ticket: Ticket) -> bool:
    """Whose it is, whose group's it is, and who works on the ticket."""
    if task.assignee_id == person.pk and person.is_active:
        return True
    if permissions.may_work_on(person, ticket):
        return True
    # Who is in a group does its tasks without being an agent, as the members of an advisory board do.
    in_group = task.group_id is not None and person.memberships.filter(group=task.group_id).exists()
    return in_group and not keeps_back(person, Right.WORK)


def must_do(person: Person, task: Task, ticket: Ticket) -> None:
    if not may_do(person, task, ticket):
        raise NotAllowed()


def open_tasks(ticket: Ticket) -> list[Task]:
    """What still has to be done besides the work itself, which the resolve button ends."""
    return open_of(ticket.pk)


@composed
def open_of(ticket: int) -> "QuerySet[Task]":
    rows = Task.objects.filter(subject=ticket, state=Task.State.OPEN).exclude(kind=WORK)
    return rows.select_related("assignee", "group", "sheet").order_by("id")


def listed_for(person: Person, *, groups: bool) -> Any:
    """The open tasks of a person: theirs, or those of their groups that nobody has."""
    rows = Task.objects.filter(state=Task.State.OPEN).exclude(kind__in=NOT_LISTED)
    if groups:
        return rows.filter(assignee=None, group__in=person.memberships.values("group"))
    return rows.filter(assignee=person)


def visible_to(person: Person) -> Any:
    """Every task, open or ended, that the person may read: theirs, their groups', and those of tickets they work on."""
    rows = Task.objects.exclude(kind__in=NOT_LISTED)
    if has(person, Right.SEE_ALL):
        return rows
    theirs = Q(assignee=person)
    if not keeps_back(person, Right.WORK):
        theirs |= Q(group__in=person.memberships.values("group"))
    if person.is_agent:
        theirs |= Q(subject__in=Ticket.objects.worked_by(person).values("pk"))
    return rows.filter(theirs)
