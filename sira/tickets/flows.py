"""What came and went, from the sums of a small table; the trigger that fills it stands in flowing.py.

A day is the desk's, by SIRA_TIME_ZONE, for everybody: else two readers would count different days.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from sira.tickets.flowing import BY, BY_HOUR, COLUMNS, came, went

FOLD_FROM = 2000  # rows; fewer are cheaper to read than to add up
FOLD_LOCK = 0x51AA02
A_DAY = timedelta(days=1)
HOURS_KEPT = 35  # days; a board compares with the same weekday of four weeks
_SUMS = ", ".join(f"sum({name})::bigint" for name in COLUMNS)
_INTO = f"INSERT INTO tickets_flow (is_summed, {BY}, {', '.join(COLUMNS)})"
_RECENT = f"day >= desk_day(now()) - {HOURS_KEPT}"
_INTO_HOURS = "INSERT INTO tickets_hour (day, hour, group_id, opened, solved)"
_OF_HOURS = "SELECT day, hour, group_id, sum(opened)::int AS opened, sum(solved)::int AS solved FROM"
# Only what has gathered is moved; its kinds take the sums that are there along, its hours go to their own.
_FOLD = f"""
    WITH new AS (DELETE FROM tickets_flow WHERE NOT is_summed RETURNING *),
         hours AS ({_INTO_HOURS} {_OF_HOURS} new WHERE hour IS NOT NULL AND {_RECENT} GROUP BY 1, 2, 3
                   HAVING sum(opened) <> 0 OR sum(solved) <> 0
                   ON CONFLICT (day, hour, group_id) DO UPDATE
                   SET opened = tickets_hour.opened + excluded.opened,
                       solved = tickets_hour.solved + excluded.solved),
         kinds AS (SELECT DISTINCT {BY} FROM new),
         old AS (DELETE FROM tickets_flow flow USING kinds WHERE flow.is_summed AND flow.day = kinds.day
                    AND flow.channel = kinds.channel AND flow.group_id IS NOT DISTINCT FROM kinds.group_id
                    AND flow.category_id IS NOT DISTINCT FROM kinds.category_id RETURNING flow.*)
    {_INTO}
    SELECT true, {BY}, {_SUMS} FROM (SELECT * FROM new UNION ALL SELECT * FROM old) both_of GROUP BY {BY}
    HAVING {" OR ".join(f"sum({name}) <> 0" for name in COLUMNS)}
"""
_RAW = f"""
        {came("ticket")} FROM tickets_ticket ticket WHERE merged_into_id IS NULL
        UNION ALL {went("ticket")} FROM tickets_ticket ticket
                   WHERE resolved_at IS NOT NULL AND merged_into_id IS NULL
"""
_COUNTED = f"SELECT {BY}, {_SUMS} FROM ({_RAW}) flow"
_COUNTED_HOURS = f"{_OF_HOURS} ({_RAW}) flow WHERE {_RECENT} GROUP BY 1, 2, 3"
_DRIFT = f"""
    SELECT {BY} FROM (
        SELECT {BY}, {", ".join(COLUMNS)} FROM ({_COUNTED} GROUP BY {BY}) counted ({BY}, {", ".join(COLUMNS)})
        UNION ALL SELECT {BY}, {", ".join(f"-{name}" for name in COLUMNS)} FROM tickets_flow
    ) difference GROUP BY {BY} HAVING {" OR ".join(f"sum({name}) <> 0" for name in COLUMNS)} LIMIT 100
"""
# Of the days that are kept; what is older is cleared away by the next fold.
_DRIFT_OF_HOURS = f"""
    SELECT day, group_id, hour FROM (
        {_COUNTED_HOURS}
        UNION ALL SELECT day, hour, group_id, -opened, -solved FROM tickets_hour WHERE {_RECENT}
        UNION ALL SELECT day, hour, group_id, -opened, -solved FROM tickets_flow WHERE hour IS NOT NULL AND {_RECENT}
    ) difference GROUP BY 1, 2, 3 HAVING sum(opened) <> 0 OR sum(solved) <> 0 LIMIT 100
"""


def desk_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def desk_day(at: datetime) -> date:
    return at.astimezone(desk_zone()).date()


def fold(at: datetime) -> int:
    """Add up what has gathered; the number of rows that went. One worker does it, the others pass by."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_flow WHERE NOT is_summed")
        gathered = int(cursor.fetchone()[0])
        if gathered < FOLD_FROM:
            return 0
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_FOLD)
        cursor.execute(f"DELETE FROM tickets_hour WHERE NOT ({_RECENT})")
        return gathered


def add(tickets: Sequence[int]) -> None:
    """Count tickets that were written without the trigger."""
    only = "ticket.id = ANY(%s)"
    counted = f"""
        SELECT false, {BY_HOUR}, {_SUMS} FROM (
            {came("ticket")} FROM tickets_ticket ticket WHERE merged_into_id IS NULL AND {only}
            UNION ALL {went("ticket")} FROM tickets_ticket ticket
                       WHERE resolved_at IS NOT NULL AND merged_into_id IS NULL AND {only}
        ) flow GROUP BY {BY_HOUR}
    """
    into = f"INSERT INTO tickets_flow (is_summed, {BY_HOUR}, {', '.join(COLUMNS)})"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} {counted}", [list(tickets)] * 2)


@transaction.atomic
def recount() -> None:
    """Count anew from the tickets; nobody changes one meanwhile, and nobody adds up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        cursor.execute("LOCK TABLE tickets_ticket IN SHARE MODE")
        cursor.execute("DELETE FROM tickets_flow")
        cursor.execute(f"{_INTO} SELECT true, * FROM ({_COUNTED} GROUP BY {BY}) counted")
        cursor.execute("DELETE FROM tickets_hour")
        cursor.execute(f"{_INTO_HOURS} {_COUNTED_HOURS}")


def drift() -> list[tuple[Any, ...]]:
    """Where sums differ from a count of the tickets: day, group, category, channel, or day, group, hour.

    Should be empty.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DRIFT)
        found = cursor.fetchall()
        cursor.execute(_DRIFT_OF_HOURS)
        return [*found, *cursor.fetchall()]


ZONE = """
    CREATE OR REPLACE FUNCTION desk_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (at AT TIME ZONE '{zone}')::date $$;
    CREATE OR REPLACE FUNCTION desk_hour(at timestamptz) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT extract(hour FROM at AT TIME ZONE '{zone}')::smallint $$
"""


def counts_in_desk_zone() -> bool:
    """Whether the setting is still what it was when days were counted last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'desk_day'")
        found = cursor.fetchone()
        return bool(found) and f"'{settings.TIME_ZONE}'" in found[0]


def follow_zone() -> bool:
    """Count days in another zone from now on, if they are counted in one. For the owner of the tables."""
    if counts_in_desk_zone():
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ZONE.format(zone=settings.TIME_ZONE))
        recount()
    return True
