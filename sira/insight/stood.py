"""How open work stood at the beginning of the hour before this one, so that a board can say what has changed since.

Written by a worker when an hour begins, from what boards read: the tally, and the index of warnings that have come.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from sira.insight import counting
from sira.insight.models import Stood
from sira.plumbing import prepared, turns
from sira.tickets import flows, tallies

AN_HOUR, KEPT = timedelta(hours=1), timedelta(hours=3)
LATEST = timedelta(minutes=2)  # a worker that looks later does not know any more how it was
_TURN = "insight: how it stood"


@dataclass(frozen=True)
class Then:
    """counts: by the words of counting.STANDING."""

    hour: datetime
    counts: Counter[str]


def hour_of(at: datetime) -> datetime:
    """When the hour began, by the desk's clock."""
    local = at.astimezone(flows.desk_zone())
    return at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def keep(at: datetime) -> int:
    """Once an hour, whichever worker comes first; how many rows."""
    hour = hour_of(at)
    if at - hour > LATEST:
        return 0
    with transaction.atomic():
        turns.take(_TURN)
        if Stood.objects.filter(hour=hour).exists():
            return 0
        Stood.objects.filter(hour__lt=hour - KEPT).delete()
        return len(Stood.objects.bulk_create(_standing(hour)))


def _standing(hour: datetime) -> list[Stood]:
    found: dict[tuple[int | None, int | None], Counter[str]] = defaultdict(Counter, {(None, None): Counter()})
    for one in tallies.counts():
        names = counting.lists_of(one.status, has_agent=one.agent is not None)
        found[one.group, one.agent].update(dict.fromkeys(names, one.n))
    for late in counting.late_everywhere(hour):
        found[late.group, late.agent].update(at_risk=late.risk, broken=late.broken)
    return [Stood(hour=hour, group_id=group, agent_id=agent, **sums) for (group, agent), sums in found.items()]


_THEN = f"""
    SELECT {", ".join(f"sum({name}) FILTER (WHERE counts)::int" for name in counting.STANDING)}
      FROM (SELECT *, %s OR coalesce(group_id, 0) = ANY(%s) OR agent_id = %s AS counts FROM insight_stood
             WHERE hour = %s) stood
    HAVING count(*) > 0
"""


def before(at: datetime, *, groups: Sequence[int] = (), agent: int | None = None) -> Then | None:
    """As the hour before this one began; None where no worker looked then.

    groups: 0 stands for none; empty for all.  agent: whose work counts in any group.
    """
    hour = hour_of(at - AN_HOUR)
    rows = prepared.ask(_THEN, [not groups, list(groups), agent or 0, hour])
    return Then(hour, Counter(dict(zip(counting.STANDING, (n or 0 for n in rows[0]), strict=True)))) if rows else None
