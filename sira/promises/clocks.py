"""What happens to clocks: started, paused, resumed, promised anew, stopped, reopened.

Each operation takes the whole subject, locks its clocks, and needs at most three statements however many there are.
It answers with the clocks it changed, so that the caller can copy deadlines to where it lists them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sira.calendars.compiled import edition_in_force, working_time
from sira.calendars.working_time import WorkingTime
from sira.plumbing import rows
from sira.promises import reckoning
from sira.promises.following import newer_than, restored
from sira.promises.models import Clock, ClockPeriod
from sira.promises.storing import (
    AMONG,
    OPEN,
    OPEN_AMONG,
    PAUSED,
    TO_PAUSE,
    held,
    insert,
    period,
    store,
)

End = ClockPeriod.End


@dataclass(frozen=True)
class Promise:
    """What a table promises. rule: where it comes from, as {"reason": key of decisions.Reason}.

    edition: of a calendar of its own; None for the one that the ticket goes by.  plan: of its marks, by key.
    """

    target: str
    budget: timedelta
    pauses: bool = True
    rule: dict[str, Any] = field(default_factory=dict)
    edition: int | None = None
    plan: int | None = None


def start_clocks(subject: int, promises: Iterable[Promise], calendar_id: int | None, *, at: datetime) -> list[Clock]:
    """Two statements. calendar_id: None for the desk's default.

    Raises NoCalendar, and IntegrityError (one_running_clock_per_target) where one already runs.
    """
    return insert(started(subject, promises, calendar_id, at=at))


def started(subject: int, promises: Iterable[Promise], calendar_id: int | None, *, at: datetime) -> list[Clock]:
    """The same, unsaved, for who writes them with other rows.  Raises NoCalendar."""
    promises = list(promises)
    if not promises:
        return []
    edition = _edition(promises, calendar_id)
    return [_started(subject, promise, edition, at) for promise in promises]


def _edition(promises: Iterable[Promise], calendar_id: int | None) -> int:
    """The edition for what has none of its own; not asked for where nothing needs it."""
    needed = any(promise.edition is None for promise in promises)
    return edition_in_force(calendar_id) if needed else 0


def _started(subject: int, promise: Promise, edition: int, at: datetime) -> Clock:
    edition = promise.edition or edition
    clock = rows.made(
        Clock,
        subject=subject,
        target=promise.target,
        edition_id=edition,
        budget=promise.budget,
        pauses=promise.pauses,
        plan_id=promise.plan,
        started_at=at,
        since=at,
        rule=promise.rule,
    )
    reckoning.plan(clock, working_time(edition))
    return clock


def pause(subject: int, *, at: datetime) -> list[Clock]:
    """The requester is waited for: clocks whose promise pauses stand still. A paused one stays as it is."""
    return _change(subject, TO_PAUSE, End.PAUSED, reckoning.pause, at)


def resume(subject: int, *, at: datetime) -> list[Clock]:
    return _change(subject, PAUSED, End.RESUMED, reckoning.resume, at)


@transaction.atomic
def stop(subject: int, *targets: str, at: datetime) -> list[Clock]:
    """What was promised is done, with what was taken back and might have been promised again. The clocks that were
    promises until now; a target without one is passed over."""
    return _promises_among(_stopped(held(subject, OPEN_AMONG, list(targets)), at))


@transaction.atomic
def finish(subject: int, *, at: datetime) -> list[Clock]:
    """The work is done, and with it everything that was promised on the way."""
    return _promises_among(_stopped(held(subject, OPEN), at))


def _promises_among(clocks: Iterable[Clock]) -> list[Clock]:
    return [clock for clock in clocks if not clock.withdrawn]


@transaction.atomic
def stop_all(subject: int, *, at: datetime) -> list[Clock]:
    """Nothing is promised to this subject any more: it was merged. Counts as neither kept nor missed."""
    clocks = held(subject, OPEN)
    periods = [_withdrawn(clock, at, ended_by=End.CALLED_OFF) for clock in clocks]
    _stopped(clocks, at)
    insert(periods)
    return clocks


@transaction.atomic
def restart_all(subject: int, *, at: datetime) -> list[Clock]:
    """Undo the last stop_all: the clocks go on as if they had never been stopped, for the requester has waited all
    along. What was taken back before stays so."""
    called_off = {over.clock_id: over for over in _called_off(subject)}
    clocks = [
        clock
        for clock in held(subject)
        if clock.withdrawn and clock.pk in called_off and clock.stopped_at == called_off[clock.pk].until
    ]
    newer, periods = newer_than(clock.edition_id for clock in clocks), []
    for clock in clocks:
        periods += restored(clock, newer)
        if called_off[clock.pk].state in ClockPeriod.OWED:
            periods.append(period(clock, until=at, ended_by=End.RESTORED))
            reckoning.give_again(clock, working_time(clock.edition_id), at)
    return _kept(clocks, periods)


def _called_off(subject: int) -> Iterable[ClockPeriod]:
    return ClockPeriod.objects.filter(clock__subject=subject, ended_by=End.CALLED_OFF).order_by("id")


@transaction.atomic
def reopen(subject: int, *targets: str, since: datetime, at: datetime) -> list[Clock]:
    """What was done is not done after all: the latest clock of each target goes on with the time it had left.

    since: when it was done; what ended before stays so, as the time of a group that it had left by then.
    """
    latest = _latest(held(subject, AMONG, list(targets)))
    clocks = [clock for clock in latest if clock.stopped_at is not None and clock.stopped_at >= since]
    periods = []
    for clock in clocks:
        ended = clock.stopped_at
        assert ended is not None
        periods.append(period(clock, until=ended, ended_by=End.STOPPED))
        stopped = period(clock, until=at, ended_by=End.REOPENED)
        stopped.since, stopped.state = ended, ClockPeriod.State.STOPPED
        stopped.until = max(at, ended)
        periods.append(stopped)
        reckoning.reopen(clock, working_time(clock.edition_id), at)
    return _kept(clocks, periods)


@transaction.atomic
def retarget(
    subject: int,
    promises: Iterable[Promise],
    calendar_id: int | None,
    *,
    at: datetime,
    waiting: bool = False,
    group: int | None = None,
) -> list[Clock]:
    """Priority, group, calendar, contract or type has changed: from now on other promises hold.

    The working time used so far is kept. What is promised now and never was starts; what is no longer promised is
    taken back, and goes on as if it never had been once it is promised again; what was done stays done. The time a
    group has it ends where it leaves the group, and begins anew if it comes back; clocks of tasks are left alone.
    waiting: the requester is waited for, so what pauses starts paused.
    group: that has it now.  Raises NoCalendar.
    """
    wanted = {promise.target: promise for promise in promises}
    edition = _edition(wanted.values(), calendar_id)
    clocks = {clock.target: clock for clock in _latest(held(subject)) if _may_be_retargeted(clock)}
    changed, periods = [], []
    for target, clock in clocks.items():
        promise = wanted.pop(target, None)
        if clock.stopped_at is not None:
            continue
        if promise is None and target.startswith(Clock.GROUP) and target != f"{Clock.GROUP}{group}":
            changed += _stopped([clock], at)
        elif promise is None and not clock.withdrawn:
            periods.append(_withdrawn(clock, at, ended_by=End.WITHDRAWN))
            changed.append(clock)
        elif promise is not None and not _holds(clock, promise, edition):
            periods.append(period(clock, until=at, ended_by=End.RETARGETED))
            _aim(clock, promise, edition, at)
            if waiting and promise.pauses and clock.paused_at is None:
                reckoning.pause(clock, working_time(clock.edition_id), at)
            changed.append(clock)
    _kept(changed, periods)
    started = [_started(subject, promise, edition, at) for promise in wanted.values()]
    if waiting:
        for clock in started:
            if clock.pauses:
                reckoning.pause(clock, working_time(clock.edition_id), at)
    return changed + insert(started)


def _may_be_retargeted(clock: Clock) -> bool:
    if clock.target.startswith(Clock.TASK):
        return False
    return not clock.target.startswith(Clock.GROUP) or clock.stopped_at is None


def _holds(clock: Clock, promise: Promise, edition: int) -> bool:
    same = (clock.budget, clock.pauses, clock.edition_id, clock.plan_id, clock.rule) == (
        promise.budget,
        promise.pauses,
        promise.edition or edition,
        promise.plan,
        promise.rule,
    )
    return same and not clock.withdrawn


def _aim(clock: Clock, promise: Promise, edition: int, at: datetime) -> None:
    old, new = working_time(clock.edition_id), promise.edition or edition
    clock.edition_id, clock.plan_id, clock.rule, clock.withdrawn = new, promise.plan, promise.rule, False
    reckoning.retarget(clock, old, working_time(new), at, budget=promise.budget, pauses=promise.pauses)


@transaction.atomic
def _change(
    subject: int, which: str, ended_by: str, change: Callable[[Clock, WorkingTime, datetime], None], at: datetime
) -> list[Clock]:
    clocks = held(subject, which)
    periods = []
    for clock in clocks:
        periods.append(period(clock, until=at, ended_by=ended_by))
        change(clock, working_time(clock.edition_id), at)
    return _kept(clocks, periods)


def _withdrawn(clock: Clock, at: datetime, *, ended_by: str) -> ClockPeriod:
    over = period(clock, until=at, ended_by=ended_by)
    reckoning.withdraw(clock, working_time(clock.edition_id), at)
    return over


def _stopped(clocks: Sequence[Clock], at: datetime) -> list[Clock]:
    """No period is written: until it is reopened a stopped clock tells its last period itself."""
    for clock in clocks:
        reckoning.stop(clock, working_time(clock.edition_id), at)
    return _kept(clocks, [])


def _kept(clocks: Sequence[Clock], periods: Sequence[ClockPeriod]) -> list[Clock]:
    store(clocks)
    insert(periods)
    return list(clocks)


def _latest(clocks: Iterable[Clock]) -> list[Clock]:
    """The newest clock of each target: one that runs, else the last that was started."""
    newest = {
        clock.target: clock for clock in sorted(clocks, key=lambda clock: (clock.stopped_at is None, clock.started_at))
    }
    return list(newest.values())
