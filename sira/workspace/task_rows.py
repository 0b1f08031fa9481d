"""Tasks as rows of a work list, a page at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import DateTimeField, Q, Value
from django.db.models.functions import Coalesce

from sira.people.models import Person
from sira.processes import naming
from sira.processes.models import Task
from sira.tickets import task_sheets, tasks
from sira.tickets.models import Ticket
from sira.tickets.task_sheets import Asked

PAGE = 30
NO_HURRY = datetime(2900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    asked: Asked
    ticket: Ticket

    @property
    def task(self) -> Task:
        return self.asked.task

    @property
    def name(self) -> str:
        return naming.task(self.task)


@dataclass(frozen=True)
class Page:
    """older: the key after which the next page begins, empty on the last."""

    rows: list[Row]
    older: str = ""


def page_of(person: Person, *, groups: bool, after: str, at: datetime) -> Page:
    """Two queries, however many tasks there are."""
    turn = Coalesce("due_at", Value(NO_HURRY), output_field=DateTimeField())
    rows = tasks.listed_for(person, groups=groups).annotate(turn=turn).select_related("group", "sheet", "instance")
    key = _read(after)
    if key is not None:
        rows = rows.filter(Q(turn__gt=key[0]) | Q(turn=key[0], id__gt=key[1]))
    found = list(rows.order_by("turn", "id")[: PAGE + 1])
    page = found[:PAGE]
    tickets = Ticket.objects.select_related("requester").in_bulk({task.subject for task in page}) if page else {}
    older = f"{page[-1].turn.timestamp():.6f}_{page[-1].pk}" if len(found) > PAGE else ""
    return Page(
        [Row(task_sheets.asked(task), tickets[task.subject]) for task in page if task.subject in tickets], older
    )


def _read(text: str) -> tuple[datetime, int] | None:
    instant, _line, number = text.partition("_")
    try:
        return (datetime.fromtimestamp(float(instant), UTC), int(number)) if number.isdecimal() else None
    except (ValueError, OverflowError, OSError):
        return None
