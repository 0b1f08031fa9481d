"""Who waits for a message or a signal: instances in the middle of their way, and processes that start by it."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sira.plumbing import prepared, turns
from sira.processes import blocks, together, versions
from sira.processes.bpmn.expressions import plain
from sira.processes.models import Instance, StartEvent, Subscription


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal on its way.

    key, subject: whom a message is meant for; without both it begins processes only.
    about: what a process that it begins works for; None: nobody has said.
    """

    kind: str
    name: str
    key: str | None
    subject: int | None
    payload: Mapping[str, Any]
    about: int | None = None


@dataclass(slots=True)
class Post:
    """What was said in a transaction and not heard yet."""

    thrown: deque[Thrown] = field(default_factory=deque)
    is_delivering: bool = False


class Waiting(NamedTuple):
    """One that waits. instance: 0 for a start event, whose id is the token's place."""

    instance: int
    token: int
    element: str
    subject: int


def who_waits_for(thrown: Thrown) -> tuple[list[Waiting], list[int]]:
    """Instances in the order of their ids, and the start events that it happens to; one statement for both."""
    waits, params = _waits(thrown)
    starts = f"SELECT 0, id, element, 0, 0 FROM {StartEvent._meta.db_table} WHERE kind = %s AND name = %s"
    found = prepared.ask(f"{waits} UNION ALL {starts} ORDER BY 1, 5", [*params, thrown.kind, thrown.name])
    rows = [Waiting(*row[:4]) for row in found]
    return [row for row in rows if row.instance], [row.token for row in rows if not row.instance]


def _waits(thrown: Thrown) -> tuple[str, list[Any]]:
    sql = f"SELECT instance_id, token, element, subject, id FROM {Subscription._meta.db_table} WHERE "
    meant: dict[str, Any] = {"kind": thrown.kind, "name": thrown.name}
    if thrown.kind == Subscription.Kind.MESSAGE:
        if thrown.subject is not None:
            meant["subject"] = thrown.subject
        if thrown.key is not None:
            meant["key"] = thrown.key[:200]
        if len(meant) == 2:
            return f"{sql} false", []
    return sql + " AND ".join(f"{name} = %s" for name in meant), list(meant.values())


def is_begun(begun_by: str) -> bool:
    """Whether an instance that it began still runs; who asks at the same moment waits until we are through."""
    turns.take(begun_by)
    return Instance.objects.filter(begun_by=begun_by, status__in=Instance.ACTIVE).exists()


def to_hear(pk: int, subject: int, thrown: Thrown, facts: Any, *, is_said_by_a_process: bool) -> Instance | None:
    """The instance, locked. None if a process of another subject says it and somebody else has the one that hears it:
    who holds a subject and waits for the next may be waited for from there."""
    if is_said_by_a_process and subject != thrown.about:
        free = blocks.lock_unless_busy(subject)
        return together.lock_unless_busy(pk, is_called=True) if free else None
    if facts is None:
        blocks.lock(subject)
    return together.lock(pk)


def begun_by(row: StartEvent, thrown: Thrown, at: datetime) -> str:
    """The process, the message and its key; the drawing may say where in the message the key is. Empty: no key."""
    event, key = versions.graph_of(row.version_id).nodes[row.element].event, thrown.key
    if key is None and event is not None and event.value is not None:
        key = str(plain(event.value.of(thrown.payload, at)) or "")
    if not key and thrown.about is not None:
        key = f"#{thrown.about}"
    return f"{row.version.key}/{thrown.name}/{key[:200]}" if key else ""
