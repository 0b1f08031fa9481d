"""The open tasks of a ticket's page: what each says and needs, its form, and who has been asked in an approval."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from sira.forms import rendering
from sira.people.models import Person
from sira.processes import naming
from sira.processes.models import Task
from sira.processes.tasks.models import Ballot, TaskFile
from sira.tickets import task_sheets, tasks
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.task_forms import TaskForm
from sira.tickets.task_sheets import Asked


@dataclass(frozen=True)
class OnPage:
    """asked: the task in words.  fields: of its form.  ballots: of an approval, those that count."""

    asked: Asked
    fields: list[rendering.Shown] = field(default_factory=list)
    ballots: list[Ballot] = field(default_factory=list)

    @property
    def name(self) -> str:
        return naming.task(self.asked.task)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.asked, name)


def of(open_tasks: Sequence[Task], *, by: Person, refused: tuple[int, HttpRequest] | None = None) -> list[OnPage]:
    """One query more where an approval is open, one for each form.

    by: who looks at them.  refused: the task whose form was posted and is not right yet, with what was posted.
    """
    approvals = [task.pk for task in open_tasks if task.kind == tasks.APPROVE]
    ballots: dict[int, list[Ballot]] = {}
    if approvals:
        rows = Ballot.objects.filter(approval__task__in=approvals, state__in=Ballot.COUNTS)
        for one in rows.select_related("approver", "stand_in", "approval").order_by("id"):
            ballots.setdefault(one.approval.task_id, []).append(one)
    return [
        OnPage(
            task_sheets.asked(task),
            _fields(task, by, refused) if task.form and task.kind != tasks.APPROVE else [],
            ballots.get(task.pk, []),
        )
        for task in open_tasks
    ]


def _fields(task: Task, by: Person, refused: tuple[int, HttpRequest] | None) -> list[rendering.Shown]:
    if refused is None or refused[0] != task.pk:
        return TaskForm(task, by=by, language=get_language() or "en").fields
    form = TaskForm.posted(task, refused[1], by=by)
    if not form.more_or_less:
        form.is_valid()
    return form.fields


@dataclass(frozen=True)
class Shown:
    """A task that was done, with what shows it. result: the word of its button."""

    task: Task
    result: str
    signed_as: str
    files: list[TaskFile]

    @property
    def name(self) -> str:
        return naming.task(self.task)


def done(found: Ticket, history: Iterable[HistoryEntry]) -> list[Shown]:
    """Two queries, and only where the history knows of a task that was done."""
    if not any(one.kind == HistoryEntry.Kind.TASK and "outcome" in one.facts for one in history):
        return []
    rows = Task.objects.filter(subject=found.pk, state=Task.State.DONE).exclude(kind__in=tasks.NOT_LISTED)
    rows = rows.select_related("done_by", "sheet").prefetch_related("files").order_by("id")
    return [ended(task) for task in rows]


def ended(task: Task) -> Shown:
    asked = task_sheets.asked(task)
    result = (task.outcome or {}).get("result", "")
    return Shown(task, dict(asked.results).get(result, ""), asked.signed_as, list(task.files.all()))


def typed(given: QueryDict, task: int | None) -> dict[str, Any]:
    """What was given besides its form for a task that was refused."""
    return {
        "task": task,
        "evidence": given.get("evidence", ""),
        "checked": [int(place) for place in given.getlist("checked") if place.isdecimal()],
        "signed": given.get("signed", ""),
    }
