"""Looks after running clocks: tells of warnings and breaches once each, and follows edited calendars.

Costs what is due, not what is open: due rows come from an index of next marks. Any number of workers may pump at once.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection, transaction

from sira.calendars.compiled import working_time
from sira.promises import reckoning
from sira.promises.models import Clock, ClockPeriod
from sira.promises.storing import insert, period, store

BATCH = 500
# How long a mark waits whose listener failed; the other marks go on meanwhile.
TRY_AGAIN = timedelta(minutes=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """A moment of a promise that has come. mark_at: when it was due, to tell how late the notice is."""

    clock: int
    subject: int
    target: str
    kind: Literal["warning", "breach"]
    mark_at: datetime
    due_at: datetime | None


Listener = Callable[[Sequence[Mark], datetime], None]
_listeners: list[Listener] = []


def on_mark(listener: Listener) -> Listener:
    """Have marks told. Usable as a decorator; called in the transaction that ticks the marks off.

    A listener only defers jobs: whoever locks subjects here waits crosswise with operations that lock their clocks.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


DUE = (
    "SELECT next_mark_at FROM promises_clock WHERE next_mark_at IS NOT NULL ORDER BY next_mark_at LIMIT 1",
    # Clocks in an edition that a newer one has taken the place of; joined by row, as in _OUTDATED below.
    "SELECT superseded_at FROM calendars_edition edition CROSS JOIN LATERAL ("
    "SELECT FROM promises_clock WHERE stopped_at IS NULL AND edition_id BETWEEN edition.id AND edition.id"
    " ORDER BY edition_id LIMIT 1) clock WHERE edition.superseded_at IS NOT NULL LIMIT 1",
)


def pump(at: datetime) -> int:
    """Tell all marks that have come by now, each at most once; how many."""
    follow_calendars(at)
    told = 0
    while marks := _tell(at):
        told += len(marks)
    return told


# A breach that comes together with its warning, after an outage, makes the warning pointless: it is ticked off unsaid.
_TICK_OFF = """
    WITH due AS (
        SELECT id, next_mark_at FROM promises_clock
        WHERE next_mark_at < %(at)s
        ORDER BY next_mark_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
    UPDATE promises_clock clock SET
        warned_at = coalesce(clock.warned_at, %(at)s),
        breached_at = CASE WHEN clock.due_at < %(at)s THEN clock.due_at ELSE clock.breached_at END,
        next_mark_at = CASE WHEN clock.due_at < %(at)s THEN NULL ELSE clock.due_at END
    FROM due WHERE clock.id = due.id
    RETURNING clock.id, clock.subject, clock.target, clock.breached_at IS NOT NULL, due.next_mark_at, clock.due_at
"""


@transaction.atomic
def _tell(at: datetime, most: int = BATCH) -> list[Mark]:
    marks = _tick_off(at, most)
    if not marks:
        return []
    try:
        with transaction.atomic():
            _listen(marks, at)
    except Exception:
        log.exception("A batch of marks could not be told; each is tried alone.")
        for mark in marks:
            _tell_alone(mark, at)
    return marks


def _tick_off(at: datetime, most: int) -> list[Mark]:
    with connection.cursor() as cursor:
        cursor.execute(_TICK_OFF, {"at": at, "most": most})
        return [
            Mark(clock, subject, target, "breach" if breached else "warning", due_at if breached else mark_at, due_at)
            for clock, subject, target, breached, mark_at, due_at in cursor.fetchall()
        ]


def _tell_alone(mark: Mark, at: datetime) -> None:
    try:
        with transaction.atomic():
            _listen([mark], at)
    except Exception:
        log.exception("The %s of clock %s could not be told; it is tried again.", mark.kind, mark.clock)
        told = {"warned_at": None} if mark.kind == "warning" else {"breached_at": None}
        Clock.objects.filter(pk=mark.clock).update(next_mark_at=at + TRY_AGAIN, **told)


def _listen(marks: Sequence[Mark], at: datetime) -> None:
    for listener in _listeners:
        listener(marks, at)


# The join by row keeps this at one probe of the index for each edition of the past, however many clocks run. With an
# order to keep, and so with BETWEEN, the planner takes the index; for "=" and a LIMIT it may read the whole table.
_OUTDATED = """
    SELECT clock.id, calendar.edition_id, edition.superseded_at
    FROM calendars_edition edition
    JOIN calendars_calendar calendar ON calendar.id = edition.calendar_id
    CROSS JOIN LATERAL (
        SELECT id FROM promises_clock WHERE stopped_at IS NULL AND edition_id BETWEEN edition.id AND edition.id
        ORDER BY edition_id LIMIT %s
    ) clock
    WHERE edition.superseded_at IS NOT NULL LIMIT %s
"""


def follow_calendars(at: datetime) -> int:
    """Let running clocks go on in the newest edition of their calendar, from the instant it was made; how many.

    Hours worked before that instant stay as the old edition counted them.
    """
    followed = 0
    while moved := _follow():
        followed += moved
    return followed


@transaction.atomic
def _follow() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED, [BATCH, BATCH])
        newer = {clock: (edition, since) for clock, edition, since in cursor.fetchall()}
    if not newer:
        return 0
    clocks = list(
        Clock.objects.select_for_update(skip_locked=True).filter(pk__in=newer, stopped_at=None).order_by("id")
    )
    periods = []
    for clock in clocks:
        edition, since = newer[clock.pk]
        if clock.edition_id == edition:
            continue
        periods.append(period(clock, until=since, ended_by=ClockPeriod.End.CALENDAR))
        old, new = working_time(clock.edition_id), working_time(edition)
        clock.edition_id = edition
        reckoning.retarget(clock, old, new, since, budget=clock.budget, pauses=clock.pauses)
    store(clocks)
    insert(periods)
    return len(periods)
