"""How many tickets somebody, or a group, may be dealt in a day, a week and a month, and how many they were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from sira.people.models import SupportGroup

WHY = {"d": "day_cap", "w": "week_cap", "m": "month_cap"}


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


# Rows of who has had as many as they may: in all groups together, where %(capped)s have a cap, and in this group.
_PERIOD = "CASE WHEN m >= month_cap THEN 'm' WHEN w >= week_cap THEN 'w' ELSE 'd' END"
_REACHED = "d >= day_cap OR w >= week_cap OR m >= month_cap"
REACHED_IN_ALL = f"""
    SELECT {_PERIOD}, NULL::bigint, string_agg(person_id::text, ' ')
      FROM (
        SELECT worker.person_id, day_cap, week_cap, month_cap,
               sum(CASE WHEN day >= %(d)s THEN d ELSE 0 END) AS d,
               sum(CASE WHEN day >= %(w)s THEN w ELSE 0 END) AS w,
               sum(CASE WHEN day >= %(m)s THEN m ELSE 0 END) AS m
          FROM workforce_worker worker LEFT JOIN routing_tally tally ON tally.person_id = worker.person_id
         WHERE worker.person_id = ANY(%(capped)s::bigint[]) GROUP BY worker.person_id
    ) AS had WHERE {_REACHED} GROUP BY 1
"""
REACHED_HERE = f"""
    SELECT {_PERIOD}, NULL::bigint, string_agg(person_id::text, ' ')
      FROM (
        SELECT member.person_id, day_cap, week_cap, month_cap, CASE WHEN day >= %(d)s THEN d ELSE 0 END AS d,
               CASE WHEN day >= %(w)s THEN w ELSE 0 END AS w, CASE WHEN day >= %(m)s THEN m ELSE 0 END AS m
          FROM people_membership member LEFT JOIN routing_tally tally
            ON tally.person_id = member.person_id AND tally.group_id = %(group)s
         WHERE member.group_id = %(group)s AND coalesce(day_cap, week_cap, month_cap) IS NOT NULL
    ) AS had WHERE {_REACHED} GROUP BY 1
"""
# Whoever may be dealt one more; asked with their row locked, so that no other group's worker deals them the last one.
BELOW = """
    SELECT FROM workforce_worker, (
        SELECT coalesce(sum(d) FILTER (WHERE day >= %(d)s), 0) AS d,
               coalesce(sum(w) FILTER (WHERE day >= %(w)s), 0) AS w,
               coalesce(sum(m) FILTER (WHERE day >= %(m)s), 0) AS m
          FROM routing_tally WHERE person_id = %(agent)s) AS had
     WHERE person_id = %(agent)s AND (day_cap IS NULL OR d < day_cap) AND (week_cap IS NULL OR w < week_cap)
       AND (month_cap IS NULL OR m < month_cap)
"""


def by_person(rows: Iterable[tuple[str, Any, str]]) -> dict[int, str]:
    """From rows of REACHED_IN_ALL and REACHED_HERE: who has reached a cap of theirs; of several the longest one."""
    found: dict[int, str] = {}
    for period, _none, keys in sorted(rows, key=lambda row: list(WHY).index(row[0])):
        found.update(dict.fromkeys(map(int, keys.split()), WHY[period]))
    return found


@dataclass(frozen=True)
class Had:
    """What somebody or a group was dealt, as a row of Counted keeps it."""

    day: date | None = None
    d: int = 0
    w: int = 0
    m: int = 0


NOTHING = Had()


def reached_by_group(group: SupportGroup, had: Had, at: datetime) -> str:
    """The period whose cap of the whole group is reached, if any."""
    for period, cap in {"d": group.day_cap, "w": group.week_cap, "m": group.month_cap}.items():
        if cap is not None and (getattr(had, period) if had.day and had.day >= periods(at)[period] else 0) >= cap:
            return period
    return ""


def counting(table: str, more: str) -> str:
    """SQL that counts so many more on a row of Counted, whose table the statement calls so.

    Dealt on an earlier day than the row's, after a clock went back, they count only in the periods of the row's day.
    """
    kept = {"d": f"{table}.day", "w": f"date_trunc('week', {table}.day)", "m": f"date_trunc('month', {table}.day)"}
    counts = (
        f"{one} = CASE WHEN {table}.day >= %({one})s THEN {table}.{one} ELSE 0 END"
        f" + CASE WHEN {table}.day > %(d)s AND %(d)s < {begins} THEN 0 ELSE {more} END"
        for one, begins in kept.items()
    )
    return ", ".join([f"day = greatest({table}.day, %(d)s::date)", *counts])
