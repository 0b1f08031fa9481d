"""How a clock counts. Pure: works on a clock's fields, knows no database and no present.

Working time used up plus working time left is the budget, whatever happened on the way. A promise is missed when its
deadline has passed, also outside working hours.
"""

from datetime import datetime, timedelta
from typing import Protocol

from sira.calendars.working_time import WorkingTime
from sira.promises import planned
from sira.promises.models import NOTHING, Clock

# From here on a promise is at risk, on every list and board, whatever its plan warns of.
WARN_SHARE = 0.75


def settle(clock: Clock, hours: WorkingTime, at: datetime) -> None:
    """Count what has passed since the last change of a clock that is not stopped.

    An instant before that change is taken for it: the clocks of two machines differ.
    """
    at = max(at, clock.since)
    passed = hours.between(clock.since, at)
    if clock.paused_at is None:
        clock.used += passed
    else:
        clock.paused_for += passed
    clock.since = at


def plan(clock: Clock, hours: WorkingTime) -> None:
    """Set deadline, warning and next mark from what is left at the last change.

    A mark that lies ahead again was not told yet: a longer time is a new promise.
    """
    clock.due_at = _instant(clock, hours, clock.budget - clock.used, passed=clock.due_at)
    clock.warn_at = _instant(clock, hours, clock.budget * WARN_SHARE - clock.used, passed=clock.warn_at)
    if clock.used < clock.budget and (clock.told_up_to or NOTHING) < clock.budget:
        clock.breached_at = None
    clock.next_mark_at = next_mark(clock, hours)


def next_mark(clock: Clock, hours: WorkingTime) -> datetime | None:
    """When a mark comes that was not told yet; the last change, or the deadline, for one that has passed.

    None where nothing is promised: nobody is told of it.
    """
    if clock.withdrawn:
        return None
    told = clock.told_up_to or NOTHING
    ahead = next((one.place for one in planned.stops(clock.marks, clock.budget) if one.place > told), None)
    if ahead is None:
        return None
    if ahead == clock.budget:
        return clock.due_at
    return _instant(clock, hours, ahead - clock.used, passed=None)


def _instant(clock: Clock, hours: WorkingTime, left: timedelta, *, passed: datetime | None) -> datetime | None:
    """When this much more will have been worked: unknown in a pause; the past instant where nothing is left."""
    if left <= timedelta(0):
        return passed if passed is not None and passed <= clock.since else clock.since
    return hours.add(clock.since, left) if clock.paused_at is None else None


def pause(clock: Clock, hours: WorkingTime, at: datetime) -> None:
    settle(clock, hours, at)
    clock.paused_at = clock.since
    plan(clock, hours)


def resume(clock: Clock, hours: WorkingTime, at: datetime) -> None:
    settle(clock, hours, at)
    clock.paused_at = None
    plan(clock, hours)


def retarget(
    clock: Clock, old: WorkingTime, new: WorkingTime, at: datetime, *, budget: timedelta, pauses: bool
) -> None:
    """Keep the working time used so far; from now on another budget and calendar count."""
    settle(clock, old, at)
    clock.budget, clock.pauses = budget, pauses
    if not pauses:
        clock.paused_at = None
    plan(clock, new)


def stop(clock: Clock, hours: WorkingTime, at: datetime) -> None:
    """Count up to now and no further. `since` stays, for the period goes on if the stop is taken back."""
    since = clock.since
    settle(clock, hours, at)
    clock.since, clock.stopped_at, clock.next_mark_at = since, clock.since, None
    if clock.due_at is not None and clock.due_at < clock.stopped_at:
        clock.breached_at = clock.due_at


def withdraw(clock: Clock, hours: WorkingTime, at: datetime) -> None:
    settle(clock, hours, at)
    clock.withdrawn, clock.next_mark_at = True, None


def reopen(clock: Clock, hours: WorkingTime, at: datetime) -> None:
    """Count again; the time it was stopped is a pause."""
    assert clock.stopped_at is not None
    clock.since = max(at, clock.stopped_at)
    clock.paused_for += hours.between(clock.stopped_at, clock.since)
    clock.stopped_at = clock.paused_at = None
    plan(clock, hours)


def restore(clock: Clock, hours: WorkingTime) -> None:
    """As if it had never been stopped: the time since then counts."""
    assert clock.stopped_at is not None
    clock.since, clock.stopped_at = clock.stopped_at, None
    plan(clock, hours)


def give_again(clock: Clock, hours: WorkingTime, at: datetime) -> None:
    """What was taken back is promised as it was."""
    settle(clock, hours, at)
    clock.withdrawn = False
    plan(clock, hours)


class Read(Protocol):
    """What is read of a clock to tell how much of it is used."""

    @property
    def used(self) -> timedelta: ...
    @property
    def since(self) -> datetime: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def stopped_at(self) -> datetime | None: ...


def used_until(clock: Read, hours: WorkingTime, at: datetime) -> timedelta:
    """Working time used at an instant not before the last change."""
    if clock.paused_at is not None or clock.stopped_at is not None or at <= clock.since:
        return clock.used
    return clock.used + hours.between(clock.since, at)


def paused_until(clock: Clock, hours: WorkingTime, at: datetime) -> timedelta:
    """Working time that passed in pauses until an instant not before the last change."""
    if clock.paused_at is None or clock.stopped_at is not None or at <= clock.since:
        return clock.paused_for
    return clock.paused_for + hours.between(clock.since, at)
