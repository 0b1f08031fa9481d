"""How many tickets somebody, or a group, may be dealt in a day, a week and a month, and how many they were."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from sira.people.models import SupportGroup

WHY = {"d": "day_cap", "w": "week_cap", "m": "month_cap"}


def from_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def periods(at: datetime) -> dict[str, date]:
    """The first day of the day, week and month of that instant, in the desk's own zone."""
    day = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return {"d": day, "w": day - timedelta(days=day.weekday()), "m": day.replace(day=1)}


def next_start(period: str, at: datetime) -> datetime:
    """When a new day, week or month begins."""
    starts = periods(at)[period]
    following = {
        "d": starts + timedelta(days=1),
        "w": starts + timedelta(days=7),
        "m": (starts + timedelta(days=32)).replace(day=1),
    }[period]
    return datetime.combine(following, time(), ZoneInfo(settings.TIME_ZONE))


_HAD = """
    SELECT person_id, group_id, period, n FROM routing_dealt
     WHERE person_id = ANY(%(people)s)
       AND (period = 'd' AND starts = %(d)s OR period = 'w' AND starts = %(w)s OR period = 'm' AND starts = %(m)s)
"""


def reached(limits: Mapping[int, Mapping[tuple[str, str], int]], group: int, at: datetime) -> dict[int, str]:
    """Whose cap is reached, and which: by person, their limits as in Member. One statement, none without limits."""
    if not limits:
        return {}
    had: dict[tuple[int, str, str], int] = {}
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_HAD, {"people": list(limits), **periods(at)})
        for person, of_group, period, n in cursor.fetchall():
            had[person, "own", period] = had.get((person, "own", period), 0) + n
            if of_group == group:
                had[person, "group", period] = n
    return {
        person: WHY[period]
        for person, own in limits.items()
        for (whose, period), most in own.items()
        if had.get((person, whose, period), 0) >= most
    }


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
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_GROUP_HAD, {"group": group.pk, **periods(at)})
        had = dict(cursor.fetchall())
    return next((period for period, cap in most.items() if cap is not None and had.get(period, 0) >= cap), "")
