"""What came and went, from the sums of a small table; the trigger that fills it stands in flowing.py.

A day is the desk's, by SIRA_TIME_ZONE, for everybody: else two readers would count different days.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from sira.tickets.flowing import BY, COLUMNS, came, went

FOLD_FROM = 2000  # rows; fewer are cheaper to read than to add up
FOLD_LOCK = 0x51AA02
_SUMS = ", ".join(f"sum({name})::bigint" for name in COLUMNS)
_INTO = f"INSERT INTO tickets_flow (is_summed, {BY}, {', '.join(COLUMNS)})"
# Only what has gathered is moved; its kinds take the sums that are there along.
_FOLD = f"""
    WITH new AS (DELETE FROM tickets_flow WHERE NOT is_summed RETURNING *),
         kinds AS (SELECT DISTINCT {BY} FROM new),
         old AS (DELETE FROM tickets_flow flow USING kinds WHERE flow.is_summed AND flow.day = kinds.day
                    AND flow.channel = kinds.channel AND flow.group_id IS NOT DISTINCT FROM kinds.group_id
                    AND flow.category_id IS NOT DISTINCT FROM kinds.category_id RETURNING flow.*)
    {_INTO}
    SELECT true, {BY}, {_SUMS} FROM (SELECT * FROM new UNION ALL SELECT * FROM old) both_of GROUP BY {BY}
    HAVING {" OR ".join(f"sum({name}) <> 0" for name in COLUMNS)}
"""
_COUNTED = f"""
    SELECT {BY}, {_SUMS} FROM (
        {came("ticket")} FROM tickets_ticket ticket WHERE merged_into_id IS NULL
        UNION ALL {went("ticket")} FROM tickets_ticket ticket
                   WHERE resolved_at IS NOT NULL AND merged_into_id IS NULL
    ) flow
"""
_DRIFT = f"""
    SELECT {BY} FROM (
        SELECT {BY}, {", ".join(COLUMNS)} FROM ({_COUNTED} GROUP BY {BY}) counted ({BY}, {", ".join(COLUMNS)})
        UNION ALL SELECT {BY}, {", ".join(f"-{name}" for name in COLUMNS)} FROM tickets_flow
    ) difference GROUP BY {BY} HAVING {" OR ".join(f"sum({name}) <> 0" for name in COLUMNS)} LIMIT 100
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
        return gathered


def add(tickets: Sequence[int]) -> None:
    """Count tickets that were written without the trigger."""
    only = "ticket.id = ANY(%s)"
    counted = f"""
        SELECT false, {BY}, {_SUMS} FROM (
            {came("ticket")} FROM tickets_ticket ticket WHERE merged_into_id IS NULL AND {only}
            UNION ALL {went("ticket")} FROM tickets_ticket ticket
                       WHERE resolved_at IS NOT NULL AND merged_into_id IS NULL AND {only}
        ) flow GROUP BY {BY}
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{_INTO} {counted}", [list(tickets)] * 2)


@transaction.atomic
def recount() -> None:
    """Count anew from the tickets; nobody changes one meanwhile, and nobody adds up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        cursor.execute("LOCK TABLE tickets_ticket IN SHARE MODE")
        cursor.execute("DELETE FROM tickets_flow")
        cursor.execute(f"{_INTO} SELECT true, * FROM ({_COUNTED} GROUP BY {BY}) counted")


def drift() -> list[tuple[Any, ...]]:
    """Day, group, category and channel where the sums differ from a count of the tickets. Should be empty."""
    with connection.cursor() as cursor:
        cursor.execute(_DRIFT)
        return cursor.fetchall()


ZONE = """
    CREATE OR REPLACE FUNCTION desk_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (at AT TIME ZONE '{zone}')::date $$
"""


def follow_zone() -> bool:
    """Count days in another zone from now on, where the setting has changed since they were counted last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'desk_day'")
        found = cursor.fetchone()
        if found and f"'{settings.TIME_ZONE}'" in found[0]:
            return False
        with transaction.atomic():
            cursor.execute(ZONE.format(zone=settings.TIME_ZONE))
            recount()
    return True
