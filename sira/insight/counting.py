"""Where figures come from: sums where the scope allows, a count of the tickets where it does not.

Both use the same expressions (tickets.flowing), so that they cannot say different things.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from django.db.models import Count, Q, QuerySet

from sira.insight.scope import Scope, bounds
from sira.people.models import Person
from sira.people.rights import Right, has
from sira.plumbing import prepared
from sira.plumbing.composed import composed
from sira.tickets import flowing, flows, tallies
from sira.tickets.models import Ticket
from sira.tickets.visibility import agent_like, is_usual

STANDING = ("open", "waiting", "unassigned", "at_risk", "broken", "resolved")


@dataclass(frozen=True)
class Late:
    """Open tickets of a group and an agent: whose warning has come, which are late, and which become so today."""

    group: int | None
    agent: int | None
    risk: int
    broken: int
    due_today: int


class Work(Protocol):
    @property
    def group(self) -> int | None: ...

    @property
    def agent(self) -> int | None: ...


Row = TypeVar("Row", bound=Work)


def seen(person: Person, groups: list[int]) -> list[tallies.Count]:
    """The tallied work that the person may see; groups: those they belong to."""
    if not is_usual(person):
        return _counted(Ticket.objects.worked_by(person))
    return own(person, groups, tallies.counts())


def seen_of(person: Person, groups: list[int], scope: Scope) -> tuple[list[tallies.Count], list[Late]]:
    """The work that the person may see of a category, customer or channel, and what is late of it: counted."""
    ends = _end_of_day(scope.at)
    if not is_usual(person):
        tickets = worked(person, scope)
        return _counted(tickets), [Late(*row) for row in counted_late(tickets, scope.at, ends)]
    where, values = narrowing(replace(scope, groups=()), with_organisation=True)
    work = [tallies.Count(*row) for row in prepared.ask(_COUNTED.format(where=where), values)]
    late = [Late(*row) for row in prepared.ask(_LATE.format(where=where), [*[scope.at] * 4, ends, ends, *values])]
    return own(person, groups, work), own(person, groups, late)


def worked(person: Person, scope: Scope) -> "QuerySet[Ticket]":
    """What somebody with a made role works on, of a category, customer or channel."""
    narrowed = {name: getattr(scope, name) for name in ("category", "organisation", "channel")}
    return Ticket.objects.worked_by(person).filter(**{name: one for name, one in narrowed.items() if one})


def own(person: Person, groups: list[int], rows: list[Row]) -> list[Row]:
    """Those of who works here in the usual way.  groups: theirs."""
    if has(person, Right.SEE_ALL):
        return rows
    seen_groups = {None, *groups}
    return [one for one in rows if one.group in seen_groups or one.agent == person.pk]


def _counted(tickets: "QuerySet[Ticket]") -> list[tallies.Count]:
    """For whom the tally is of no use: it knows groups and agents, not organisations."""
    rows = tickets.exclude(status="closed").order_by().values_list("group", "agent", "status", "priority")
    return [tallies.Count(*row) for row in rows.annotate(n=Count("pk"))]


_COUNTED = """
    SELECT group_id, agent_id, status, priority, count(*)
      FROM tickets_ticket ticket WHERE NOT (status = 'closed') {where} GROUP BY 1, 2, 3, 4
"""
_ACTIVE = ", ".join(f"'{status}'" for status in Ticket.ACTIVE)
_LATE = f"""
    SELECT group_id, agent_id, count(*) FILTER (WHERE warn_at <= %s AND due_at >= %s),
           count(*) FILTER (WHERE due_at < %s), count(*) FILTER (WHERE due_at >= %s AND due_at < %s)
      FROM tickets_ticket ticket WHERE warn_at < %s AND status IN ({_ACTIVE}) {{where}} GROUP BY 1, 2
"""


def late(person: Person, *, at: datetime) -> list[Late]:
    """From an index that holds all it needs."""
    if has(person, Right.SEE_ALL):
        return late_everywhere(at)
    ends = _end_of_day(at)
    if is_usual(person):
        rows = late_of(at, ends, person.pk)
    else:
        rows = list(counted_late(Ticket.objects.worked_by(person), at, ends))
    return [Late(*row) for row in rows]


def late_everywhere(at: datetime) -> list[Late]:
    return [Late(*row) for row in late_of_all(at, _end_of_day(at))]


def _end_of_day(at: datetime) -> datetime:
    """The desk's."""
    day = flows.desk_day(at)
    return bounds(day, day)[1]


@composed
def late_of_all(at: datetime, ends: datetime) -> "QuerySet[Ticket, tuple[Any, ...]]":
    return counted_late(Ticket.objects.all(), at, ends)


@composed
def late_of(at: datetime, ends: datetime, person: int) -> "QuerySet[Ticket, tuple[Any, ...]]":
    return counted_late(Ticket.objects.worked_by(agent_like(person)), at, ends)


def counted_late(tickets: "QuerySet[Ticket]", at: datetime, ends: datetime) -> "QuerySet[Ticket, tuple[Any, ...]]":
    """Group, agent, how many are at risk, late, and due from now to `ends`: a warning comes before its deadline.

    Of the ticket's columns those that ticket_by_warning holds.
    """
    rows = tickets.filter(warn_at__lt=ends, status__in=Ticket.ACTIVE).order_by()
    return rows.values_list("group", "agent").annotate(
        risk=Count("due_at", filter=Q(due_at__gte=at, warn_at__lte=at)),
        broken=Count("due_at", filter=Q(due_at__lt=at)),
        due_today=Count("due_at", filter=Q(due_at__gte=at, due_at__lt=ends)),
    )


def standing(scope: Scope) -> Counter[str]:
    """What is open now, by the words of STANDING."""
    return _standing_tallied(scope) if scope.is_plain else _standing_counted(scope)


def _standing_tallied(scope: Scope) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in tallies.counts():
        if is_of(scope, one.group):
            found.update(dict.fromkeys(lists_of(one.status, has_agent=one.agent is not None), one.n))
    for each in late_everywhere(scope.at):
        if is_of(scope, each.group):
            found.update(at_risk=each.risk, broken=each.broken)
    return found


def is_of(scope: Scope, group: int | None) -> bool:
    return not scope.groups or (group or 0) in scope.groups


def lists_of(status: str, *, has_agent: bool) -> list[str]:
    """The words under which a ticket of this status is counted."""
    if status == Ticket.Status.RESOLVED:
        return ["resolved"]
    found = ["open"]
    if status == Ticket.Status.WAITING:
        found.append("waiting")
    if not has_agent:
        found.append("unassigned")
    return found


_STANDING = """
    SELECT count(*) FILTER (WHERE status <> 'resolved'), count(*) FILTER (WHERE status = 'waiting'),
           count(*) FILTER (WHERE status <> 'resolved' AND agent_id IS NULL),
           count(*) FILTER (WHERE status <> 'resolved' AND warn_at <= %s AND due_at >= %s),
           count(*) FILTER (WHERE status <> 'resolved' AND due_at < %s),
           count(*) FILTER (WHERE status = 'resolved')
      FROM tickets_ticket ticket WHERE NOT (status = 'closed')
"""


def _standing_counted(scope: Scope) -> Counter[str]:
    where, values = narrowing(scope, with_organisation=True)
    (row,) = prepared.ask(f"{_STANDING}{where}", [scope.at, scope.at, scope.at, *values])
    return Counter(dict(zip(STANDING, row, strict=True)))


def narrowing(scope: Scope, *, with_organisation: bool) -> tuple[str, list[Any]]:
    """Conditions on columns that tickets and their sums have alike."""
    held, values = "", list[Any]()
    if scope.groups:
        held, values = held + " AND coalesce(group_id, 0) = ANY(%s)", [*values, list(scope.groups)]
    if scope.category:
        held, values = held + " AND category_id = %s", [*values, scope.category]
    if scope.channel:
        held, values = held + " AND channel = %s", [*values, scope.channel]
    if scope.organisation and with_organisation:
        held, values = held + " AND organisation_id = %s", [*values, scope.organisation]
    return held, values


def sums(scope: Scope, columns: Sequence[str], by: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """Sums of flowing.COLUMNS over the scope's days, for each of `by` (of flowing.KEYS)."""
    table, values = _table(scope, "day BETWEEN %s AND %s", [scope.since.isoformat(), scope.until.isoformat()])
    return _summed(table, values, columns, by)


def standing_by(scope: Scope, by: Sequence[str]) -> list[tuple[Any, ...]]:
    """Open and waiting tickets for each of `by`; `day` there is the day on which they came."""
    table, values = _table(scope, "(standing <> 0 OR waiting <> 0)", [], is_standing=True)
    return _summed(table, values, ("standing", "waiting"), by)


def waiting_until(scope: Scope, day: date) -> int:
    """Tickets that came on that day or before and wait for their requester."""
    table, values = _table(scope, "(standing <> 0 OR waiting <> 0) AND day <= %s", [day.isoformat()], is_standing=True)
    return int(_summed(table, values, ("waiting",), ())[0][0])


def counted(scope: Scope, columns: Sequence[str], by: Sequence[str]) -> list[tuple[Any, ...]]:
    """The sums of the scope's days, from the tickets themselves; `hour` may be among `by`."""
    table, values = _raw(scope)
    return _summed(table, values, columns, by)


def _summed(table: str, values: list[Any], columns: Sequence[str], by: Sequence[str]) -> list[tuple[Any, ...]]:
    names = ", ".join([*by, *(f"coalesce(sum({name}), 0)::bigint" for name in columns)])
    grouped = f" GROUP BY {', '.join(by)}" if by else ""
    return prepared.ask(f"SELECT {names} FROM {table}{grouped}", values)


def _table(scope: Scope, days: str, values: list[Any], *, is_standing: bool = False) -> tuple[str, list[Any]]:
    """The kept sums, or the same counted from the tickets of one organisation."""
    if scope.organisation is None:
        where, more = narrowing(scope, with_organisation=False)
        return f"tickets_flow WHERE {days}{where}", [*values, *more]
    if is_standing:
        where, more = narrowing(scope, with_organisation=True)
        return f"({_CAME} AND NOT (status = 'closed') {where}) flow WHERE {days}", [*more, *values]
    table, more = _raw(scope)
    return f"{table} WHERE {days}", [*more, *values]


_CAME = f"{flowing.came('ticket')} FROM tickets_ticket ticket WHERE merged_into_id IS NULL"
_WENT = f"{flowing.went('ticket')} FROM tickets_ticket ticket WHERE merged_into_id IS NULL"


def _raw(scope: Scope) -> tuple[str, list[Any]]:
    """What the tickets of the scope's days are counted as, one row for each coming and going."""
    where, more = narrowing(scope, with_organisation=True)
    between = [*bounds(scope.since, scope.until), *more]
    came = f"{_CAME} AND opened_at >= %s AND opened_at < %s{where}"
    went = f"{_WENT} AND resolved_at >= %s AND resolved_at < %s{where}"
    return f"({came} UNION ALL {went}) flow", [*between, *between]
