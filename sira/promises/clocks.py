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
from sira.promises.models import OVER, Clock, ClockPeriod
from sira.promises.storing import (
    AMONG,
    OPEN_AMONG,
    PAUSED,
    RUNNING,
    RUNNING_OR_TAKEN_BACK,
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
    """What was promised is done. A target without a running clock is passed over: done is done, also where it was
    taken back before and might have been promised again."""
    return _done(held(subject, OPEN_AMONG, list(targets)), at)


@transaction.atomic
def finish(subject: int, *, at: datetime) -> list[Clock]:
    """The work is done, and with it everything that was promised on the way."""
    return _done(held(subject, RUNNING_OR_TAKEN_BACK, [Clock.Target.FIRST_ANSWER, Clock.Target.NEXT_ANSWER]), at)


def _done(clocks: Sequence[Clock], at: datetime) -> list[Clock]:
    """Those that ran."""
    _kept([_over(clock) for clock in clocks if clock.may_go_on], [])
    return _stopped([clock for clock in clocks if clock.stopped_at is None], at, withdrawn=False)


def _over(clock: Clock) -> Clock:
    clock.rule = {**clock.rule, OVER: True}
    return clock


@transaction.atomic
def stop_all(subject: int, *, at: datetime) -> list[Clock]:
    """Nothing is promised to this subject any more: it was merged or withdrawn. Counts as neither kept nor missed."""
    return _stopped(held(subject, RUNNING), at, withdrawn=True)


@transaction.atomic
def restart_all(subject: int, *, since: datetime) -> list[Clock]:
    """Undo a stop_all of that instant: the clocks go on as if they had never been stopped, for the requester has
    waited all along. What was withdrawn before stays so."""
    clocks = [clock for clock in _latest(held(subject)) if clock.may_go_on and _stop_of(clock) >= since]
    newer = newer_than(clock.edition_id for clock in clocks)
    return _kept(clocks, [over for clock in clocks for over in restored(clock, newer)])


@transaction.atomic
def reopen(subject: int, *targets: str, at: datetime) -> list[Clock]:
    """What was done is not done after all: the latest clock of each target goes on with the time it had left.

    What is no longer promised stays withdrawn.
    """
    latest = _latest(held(subject, AMONG, list(targets)))
    clocks = [clock for clock in latest if clock.stopped_at is not None and not clock.withdrawn]
    periods = []
    for clock in clocks:
        ended = _stop_of(clock)
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
    withdrawn; what was done stays done. The time a group has it ends where it leaves the group, and begins anew if
    it comes back; clocks of tasks are left alone. waiting: the requester is waited for, so what pauses starts paused.
    group: that has it now.  Raises NoCalendar.
    """
    wanted = {promise.target: promise for promise in promises}
    edition = _edition(wanted.values(), calendar_id)
    clocks = {clock.target: clock for clock in _latest(held(subject)) if _may_be_retargeted(clock)}
    newer = newer_than(clock.edition_id for clock in clocks.values() if clock.may_go_on and clock.target in wanted)
    changed, periods = [], []
    for target, clock in clocks.items():
        promise = wanted.pop(target, None)
        if promise is None:
            left = target.startswith(Clock.GROUP) and target != f"{Clock.GROUP}{group}"
            if clock.stopped_at is None:
                changed += _stopped([clock], at, withdrawn=not left)
            elif left:
                changed.append(_over(clock))
        elif (clock.stopped_at is None or clock.may_go_on) and not _holds(clock, promise, edition):
            if clock.withdrawn:
                periods += restored(clock, newer)
            periods.append(period(clock, until=at, ended_by=End.RETARGETED))
            _aim(clock, promise, edition, at)
            if waiting and promise.pauses and clock.paused_at is None:
                reckoning.pause(clock, working_time(clock.edition_id), at)
            elif not waiting and clock.paused_at is not None:  # the wait ended while nothing was promised
                reckoning.resume(clock, working_time(clock.edition_id), at)
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
    return not clock.target.startswith(Clock.GROUP) or clock.stopped_at is None or clock.may_go_on


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
    clock.edition_id, clock.plan_id, clock.rule = new, promise.plan, promise.rule
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


def _stopped(clocks: Sequence[Clock], at: datetime, *, withdrawn: bool) -> list[Clock]:
    """No period is written: until it is reopened a stopped clock tells its last period itself."""
    for clock in clocks:
        clock.withdrawn = withdrawn
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


def _stop_of(clock: Clock) -> datetime:
    assert clock.stopped_at is not None
    return clock.stopped_at
