"""An honest guess beside the promise: "8 of 10 like this end by Thursday noon", learnt from similar tickets.

Similar is the same type, category and priority, where there are enough; else the same with less in common.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from sira.calendars.compiled import edition_in_force, working_time
from sira.insight.models import Expectation
from sira.people.automation import AUTOMATION_ID
from sira.plumbing import prepared
from sira.plumbing.composed import composed
from sira.shell.names import named
from sira.tickets import flows, promised
from sira.tickets.models import Ticket

ENOUGH = 20  # fewer like it say nothing
DAYS_BACK, MOST_TICKETS = 180, 20_000
SHARE, HALF = 0.8, 0.5

Kind = tuple[int, int | None, int | None]


def kinds_of(type_: int, category: int | None, priority: int | None) -> tuple[Kind, ...]:
    """What a ticket is alike to, the narrowest first: that is told which has enough of them."""
    return (type_, category, priority), (type_, category, None), (type_, None, priority), (type_, None, None)


@dataclass(frozen=True)
class Guess:
    """most_at: by when 8 of 10 like this had ended; half_at: by when half had.  count: how many there were."""

    half_at: datetime
    most_at: datetime
    count: int


def guess_for(ticket: Ticket, *, at: datetime) -> Guess | None:
    """None where too few are alike, or where it has taken longer than most already.  Two queries."""
    if ticket.status not in Ticket.ACTIVE:
        return None
    learnt = {(row.type_id, row.category_id, row.priority): row for row in _learnt(ticket.type_id)}
    wanted = kinds_of(ticket.type_id, ticket.category_id, ticket.priority)
    row = next((learnt[kind] for kind in wanted if kind in learnt), None)
    if row is None:
        return None
    hours = working_time(edition_in_force(promised.calendar_of(ticket)))
    found = Guess(hours.add(ticket.opened_at, row.half), hours.add(ticket.opened_at, row.most), row.count)
    return found if found.most_at > at else None


@composed
def _learnt(type_: int) -> "QuerySet[Expectation]":
    return Expectation.objects.filter(type=type_)


# What people solved; what was merged, or ended by itself, teaches nothing about work.
_OVER = """
    SELECT ticket.type_id, ticket.category_id, ticket.priority, ticket.opened_at, ticket.resolved_at,
           coalesce(its_group.calendar_id, its_organisation.calendar_id, 0)
      FROM tickets_ticket ticket
      LEFT JOIN people_supportgroup its_group ON its_group.id = ticket.group_id
      LEFT JOIN people_organisation its_organisation ON its_organisation.id = ticket.organisation_id
     WHERE ticket.resolved_at >= %s AND ticket.status IN ('resolved', 'closed') AND ticket.merged_into_id IS NULL
       AND ticket.agent_id IS DISTINCT FROM %s AND ticket.agent_id IS NOT NULL
     ORDER BY ticket.resolved_at DESC LIMIT %s
"""


@transaction.atomic
def learn(at: datetime) -> int:
    """Learn anew from what was solved in the last half year, up to 20,000; the number of kinds that were learnt."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x51AA03])
        cursor.execute(_OVER, [at - timedelta(days=DAYS_BACK), AUTOMATION_ID, MOST_TICKETS])
        over = cursor.fetchall()
    editions: dict[int, int] = {}
    ended: list[Ended] = []
    for type_, category, priority, opened_at, resolved_at, calendar in over:
        if calendar not in editions:
            editions[calendar] = edition_in_force(calendar or None)
        resolved_at = max(opened_at, resolved_at)
        length = working_time(editions[calendar]).between(opened_at, resolved_at)
        ended.append(Ended(kinds_of(type_, category, priority), opened_at, resolved_at, length))
    rows = [
        Expectation(
            type_id=kind[0],
            category_id=kind[1],
            priority=kind[2],
            count=len(taught.lengths),
            half=quantile(taught.lengths, HALF),
            most=quantile(taught.lengths, SHARE),
            looked_at=taught.told,
            came_true=taught.kept,
            learnt_at=at,
        )
        for kind, taught in lived_again(ended).items()
        if taught.is_enough
    ]
    Expectation.objects.all().delete()
    Expectation.objects.bulk_create(rows)
    return len(rows)


@dataclass(frozen=True)
class Ended:
    """A ticket that is over.  kinds: the narrowest first."""

    kinds: tuple[Kind, ...]
    opened_at: datetime
    resolved_at: datetime
    length: timedelta


@dataclass
class Taught:
    """By the tickets of a kind.  lengths: the shortest first.  told, kept: to how many that was told, and was true."""

    lengths: list[timedelta] = field(default_factory=list)
    told: int = 0
    kept: int = 0

    @property
    def is_enough(self) -> bool:
        return len(self.lengths) >= ENOUGH


def lived_again(ended: Sequence[Ended]) -> Mapping[Kind, Taught]:
    """Each is told, as it opens, what those that were over by then had taught of the narrowest kind."""
    found: dict[Kind, Taught] = defaultdict(Taught)
    told: dict[int, tuple[Taught, timedelta]] = {}
    openings = [(one.opened_at, 0, number) for number, one in enumerate(ended)]
    endings = [(one.resolved_at, 1, number) for number, one in enumerate(ended)]
    for _moment, is_over, number in sorted(openings + endings):
        one = ended[number]
        if not is_over:
            told_of = next((found[kind] for kind in one.kinds if kind in found and found[kind].is_enough), None)
            if told_of is not None:
                told[number] = told_of, quantile(told_of.lengths, SHARE)
            continue
        if number in told:
            told_of, limit = told.pop(number)
            told_of.told += 1
            told_of.kept += one.length <= limit
        for kind in {*one.kinds}:
            insort(found[kind].lengths, one.length)
    return found


def quantile(ordered: Sequence[timedelta], share: float) -> timedelta:
    """The shortest length that at least this share of them does not pass."""
    place = -(-len(ordered) * round(share * 100) // 100) - 1
    return ordered[max(0, place)]


@dataclass(frozen=True)
class Line:
    words: str
    learnt: int
    most: timedelta
    hit_rate: float | None


@dataclass(frozen=True)
class HitRate:
    """share: of all tickets that were told when such end, how many ended so."""

    share: float
    count: int
    lines: list[Line]


def hit_rate(*, most: int = 8) -> HitRate | None:
    """Of all kinds for the share, as each ticket was told of one; of the commonest for the lines. One query."""
    rows = list(Expectation.objects.select_related("type", "category").order_by("-count"))
    told = sum(row.looked_at for row in rows)
    if not told:
        return None
    return HitRate(sum(row.came_true for row in rows) / told, told, list(_lines(rows))[:most])


def _lines(rows: Iterable[Expectation]) -> Iterable[Line]:
    for row in rows:
        if row.category is None or row.priority is None:
            continue
        words = f"{named(row.type)}, {named(row.category)}, {Ticket.Priority(row.priority).label}"
        yield Line(words, row.count, row.most, row.came_true / row.looked_at if row.looked_at else None)


_LEARNT = "SELECT max(learnt_at) FROM insight_expectation"


def learn_nightly(at: datetime) -> int:
    """Once a day at night, by the desk's clock; the first time at once."""
    ((last,),) = prepared.ask(_LEARNT)
    if last is None:
        return learn(at) if Ticket.objects.filter(resolved_at__isnull=False)[:ENOUGH].count() == ENOUGH else 0
    return learn(at) if at - last >= timedelta(hours=20) and is_night(at) else 0


def is_night(at: datetime) -> bool:
    return 2 <= at.astimezone(flows.desk_zone()).hour < 5
