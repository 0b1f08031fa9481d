"""The queue lists: which tickets each holds, in the order of their turn, a page at a time.

A page is found by key on the partial indexes of the queue, group by group, so that the hundredth page costs what the
first does. Rights are part of each list: an agent's lists hold what `visibility.worked_by` says, and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from sira.insight.scope import bounds
from sira.people.models import Person
from sira.people.rights import Right, has, works_in
from sira.plumbing import prepared
from sira.tickets import flows
from sira.tickets.visibility import groups_with, groups_worked, is_usual

PAGE = 50
Key = tuple[datetime | int, int]
SCOPES: tuple[str, ...] = (
    "mine",
    "groups",
    "unassigned",
    "risk",
    "broken",
    "waiting",
    "all",
    "resolved",
    "due_today",
    "undealt",
    "opened",
    "solved",
)
# Lists of what happened hold closed tickets too; they go by the time it happened, today if no days are named.
TODAY = {"opened": "opened_at", "solved": "resolved_at"}
# Of what was solved, the tickets behind a figure of boards.
OF_FIGURES = {
    "kept": "t.kept",
    "missed": "NOT t.kept",
    "answer_kept": "t.answer_kept",
    "answer_missed": "NOT t.answer_kept",
    "first_contact": "t.first_contact",
    "reopened": "t.reopens > 0",
    "answered": "t.answered_in IS NOT NULL",
    "measured": "t.solved_in IS NOT NULL",
}
TODAY |= dict.fromkeys(OF_FIGURES, "resolved_at")
SCOPES = (*SCOPES, *OF_FIGURES)
# Days of the desk, the first and the last of what is listed: of what is open by the day on which it came.
DAYS = ("since", "until")
# What is due has its turn then; the index of warnings holds due_at, so that no ticket is read to find the next.
ORDERS = TODAY | {"risk": "due_at", "due_today": "due_at"}
# What else a list may be sorted by; a minus before the name turns it round. The database sorts what the list holds.
SORTS = {
    "number": "t.id",
    "priority": "coalesce(t.priority, 9)",
    "opened": "t.opened_at",
    "changed": "t.changed_at",
}
# Lists of what nobody has, one for what nobody could be given. Somebody may have moved it since: then it waits no more.
FREE = ("unassigned", "undealt")
_UNDEALT = "EXISTS (SELECT FROM routing_waiting w WHERE w.subject = t.id AND w.group_id = t.group_id)"
# Values that a list may be narrowed by, and the condition of each.
FILTERS = {
    "priority": "t.priority = ANY(%s::bigint[])",
    "status": "t.status = ANY(%s::text[])",
    # 0 stands for none.
    "group": "coalesce(t.group_id, 0) = ANY(%s::bigint[])",
    "agent": "coalesce(t.agent_id, 0) = ANY(%s::bigint[])",
    "category": "coalesce(t.category_id, 0) = ANY(%s::bigint[])",
    "type": "t.type_id = ANY(%s::bigint[])",
    "stage": "t.stage = ANY(%s::text[])",
    "channel": "t.channel = ANY(%s::text[])",
    "tag": "t.tags && %s::varchar[]",
    "organisation": "t.organisation_id = ANY(%s::bigint[])",
    # Of the desk's day, in which it happened.
    "hour": "desk_hour(t.{when}) = ANY(%s::bigint[])",
}
NUMBERS = ("priority", "group", "agent", "category", "type", "organisation", "hour")
# As many as a reader's groups: a figure of all of them names each.
MOST_VALUES = 500


@dataclass(frozen=True)
class Queue:
    """scope: one of SCOPES.  filters: name -> values.  sort: one of SORTS, perhaps with a minus; else by turn."""

    scope: str
    filters: dict[str, list[Any]] = field(default_factory=dict)
    sort: str = ""

    @property
    def turn(self) -> str:
        """What the rows go by, in SQL."""
        return SORTS.get(self.sort.removeprefix("-")) or f"t.{ORDERS.get(self.scope, 'turn_at')}"

    @property
    def is_turned(self) -> bool:
        return self.sort.startswith("-")


@dataclass(frozen=True)
class Page:
    """ids in order; older and newer: keys from which the neighbours go on, None at an end."""

    ids: list[int]
    older: Key | None = None
    newer: Key | None = None


def read_filters(given: Any) -> dict[str, list[Any]]:
    """The listed filters of a query string; anything else in it is left out.

    A number below zero is one that nothing has, as a board names the group of a reader who sees none.
    """
    found: dict[str, list[Any]] = {name: [given.get(name)] for name in DAYS if _day(given.get(name, ""))}
    for name in FILTERS:
        values = [value for value in given.getlist(name) if value]
        if name in NUMBERS:
            values = [int(value) for value in values if value.removeprefix("-").isdecimal() and len(value) < 19]
        if values:
            found[name] = values[:MOST_VALUES]
    return found


def page_of(
    queue: Queue,
    person: Person,
    *,
    at: datetime,
    after: Key | None = None,
    before: Key | None = None,
    size: int = PAGE,
    groups: Sequence[int] | None = None,
    stage: str = "",
) -> Page:
    """The rows after (or before) a key, in the order of the queue.

    groups: the person's, where they are known.  stage: only those that are there.
    """
    groups = groups_of(person) if groups is None else groups
    if stage:
        queue = replace(queue, filters={**queue.filters, "stage": [stage]})
    backwards = before is not None
    keys = _keys(queue, person, groups, at=at, edge=before or after, backwards=backwards, most=size + 1)
    more = len(keys) > size
    keys = keys[:size]
    if backwards:
        keys.reverse()
    ids = [key[1] for key in keys]
    if not keys:
        return Page([])
    older = keys[-1] if more or backwards else None
    newer = keys[0] if (more if backwards else after is not None) else None
    return Page(ids, older, newer)


def capped_counts(queues: Sequence[Queue], person: Person, *, at: datetime, cap: int) -> list[int]:
    """How many tickets each list holds, no further than one beyond the cap. One statement for all of them."""
    if not queues:
        return []
    groups, counts, parameters = groups_of(person), [], []
    for queue in queues:
        common, values = _conditions(queue, at=at, edge=None, backwards=False)
        walks = []
        for part, own in _parts(queue, person, groups):
            walks.append(f"(SELECT 1 FROM tickets_ticket t WHERE {part} AND {common} LIMIT {cap + 1})")
            parameters += [*own, *values]
        counts.append(f"(SELECT least(count(*), {cap + 1}) FROM ({' UNION ALL '.join(walks)}) rows)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", parameters)
        return list(cursor.fetchone())


def groups_of(person: Person) -> list[int]:
    return groups_with(person.pk) if is_usual(person) else groups_worked(person)


def _keys(
    queue: Queue, person: Person, groups: Sequence[int], *, at: datetime, edge: Key | None, backwards: bool, most: int
) -> list[Key]:
    """One index walk for each part of the list, the walks merged."""
    order, turn = "DESC" if backwards != queue.is_turned else "ASC", queue.turn
    common, values = _conditions(queue, at=at, edge=edge, backwards=backwards)
    walks, parameters = [], []
    for part, own in _parts(queue, person, groups):
        walks.append(
            f"(SELECT {turn} AS turn, t.id FROM tickets_ticket t WHERE {part} AND {common}"
            f" ORDER BY {turn} {order}, t.id {order} LIMIT {most})"
        )
        parameters += [*own, *values]
    sql = f"SELECT turn, id FROM ({' UNION ALL '.join(walks)}) rows ORDER BY turn {order}, id {order} LIMIT {most}"
    return [(turn, key) for turn, key in ask(queue, sql, parameters)]


def ask(queue: Queue, sql: str, values: list[Any]) -> list[prepared.Row]:
    """A standing list is asked again and again, so its plan is kept; a narrowed one is planned for what narrows it."""
    if not queue.filters:
        return prepared.ask(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _conditions(queue: Queue, *, at: datetime, edge: Key | None, backwards: bool) -> tuple[str, list[Any]]:
    """What holds in every part of the list."""
    held, values = _of_scope(queue.scope, at, is_dated=not queue.filters.keys().isdisjoint(DAYS))
    for name, wanted in queue.filters.items():
        if name in DAYS:
            day = date.fromisoformat(wanted[0])
            first, last = bounds(day, day)
            held.append(f"t.{TODAY.get(queue.scope, 'opened_at')} {'>=' if name == 'since' else '<'} %s")
            values.append(first if name == "since" else last)
        else:
            held.append(FILTERS[name].replace("{when}", TODAY.get(queue.scope, "opened_at")))
            values.append(wanted)
    if edge is not None:
        held.append(f"({queue.turn}, t.id) {'<' if backwards != queue.is_turned else '>'} (%s, %s)")
        values += edge
    return " AND ".join(held), values


def _of_scope(scope: str, at: datetime, *, is_dated: bool) -> tuple[list[str], list[Any]]:
    if scope in TODAY:
        held = ["t.merged_into_id IS NULL", *([OF_FIGURES[scope]] if scope in OF_FIGURES else [])]
        return (held, []) if is_dated else ([*held, f"t.{TODAY[scope]} >= %s"], [today(at)])
    # The first condition repeats what the second implies, in the words of the partial indexes.
    open_ones = ["NOT (t.status = 'closed')", "t.status IN ('open', 'waiting', 'held')"]
    if scope == "resolved":
        return ["NOT (t.status = 'closed')", "t.status = 'resolved'"], []
    if scope == "waiting":
        return ["NOT (t.status = 'closed')", "t.status = 'waiting'"], []
    if scope == "risk":
        return [*open_ones, "t.warn_at <= %s", "t.due_at >= %s"], [at, at]
    if scope == "due_today":
        _first, ends = bounds(flows.desk_day(at), flows.desk_day(at))
        return [*open_ones, "t.turn_at < %s", "t.due_at >= %s", "t.due_at < %s"], [ends, at, ends]
    if scope == "undealt":
        return [*open_ones, _UNDEALT], []
    if scope == "broken":
        # What is due has its turn then, so this is where the queue begins.
        return [*open_ones, "t.turn_at < %s"], [at]
    return open_ones, []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def today(at: datetime) -> datetime:
    """The midnight before, where the reader is."""
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _parts(queue: Queue, person: Person, groups: Sequence[int]) -> list[tuple[str, list[Any]]]:
    """Disjoint parts of the list, each of which one index serves."""
    if queue.scope == "mine":
        return [("t.agent_id = %s", [person.pk])]
    free = " AND t.agent_id IS NULL" if queue.scope in FREE else ""
    if queue.scope != "groups" and has(person, Right.SEE_ALL):
        return [("true" + free, [])]
    if queue.scope != "groups" and not is_usual(person):
        return [_reached(person, groups, free)]
    parts: list[tuple[str, list[Any]]] = [(f"t.group_id = %s{free}", [group]) for group in groups]
    if queue.scope == "groups":
        return parts or [("false", [])]
    parts.append((f"t.group_id IS NULL{free}", []))
    if not free:
        # Own tickets that moved to a group one is not in.
        parts.append(
            (
                "t.agent_id = %s AND t.group_id IS NOT NULL AND NOT (t.group_id = ANY(%s::bigint[]))",
                [person.pk, list(groups)],
            )
        )
    return parts


def _reached(person: Person, groups: Sequence[int], free: str) -> tuple[str, list[Any]]:
    """What made roles open, as `visibility.worked_by` says it: groups and organisations overlap, so it is one part."""
    held = ["t.agent_id = %s", "t.group_id = ANY(%s::bigint[])", "t.organisation_id = ANY(%s::bigint[])"]
    if has(person, Right.WORK):
        held.append("t.group_id IS NULL")
    return f"({' OR '.join(held)}){free}", [person.pk, list(groups), list(works_in(person).organisations)]


def write_key(key: Key | None) -> str:
    """A number that a list is sorted by has an n before it, an instant none."""
    if not key:
        return ""
    return f"n{key[0]}_{key[1]}" if isinstance(key[0], int) else f"{key[0].timestamp():.6f}_{key[1]}"


def read_key(text: str, zone: Any, *, sort: str = "") -> Key | None:
    """The key a page's address carries; None if it is none, or of a list that is sorted otherwise."""
    place, _line, number = text.partition("_")
    if not number.isdecimal() or place.startswith("n") != (sort.removeprefix("-") in ("number", "priority")):
        return None
    try:
        turn = int(place[1:]) if place.startswith("n") else datetime.fromtimestamp(float(place), zone)
        return (
            (turn, int(number)) if abs(int(number)) < 2**63 and not (isinstance(turn, int) and turn > 2**62) else None
        )
    except (ValueError, OverflowError, OSError):
        return None
