"""How many tickets somebody, or a group, may be dealt in a day, a week and a month, and how many they were."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from sira.people.models import SupportGroup
from sira.plumbing import prepared
from sira.workforce.availability import array

WHY = {"d": "day_cap", "w": "week_cap", "m": "month_cap"}


def from_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def periods(at: datetime) -> dict[str, date]:
    """The first day of the day, week and month of that instant, in the desk's own zone."""
    day = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return {"d": day, "w": day - timedelta(days=day.weekday()), "m": day.replace(day=1)}


def next_start(period: str, at: datetime) -> datetime:
    """When a new day, week or month begins."""
    return span(period, periods(at)[period])[1]


def span(period: str, starts: date) -> tuple[datetime, datetime]:
    """The first instant of a period and the first one after it, in the desk's own zone."""
    following = {
        "d": starts + timedelta(days=1),
        "w": starts + timedelta(days=7),
        "m": (starts + timedelta(days=32)).replace(day=1),
    }[period]
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(starts, time(), zone), datetime.combine(following, time(), zone)


# Compared in the database: of two hundred people few have reached a cap. Added up in one pass, since one plan serves
# all values and a join of the two would be planned for ten people.
_REACHED = """
    SELECT person_id, period FROM (
        SELECT membership.person_id, cap.period, cap.own, cap.of_group, 0 AS had, 0 AS had_of_group
          FROM people_membership membership
          LEFT JOIN workforce_worker worker ON worker.person_id = membership.person_id
         CROSS JOIN LATERAL (VALUES ('d', worker.day_cap, membership.day_cap),
                                    ('w', worker.week_cap, membership.week_cap),
                                    ('m', worker.month_cap, membership.month_cap)) AS cap (period, own, of_group)
         WHERE membership.group_id = %(group)s AND membership.person_id = ANY(%(people)s::bigint[])
        UNION ALL
        SELECT person_id, period, NULL, NULL, n, CASE WHEN group_id = %(group)s THEN n ELSE 0 END
          FROM routing_dealt
         WHERE person_id = ANY(%(people)s::bigint[])
           AND (period = 'd' AND starts = %(d)s OR period = 'w' AND starts = %(w)s OR period = 'm' AND starts = %(m)s)
    ) AS both_sides
     GROUP BY person_id, period HAVING sum(had) >= max(own) OR sum(had_of_group) >= max(of_group)
"""


def reached(people: Sequence[int], group: int, at: datetime) -> dict[int, str]:
    """Who of these members has reached a cap of theirs, in all or in this group; the longest one. One statement."""
    found: dict[int, str] = {}
    rows = prepared.ask(_REACHED, {"people": array(people), "group": group, **periods(at)})
    for period, person in sorted((list(WHY).index(period), person) for person, period in rows):
        found[person] = list(WHY.values())[period]
    return found


_GROUP_HAD = """
    SELECT period, sum(n) FROM routing_dealt
     WHERE group_id = %(group)s
       AND (period = 'd' AND starts = %(d)s OR period = 'w' AND starts = %(w)s OR period = 'm' AND starts = %(m)s)
     GROUP BY period
"""


def reached_by_group(group: SupportGroup, at: datetime) -> str:
    """The period whose cap of the whole group is reached, if any; one statement where the group has a cap.

    Ask with the pool locked, or another worker may be dealing the last one.
    """
    most = {"d": group.day_cap, "w": group.week_cap, "m": group.month_cap}
    if all(cap is None for cap in most.values()):
        return ""
    had: dict[str, int] = dict(prepared.ask(_GROUP_HAD, {"group": group.pk, **periods(at)}))
    return next((period for period, cap in most.items() if cap is not None and had.get(period, 0) >= cap), "")
