"""What came and went today by the hour, and what is usual: the same weekday of the last four weeks."""

from collections.abc import Iterable
from dataclasses import dataclass

from sira.insight import counting
from sira.insight.scope import Scope
from sira.plumbing import prepared
from sira.tickets import flows

WEEKS, LEAST_WEEKS = 4, 2
OFFICE = 8, 17
Range = tuple[int, int]

# Of the same weekday each hour: what is added up, and what is not yet. Of the other days the sums, which hold it all.
_KEPT = """
    SELECT %s::date - day, hour, sum(opened)::int, sum(solved)::int
      FROM (SELECT day, hour, group_id, opened, solved FROM tickets_hour
            UNION ALL SELECT day, hour, group_id, opened, solved FROM tickets_flow
                       WHERE NOT is_summed AND hour IS NOT NULL) hours
     WHERE day = ANY(%s::date[]) {where} GROUP BY 1, 2
    UNION ALL
    SELECT %s::date - day, NULL, sum(opened)::int, sum(solved)::int FROM tickets_flow
     WHERE day BETWEEN %s AND %s AND NOT (day = ANY(%s::date[])) {where} GROUP BY 1
"""


@dataclass(frozen=True)
class HourOfDay:
    """usual: the least and the most that came in this hour of the same weekday."""

    hour: int
    opened: int
    solved: int
    usual: Range | None = None


@dataclass(frozen=True)
class Today:
    """more_since: by how much open work has grown since this moment of the same weekday, for each known week."""

    hours: list[HourOfDay]
    more_since: list[int]

    def usual_open(self, open_now: int) -> Range | None:
        """The least and the most that stood open at this hour of the same weekday.

        A ticket stood open from when it came until the solution that it has today.
        """
        if len(self.more_since) < LEAST_WEEKS:
            return None
        then = [max(0, open_now - more) for more in self.more_since]
        return min(then), max(then)


def today(scope: Scope) -> Today:
    """Of the day on which the scope is read, whatever its days. What is narrowed by more than groups has no usual."""
    day, now = flows.desk_day(scope.at), scope.at.astimezone(flows.desk_zone()).hour
    if not scope.is_plain:
        sums = counting.counted(scope.over(day, day), ("opened", "solved"), ("hour",))
        return Today(_hours({hour: (came, went) for hour, came, went in sums}, []), [])
    where, values = counting.narrowing(scope, with_organisation=False)
    alike = [day - 7 * week * flows.A_DAY for week in range(WEEKS + 1)]
    by_hour = [day.isoformat(), prepared.array(alike), *values]
    by_day = [day.isoformat(), alike[-1].isoformat(), day.isoformat(), prepared.array(alike), *values]
    rows = prepared.ask(_KEPT.format(where=where), [*by_hour, *by_day])
    oldest = max((ago for ago, *_sums in rows), default=0)
    weeks = [7 * week for week in range(1, WEEKS + 1) if 7 * week <= oldest]
    came_before = [{hour: came for ago, hour, came, _went in rows if ago == week} for week in weeks]
    of_today = {hour: (came, went) for ago, hour, came, went in rows if ago == 0}
    return Today(_hours(of_today, came_before), [_more_since(rows, week, now) for week in weeks])


def _more_since(rows: Iterable[prepared.Row], ago: int, hour: int) -> int:
    return sum(came - went for days, of, came, went in rows if days < ago or (days == ago and of >= hour))


def _hours(of_today: dict[int, Range], before: list[dict[int, int]]) -> list[HourOfDay]:
    """Those of an office day, and from the first hour with anything to the last, today or before."""
    seen = [hour for hour, sums in of_today.items() if any(sums)]
    seen += [hour for one in before for hour, came in one.items() if came]
    if not seen:
        return []
    found = []
    for hour in range(min(OFFICE[0], *seen), max(OFFICE[1], *seen) + 1):
        usual = [one.get(hour, 0) for one in before]
        known = (min(usual), max(usual)) if len(usual) >= LEAST_WEEKS else None
        found.append(HourOfDay(hour, *of_today.get(hour, (0, 0)), known))
    return found
