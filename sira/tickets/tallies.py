"""Figures of open work, from the tally."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from sira.plumbing.composed import composed
from sira.tickets.models import Tally

FOLD_FROM = 400  # rows; fewer are cheaper to read than to add up
FOLD_LOCK = 0x51AA01

_FOLD = """
    WITH gone AS (DELETE FROM tickets_tally RETURNING group_id, agent_id, status, priority, n)
    INSERT INTO tickets_tally (group_id, agent_id, status, priority, n)
    SELECT group_id, agent_id, status, priority, sum(n) FROM gone GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
"""
_COUNTED = """
    SELECT group_id, agent_id, status, priority, count(*) FROM tickets_ticket WHERE status <> 'closed'
"""
_DRIFT = f"""
    SELECT group_id, agent_id, status, priority, sum(tallied)::bigint, sum(counted)::bigint
      FROM (SELECT group_id, agent_id, status, priority, n AS tallied, 0 AS counted FROM tickets_tally
             UNION ALL
            SELECT group_id, agent_id, status, priority, 0, n
              FROM ({_COUNTED} GROUP BY 1, 2, 3, 4) counted (group_id, agent_id, status, priority, n)) both_of
     GROUP BY 1, 2, 3, 4 HAVING sum(tallied) <> sum(counted)
"""
_INTO = "INSERT INTO tickets_tally (group_id, agent_id, status, priority, n)"


@dataclass(frozen=True)
class Count:
    group: int | None
    agent: int | None
    status: str
    priority: int | None
    n: int


def counts() -> list[Count]:
    """Every kind of open work with its number. One query over a few hundred rows."""
    return [Count(*row) for row in _sums() if row[-1]]


@composed
def _sums() -> "QuerySet[Tally, tuple[Any, ...]]":
    return Tally.objects.values_list("group", "agent", "status", "priority").annotate(total=Sum("n")).order_by()


def add(tickets: Sequence[int]) -> None:
    """Count tickets that were written without the trigger."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_INTO} {_COUNTED} AND id = ANY(%s) GROUP BY 1, 2, 3, 4", [list(tickets)])


def fold(at: datetime) -> int:
    """Add up what has gathered; the number of rows that went. One worker does it, the others pass by."""
    if Tally.objects.count() < FOLD_FROM:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        before = Tally.objects.count()
        cursor.execute(_FOLD)
        return max(0, before - cursor.rowcount)


@transaction.atomic
def recount() -> None:
    """Count anew from the tickets; nobody changes one meanwhile, and nobody adds up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        cursor.execute("LOCK TABLE tickets_ticket IN SHARE MODE")
        cursor.execute("DELETE FROM tickets_tally")
        cursor.execute(f"{_INTO} {_COUNTED} GROUP BY 1, 2, 3, 4")


def drift() -> list[tuple[int | None, int | None, str, int | None, int, int]]:
    """Where the tally differs from a count of the tickets: group, agent, status, priority, tallied, counted.

    Should be empty.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DRIFT)
        return cursor.fetchall()
