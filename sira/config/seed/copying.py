"""Copies pattern tickets with everything that belongs to them: new keys, other people, words and times."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models

from sira.config.seed.words import Writer
from sira.decisions.models import Trace
from sira.intake.models import Received
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.processes.models import Advance, Instance, Subscription, Task, Timer
from sira.promises.models import Clock, ClockPeriod
from sira.promises.reckoning import WARN_SHARE
from sira.tickets import flows, tallies
from sira.tickets.models import HistoryEntry, Message, Ticket

# What belongs to a ticket, and how it is found.
PARTS: dict[type[models.Model], str] = {
    Ticket: "pk",
    Message: "ticket",
    HistoryEntry: "ticket",
    Instance: "subject",
    Task: "subject",
    Timer: "instance__subject",
    Subscription: "subject",
    Advance: "instance__subject",
    Clock: "subject",
    ClockPeriod: "clock__subject",
    Trace: "subject",
    OutgoingMail: "subject",
    Received: "message__ticket",
}
# Keys of other rows that are no foreign keys.
NAMED = {"subject": Ticket, "message": Message}
# Of a hundred tickets.
SHARES = {"closed": 90.0, "in_work": 4.0, "opened": 2.5, "waiting": 2.0, "resolved": 1.0, "held": 0.5}
WEEKS_BACK, OLD_OPEN_WEEKS, OLD_OPEN_SHARE = 150, 12, 0.3
FAR_AHEAD = datetime(2500, 1, 1, tzinfo=UTC)
NULL = "\\N"

Key = tuple[type[models.Model], int]
Somebody = tuple[int, str, int | None]


@dataclass
class Copy:
    """One copy of a pattern on its way. requester: id, address, organisation."""

    shift: timedelta
    now: datetime
    requester: Somebody
    chance: random.Random
    writer: Writer
    ids: dict[Key, int] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)

    def moved(self, at: datetime) -> str:
        return (at + self.shift).isoformat()


Cell = str | Callable[[Copy], str]
Planned = tuple[datetime, int, timedelta]  # opened_at, place of the pattern, how far its times move


@dataclass(frozen=True)
class Shape:
    """A pattern's rows as cells, in the order in which they are written."""

    language: str
    opened_at: datetime
    keys: list[Key]
    rows: list[tuple[type[models.Model], list[Cell]]]


def plan(made: Sequence[tuple[str, str, Ticket]], count: int, chance: random.Random, *, at: datetime) -> list[Planned]:
    """Which pattern is copied to when, oldest first."""
    by_end: dict[str, list[int]] = {}
    for place, (end, _language, _ticket) in enumerate(made):
        by_end.setdefault(end, []).append(place)
    planned = []
    for end in chance.choices([*SHARES], weights=[*SHARES.values()], k=count):
        place = chance.choice(by_end[end])
        shift = -timedelta(minutes=chance.randint(0, 180), seconds=chance.randint(0, 59))
        if end == "closed":
            shift -= timedelta(weeks=chance.randint(0, WEEKS_BACK))
        elif end in ("in_work", "opened", "waiting") and chance.random() < OLD_OPEN_SHARE:
            shift -= timedelta(weeks=chance.randint(1, OLD_OPEN_WEEKS))
        planned.append((made[place][2].opened_at + shift, place, shift))
    return sorted(planned)


def shapes_of(made: Sequence[tuple[str, str, Ticket]]) -> list[Shape]:
    shapes = []
    for _end, language, ticket in made:
        keys: list[Key] = []
        rows: list[tuple[type[models.Model], list[Cell]]] = []
        for model, lookup in PARTS.items():
            for row in model._default_manager.filter(**{lookup: ticket.pk}).order_by("pk"):
                if isinstance(model._meta.pk, models.AutoField):
                    keys.append((model, row.pk))
                rows.append((model, list(_cells(row, ticket, is_first=not any(m is Message for m, _c in rows)))))
        shapes.append(Shape(language, ticket.opened_at, keys, rows))
    return shapes


def write(
    cursor: Any,
    shapes: Sequence[Shape],
    planned: Sequence[Planned],
    requesters: dict[str, list[Somebody]],
    writers: dict[str, Writer],
    chance: random.Random,
    *,
    at: datetime,
) -> None:
    """Write the copies, a COPY for each table. The caller has switched triggers off: the tally is kept here."""
    ids = _new_ids(cursor, shapes, planned)
    lines: dict[type[models.Model], list[str]] = {model: [] for model in PARTS}
    tickets = []
    for _opened_at, place, shift in planned:
        shape = shapes[place]
        copy = Copy(shift, at, chance.choice(requesters[shape.language]), chance, writers[shape.language])
        copy.ids = {key: next(ids[key[0]]) for key in shape.keys}
        tickets.append(copy.ids[shape.keys[0]])
        for model, cells in shape.rows:
            lines[model].append("\t".join([cell if isinstance(cell, str) else cell(copy) for cell in cells]))
    for model, rows in lines.items():
        names = ", ".join(f'"{column.column}"' for column in model._meta.concrete_fields)
        with cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as stream:
            stream.write("\n".join(rows) + "\n" if rows else "")
    tallies.add(tickets)
    flows.add(tickets)


def _new_ids(
    cursor: Any, shapes: Sequence[Shape], planned: Sequence[Planned]
) -> dict[type[models.Model], Iterator[int]]:
    counted = Counter(model for _at, place, _shift in planned for model, _key in shapes[place].keys)
    found = {}
    for model, count in counted.items():
        sequence = f"{model._meta.db_table}_id_seq"
        cursor.execute(f"SELECT nextval('{sequence}') FROM generate_series(1, %s)", [count])
        found[model] = iter([key for (key,) in cursor.fetchall()])
    return found


def _cells(row: models.Model, ticket: Ticket, *, is_first: bool) -> Iterator[Cell]:
    special = SPECIAL.get(type(row), {})
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.name in special:
            yield special[column.name](row, ticket, is_first)
        elif column.primary_key:
            yield _key(type(row), value)
        elif value is None:
            yield NULL
        elif isinstance(value, datetime):
            yield _moment(value)
        elif (target := _target(column)) in PARTS:
            yield _key(target, value)
        elif target is Person and value == ticket.requester_id:
            yield lambda copy: str(copy.requester[0])
        elif isinstance(column, models.JSONField):
            yield _json(column, value, ticket)
        else:
            yield _static(column, value)


def _target(column: Any) -> Any:
    """The model whose key the column holds, or None."""
    if isinstance(column, models.ForeignKey):
        return column.related_model
    return NAMED.get(column.name) if isinstance(column, models.BigIntegerField) else None


def _key(model: type[models.Model], key: int) -> Cell:
    return lambda copy: str(copy.ids[model, key])


def _moment(at: datetime) -> Cell:
    return at.isoformat() if at > FAR_AHEAD else lambda copy: copy.moved(at)


def _json(column: Any, value: Any, ticket: Ticket) -> Cell:
    """Keys of tasks and of the requester in it are those of the copy."""
    text = _static(column, value)
    task = re.search(r'"task": (\d+)', text)
    by = f'"by": {ticket.requester_id}'
    if not task and by not in text:
        return text

    def filled(copy: Copy) -> str:
        told = text.replace(task[0], f'"task": {copy.ids.get((Task, int(task[1])), 0)}') if task else text
        return told.replace(by, f'"by": {copy.requester[0]}')

    return filled


def _static(column: Any, value: Any) -> str:
    """The value as COPY's text format has it; PostgreSQL itself knows how, whatever the type."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (%s::{column.db_type(connection)})::text", [column.get_db_prep_save(value, connection)])
        return _escaped(cursor.fetchone()[0])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _subject(row: Any, ticket: Ticket, is_first: bool) -> Cell:
    def written(copy: Copy) -> str:
        copy.places = copy.writer.subject()
        return copy.writer.text(copy.places)

    return written


def _text(row: Any, ticket: Ticket, is_first: bool) -> Cell:
    def written(copy: Copy) -> str:
        places = copy.writer.message()
        # The words come after the text; the first message carries the subject's, too.
        copy.places = [*copy.places, *places] if is_first else places
        return copy.writer.text(places)

    return written


def _mark(row: Any, ticket: Ticket, is_first: bool) -> Cell:
    """The next mark of a clock that counts is one that has not come yet: the pump has told the others."""
    if row.next_mark_at is None and row.breached_at is None:
        return NULL
    warn, due = row.warn_at or row.due_at, row.due_at
    if row.stopped_at is not None or due is None:
        return NULL

    def next_mark(copy: Copy) -> str:
        ahead = [at for at in (warn, due) if at + copy.shift > copy.now]
        return copy.moved(ahead[0]) if ahead else NULL

    return next_mark


def _breached(row: Any, ticket: Ticket, is_first: bool) -> Cell:
    """breached_at: the deadline, where it has come."""
    if row.stopped_at is not None or row.paused_at is not None or row.due_at is None:
        return NULL if row.breached_at is None else _moment(row.breached_at)
    return lambda copy: copy.moved(row.due_at) if row.due_at + copy.shift <= copy.now else NULL


def _told(row: Any, ticket: Ticket, is_first: bool) -> Cell:
    """Up to which used time the marks have been told: as much as has come."""
    if row.stopped_at is not None or row.paused_at is not None or row.due_at is None:
        return NULL if row.told_up_to is None else str(row.told_up_to)
    marks = ((row.due_at, row.budget), (row.warn_at or row.due_at, row.budget * WARN_SHARE))
    return lambda copy: next((str(used) for at, used in marks if at + copy.shift <= copy.now), NULL)


SPECIAL: dict[type[models.Model], dict[str, Callable[[Any, Ticket, bool], Cell]]] = {
    Ticket: {
        "number": lambda row, ticket, _: lambda copy: f"{row.type.prefix}-{copy.ids[Ticket, row.pk]}",
        "subject": _subject,
        "organisation": lambda row, ticket, _: lambda copy: str(copy.requester[2] or NULL),
    },
    Message: {
        "text": _text,
        "words": lambda row, ticket, _: lambda copy: copy.writer.line(copy.places),
        "message_id": lambda row, ticket, _: (
            (lambda copy: f"<{copy.chance.getrandbits(96):024x}@seeded.example>") if row.message_id else ""
        ),
    },
    Clock: {"next_mark_at": _mark, "told_up_to": _told, "breached_at": _breached},
    OutgoingMail: {
        "to": lambda row, ticket, _: (
            (lambda copy: copy.requester[1]) if row.person_id == ticket.requester_id else row.to
        ),
    },
    Received: {
        "identity": lambda row, ticket, _: lambda copy: f"{copy.chance.getrandbits(128):032x}",
        "raw": lambda row, ticket, _: lambda copy: f"\\\\x{copy.chance.getrandbits(256):064x}",
        "fingerprint": lambda row, ticket, _: lambda copy: f"{copy.chance.getrandbits(128):032x}",
    },
}
