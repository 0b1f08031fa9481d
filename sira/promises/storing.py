"""Clocks to and from the database, few queries for any number of them."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from sira.promises.models import Clock, ClockPeriod

_CHANGING = {
    "edition_id": "bigint",
    "budget": "interval",
    "pauses": "boolean",
    "since": "timestamptz",
    "used": "interval",
    "paused_for": "interval",
    "warn_at": "timestamptz",
    "due_at": "timestamptz",
    "next_mark_at": "timestamptz",
    "paused_at": "timestamptz",
    "stopped_at": "timestamptz",
    "warned_at": "timestamptz",
    "breached_at": "timestamptz",
    "withdrawn": "boolean",
}
_COLUMNS = {"id": "bigint", **_CHANGING, "rule": "text"}
# One statement for any number of rows; Django's bulk_update spells out a CASE for every field and row.
_UPDATE = f"""
    UPDATE promises_clock clock SET {", ".join(f"{name} = new.{name}" for name in _CHANGING)}, rule = new.rule::jsonb
    FROM unnest({", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())}) AS new({", ".join(_COLUMNS)})
    WHERE clock.id = new.id
"""


def held(**of: object) -> list[Clock]:
    """Clocks locked until the end of the transaction, in one order, so that two operations never wait crosswise."""
    return list(Clock.objects.select_for_update().filter(**of).order_by("id"))


def store(clocks: Sequence[Clock]) -> None:
    if not clocks:
        return
    columns = [[getattr(clock, name) for clock in clocks] for name in _COLUMNS if name != "rule"]
    columns.append([json.dumps(clock.rule) for clock in clocks])
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, columns)


def period(clock: Clock, *, until: datetime, ended_by: str) -> ClockPeriod:
    """The period that a change at `until` ends, to be taken before the change."""
    state = ClockPeriod.State.COUNTING if clock.paused_at is None else ClockPeriod.State.PAUSED
    return ClockPeriod(
        clock_id=clock.pk,
        since=clock.since,
        until=max(until, clock.since),
        state=state,
        edition_id=clock.edition_id,
        budget=clock.budget,
        due_at=clock.due_at,
        rule=clock.rule,
        ended_by=ended_by,
    )
