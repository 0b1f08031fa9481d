"""Looks after running clocks: tells of the marks of their plans once each, and follows edited calendars.

Costs what is due, not what is open: due rows come from an index of next marks. Any number of workers may pump at once.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal

from django.db import connection, transaction

from sira.calendars.compiled import working_time
from sira.plumbing import prepared, rows
from sira.promises import planned, reckoning
from sira.promises.following import follow
from sira.promises.models import NOTHING, Clock
from sira.promises.storing import insert, store

BATCH = 1000
# How long a mark waits whose listener failed; the other marks go on meanwhile.
TRY_AGAIN = timedelta(minutes=5)
MICROSECOND = timedelta(microseconds=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """A moment of a promise that has come. mark_at: when it was due, to tell how late the notice is.

    tells: whom.  does: actions of this mark and of those that came together with it and were passed over.
    past: working time beyond the end of the promise, for steps after a breach.  told_before: what the clock had told.
    calls: which ones of the chain on call are meant, from 1; several where marks came together.
    """

    clock: int
    subject: int
    target: str
    kind: Literal["warning", "breach", "after"]
    mark_at: datetime
    due_at: datetime | None
    tells: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    share: int = 100
    past: timedelta = NOTHING
    told_before: timedelta | None = None
    calls: tuple[int, ...] = ()
    name: str = ""


Listener = Callable[[Sequence[Mark], datetime], None]
_listeners: list[Listener] = []


def on_mark(listener: Listener) -> Listener:
    """Have marks told. Usable as a decorator; called in the transaction that ticks the marks off.

    A listener writes rows of its own and defers jobs: whoever locks subjects here waits crosswise with operations
    that lock their clocks.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


_followers: list[Callable[[Sequence[int]], None]] = []


def on_follow(tell: Callable[[Sequence[int]], None]) -> None:
    """Be told, in the same transaction, of which subjects deadlines have moved with an edited calendar."""
    if tell not in _followers:
        _followers.append(tell)


DUE = (
    "SELECT next_mark_at FROM promises_clock WHERE next_mark_at IS NOT NULL ORDER BY next_mark_at LIMIT 1",
    # Clocks in an edition that a newer one has taken the place of; joined by row, as in _OUTDATED below.
    "SELECT superseded_at FROM calendars_edition edition CROSS JOIN LATERAL ("
    "SELECT FROM promises_clock WHERE stopped_at IS NULL AND edition_id BETWEEN edition.id AND edition.id"
    " ORDER BY edition_id LIMIT 1) clock WHERE edition.superseded_at IS NOT NULL LIMIT 1",
    # Clocks with an edition of a plan that a newer one has taken the place of.
    "SELECT plan.at FROM promises_warningplan plan CROSS JOIN LATERAL ("
    "SELECT FROM promises_clock WHERE stopped_at IS NULL AND plan_id BETWEEN plan.id AND plan.id"
    " ORDER BY plan_id LIMIT 1) clock WHERE NOT plan.is_current LIMIT 1",
)


def pump(at: datetime) -> int:
    """Tell all marks that have come by now, each at most once; how many."""
    follow_calendars(at)
    follow_plans(at)
    told = 0
    while marks := _tell(at):
        told += len(marks)
    return told


@transaction.atomic
def _tell(at: datetime, most: int = BATCH) -> list[Mark]:
    due = rows.find_all(Clock, _DUE, [at, most])
    if not due:
        return []
    marks = [mark for clock in due for mark in _come(clock, at)]
    _tick_off(due)
    try:
        with transaction.atomic():
            _listen(marks, at)
    except Exception:
        log.exception("A batch of marks could not be told; each is tried alone.")
        for mark in marks:
            _tell_alone(mark, at)
    return marks


_DUE = "next_mark_at < %s ORDER BY next_mark_at LIMIT %s FOR UPDATE SKIP LOCKED"


def _come(clock: Clock, at: datetime) -> list[Mark]:
    """Tick off the marks of one clock that have come. Those that come together, after an outage, are told as one: the
    last speaks, and what the others would have done is done."""
    hours = working_time(clock.edition_id)
    used, told = reckoning.used_until(clock, hours, at), clock.told_up_to or NOTHING
    is_late = clock.due_at is not None and clock.due_at < at
    come = [
        one
        for one in planned.stops(clock.marks, clock.budget)
        if told < one.place <= used and (one.place < clock.budget or is_late)
    ]
    mark_at = clock.next_mark_at
    if come:
        clock.told_up_to = come[-1].place
        if come[-1].place >= clock.budget:
            clock.breached_at = clock.due_at
    clock.next_mark_at = reckoning.next_mark(clock, hours)
    return [_mark(clock, come, told, mark_at or at)] if come else []


def _mark(clock: Clock, come: list[planned.Stop], told: timedelta, mark_at: datetime) -> Mark:
    last, breaks = come[-1].place, told < clock.budget <= come[-1].place
    calls = tuple(one.call for one in come if one.call)
    tells = {*come[-1].tells, *(("on_call",) if calls else ())}
    if breaks:  # whoever should have heard of the breach hears of it, also where a later step came with it
        tells.update(*(one.tells for one in come if one.place == clock.budget))
    return Mark(
        clock=clock.pk,
        subject=clock.subject,
        target=clock.target,
        kind="breach" if breaks else "warning" if last < clock.budget else "after",
        mark_at=clock.due_at if breaks and clock.due_at else mark_at,
        due_at=clock.due_at,
        tells=tuple(who for who in planned.TELLS if who in tells),
        does=tuple(dict.fromkeys(action for one in come for action in one.does)),
        share=round(100 * (last / clock.budget)),
        past=max(NOTHING, last - clock.budget),
        told_before=told,
        calls=calls,
        name=clock.rule.get("name", ""),
    )


_TICK_OFF = """
    UPDATE promises_clock clock
    SET told_up_to = new.told * interval '1 microsecond', breached_at = new.breached_at, next_mark_at = new.next_mark_at
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
         AS new(id, told, breached_at, next_mark_at)
    WHERE clock.id = new.id
"""


def _tick_off(clocks: Sequence[Clock]) -> None:
    told = (None if clock.told_up_to is None else clock.told_up_to // MICROSECOND for clock in clocks)
    columns = [(clock.pk for clock in clocks), told]
    columns += [(at and at.isoformat() for at in some) for some in zip(*map(_INSTANTS, clocks), strict=True)]
    prepared.ask(_TICK_OFF, [prepared.array(column) for column in columns])


_INSTANTS = attrgetter("breached_at", "next_mark_at")


def _tell_alone(mark: Mark, at: datetime) -> None:
    try:
        with transaction.atomic():
            _listen([mark], at)
    except Exception:
        log.exception("The %s of clock %s could not be told; it is tried again.", mark.kind, mark.clock)
        again = {"breached_at": None} if mark.kind == "breach" else {}
        Clock.objects.filter(pk=mark.clock).update(next_mark_at=at + TRY_AGAIN, told_up_to=mark.told_before, **again)


def _listen(marks: Sequence[Mark], at: datetime) -> None:
    for listener in _listeners if marks else ():
        listener(marks, at)


# The join by row keeps this at one probe of the index for each edition of the past, however many clocks run. With an
# order to keep, and so with BETWEEN, the planner takes the index; for "=" and a LIMIT it may read the whole table.
_OUTDATED = """
    SELECT clock.id, edition.id, newer.id, newer.at
    FROM calendars_edition edition
    JOIN calendars_edition newer ON newer.calendar_id = edition.calendar_id AND newer.number = edition.number + 1
    CROSS JOIN LATERAL (
        SELECT id FROM promises_clock WHERE stopped_at IS NULL AND edition_id BETWEEN edition.id AND edition.id
        ORDER BY edition_id LIMIT %s
    ) clock
    WHERE edition.superseded_at IS NOT NULL LIMIT %s
"""


def follow_calendars(at: datetime) -> int:
    """Let running clocks go on in the next editions of their calendar, each from the instant it was made; how often.

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
        newer = {clock: step for clock, *step in cursor.fetchall()}
    if not newer:
        return 0
    clocks = list(
        Clock.objects.select_for_update(skip_locked=True).filter(pk__in=newer, stopped_at=None).order_by("id")
    )
    periods = []
    for clock in clocks:
        old, edition, made_at = newer[clock.pk]
        if clock.edition_id == old:
            periods.append(follow(clock, edition, made_at=made_at))
    store(clocks)
    insert(periods)
    for tell in _followers:
        tell(sorted({clock.subject for clock in clocks}))
    return len(periods)


_IN_OLD_PLAN = """
    SELECT clock.id, newer.id FROM promises_warningplan plan
    JOIN promises_warningplan newer ON newer.key = plan.key AND newer.is_current
    CROSS JOIN LATERAL (
        SELECT id FROM promises_clock WHERE stopped_at IS NULL AND plan_id BETWEEN plan.id AND plan.id
        ORDER BY plan_id LIMIT %s
    ) clock
    WHERE NOT plan.is_current LIMIT %s
"""


def follow_plans(at: datetime) -> int:
    """Let running clocks go on with the newest edition of their plan; how many.

    What was told stays told, and a mark that lies behind already is passed over: nobody is warned of the past.
    """
    followed = 0
    while moved := _follow_plans(at):
        followed += moved
    return followed


@transaction.atomic
def _follow_plans(at: datetime) -> int:
    newer: dict[int, int] = dict(prepared.ask(_IN_OLD_PLAN, [BATCH, BATCH]))
    if not newer:
        return 0
    rows_of = Clock.objects.select_for_update(skip_locked=True).filter(pk__in=newer, stopped_at=None)
    clocks = list(rows_of.order_by("id"))
    for clock in clocks:
        hours, told = working_time(clock.edition_id), clock.told_up_to or NOTHING
        used = reckoning.used_until(clock, hours, at)
        clock.plan_id = newer[clock.pk]
        behind = [one.place for one in planned.stops(clock.marks, clock.budget) if told < one.place <= used]
        if told < clock.budget:  # that it breaks is told all the same
            behind = [place for place in behind if place < clock.budget]
        clock.told_up_to = max(behind, default=clock.told_up_to)
        clock.next_mark_at = reckoning.next_mark(clock, hours)
    store(clocks)
    return len(clocks)
