"""Clocks to and from the database, one statement for any number of rows, prepared: every mail comes through here."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from sira.plumbing import prepared, rows
from sira.promises.models import Clock, ClockPeriod

Row = TypeVar("Row", bound=models.Model)

ANY = "TRUE"
OPEN = "stopped_at IS NULL"
OPEN_AMONG = "target = ANY(%s) AND stopped_at IS NULL"
AMONG = "target = ANY(%s)"
TO_PAUSE = "stopped_at IS NULL AND paused_at IS NULL AND pauses"
PAUSED = "stopped_at IS NULL AND paused_at IS NOT NULL"


def held(subject: int, which: str = ANY, *arguments: Any) -> list[Clock]:
    """Clocks locked until the end of the transaction, in one order, so that two operations never wait crosswise.

    which: one of the conditions above.
    """
    return rows.find_all(Clock, f"subject = %s AND {which} ORDER BY id FOR UPDATE", [subject, *arguments])


def insert(new: Sequence[Row]) -> list[Row]:
    """Rows of one model, with their keys afterwards."""
    rows.insert(new)
    return list(new)


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
    "told_up_to": "interval",
    "plan_id": "bigint",
    "breached_at": "timestamptz",
    "withdrawn": "boolean",
    "rule": "jsonb",
}
_GIVEN = {"id": "bigint", **_CHANGING}
_UPDATE = f"""
    UPDATE promises_clock clock SET {", ".join(f"{name} = new.{name}" for name in _CHANGING)}
    FROM unnest({", ".join(f"%s::{kind}[]" for kind in _GIVEN.values())}) AS new({", ".join(_GIVEN)})
    WHERE clock.id = new.id
"""


def store(clocks: Sequence[Clock]) -> None:
    if clocks:
        prepared.ask(_UPDATE, [[_plain(getattr(clock, name)) for clock in clocks] for name in _GIVEN])


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def period(clock: Clock, *, until: datetime, ended_by: str) -> ClockPeriod:
    """The period that a change at `until` ends, to be taken before the change."""
    return ClockPeriod(
        clock_id=clock.pk,
        since=clock.since,
        until=max(until, clock.since),
        state=clock.standing,
        edition_id=clock.edition_id,
        budget=clock.budget,
        due_at=clock.due_at,
        rule=clock.rule,
        ended_by=ended_by,
    )
