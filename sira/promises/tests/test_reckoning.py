"""Clocks against a plain story: count each worked minute while the clock runs."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sira.calendars.working_time import WorkingTime, week_of
from sira.promises import reckoning
from sira.promises.models import Clock

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = WorkingTime(WARSAW, week_of([[(540, 720), (780, 1020)]] * 5 + [[], []]))
LONG = WorkingTime(WARSAW, week_of([[(0, 1440)]] * 7))


def monday(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return datetime(2026, 6, 1 + days, hour, minute, tzinfo=WARSAW)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def a_clock(budget: float, at: datetime, calendar: WorkingTime = OFFICE) -> Clock:
    clock = Clock(subject=1, target="resolution", budget=hours(budget), started_at=at, since=at)
    reckoning.plan(clock, calendar)
    return clock


def test_a_deadline_counts_working_hours_and_the_warning_comes_at_three_quarters():
    clock = a_clock(8, monday(13))
    assert clock.due_at == monday(14, days=1)
    assert clock.warn_at == monday(11, days=1)
    assert clock.next_mark_at == clock.warn_at


def test_a_pause_moves_the_deadline_by_the_working_time_it_took():
    clock = a_clock(4, monday(9))
    reckoning.pause(clock, OFFICE, monday(10))
    assert (clock.due_at, clock.next_mark_at) == (None, None)
    reckoning.resume(clock, OFFICE, monday(10, days=1))
    assert clock.used == hours(1)
    assert clock.paused_for == hours(7)
    assert clock.due_at == monday(14, days=1) == OFFICE.add(clock.started_at, clock.budget + clock.paused_for)


def test_a_promise_missed_by_the_clock_on_the_wall_is_missed_also_after_hours():
    clock = a_clock(7, monday(9))
    assert clock.due_at == monday(17)
    reckoning.stop(clock, OFFICE, monday(18))
    assert clock.breached_at == monday(17)


def test_done_at_the_very_deadline_is_in_time():
    clock = a_clock(7, monday(9))
    reckoning.stop(clock, OFFICE, monday(17))
    assert clock.breached_at is None
    assert clock.due_at == monday(17)


def test_a_shorter_promise_counts_what_was_used_and_may_be_missed_at_once():
    clock = a_clock(7, monday(9))
    reckoning.retarget(clock, OFFICE, OFFICE, monday(14), budget=hours(5), pauses=True)
    assert clock.due_at == monday(15)
    reckoning.retarget(clock, OFFICE, OFFICE, monday(14, 30), budget=hours(1), pauses=True)
    assert clock.due_at == monday(14, 30)
    assert clock.next_mark_at <= monday(14, 30)


def test_a_longer_promise_is_no_longer_missed():
    clock = a_clock(1, monday(9))
    clock.told_up_to, clock.breached_at = hours(1), monday(10)
    reckoning.retarget(clock, OFFICE, OFFICE, monday(11), budget=hours(7), pauses=True)
    assert (clock.due_at, clock.breached_at, clock.next_mark_at) == (monday(17), None, clock.warn_at)


def test_another_calendar_counts_from_the_change_on():
    clock = a_clock(7, monday(9))
    reckoning.retarget(clock, OFFICE, LONG, monday(16), budget=hours(8), pauses=True)
    assert clock.used == hours(6)
    assert clock.due_at == monday(18)


def test_a_promise_that_no_longer_pauses_goes_on():
    clock = a_clock(4, monday(9))
    reckoning.pause(clock, OFFICE, monday(10))
    reckoning.retarget(clock, OFFICE, OFFICE, monday(11), budget=hours(4), pauses=False)
    assert clock.due_at == monday(15)


def test_a_missed_promise_stays_missed_through_pause_and_resumption():
    clock = a_clock(1, monday(9))
    reckoning.pause(clock, OFFICE, monday(11))
    assert clock.due_at == monday(10)
    assert clock.next_mark_at is not None, "nobody has been told yet"
    reckoning.resume(clock, OFFICE, monday(12))
    assert clock.due_at == monday(10)


def test_reopening_gives_the_time_left_and_counts_the_time_between_as_a_pause():
    clock = a_clock(4, monday(9))
    reckoning.stop(clock, OFFICE, monday(10))
    reckoning.reopen(clock, OFFICE, monday(9, days=1))
    assert clock.due_at == monday(12, days=1) == OFFICE.add(clock.started_at, clock.budget + clock.paused_for)


def test_a_stop_taken_back_has_never_been():
    clock = a_clock(7, monday(9))
    reckoning.stop(clock, OFFICE, monday(10))
    reckoning.restore(clock, OFFICE)
    assert clock.due_at == monday(17)


def test_an_instant_before_the_last_change_counts_nothing_twice():
    clock = a_clock(4, monday(9))
    reckoning.pause(clock, OFFICE, monday(10))
    reckoning.resume(clock, OFFICE, monday(9, 59))
    assert clock.due_at == monday(14)


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32))
def test_any_life_adds_up(seed):
    """Pauses, stops, reopenings and new budgets in any order."""
    chance = random.Random(seed)
    at = monday(9) + timedelta(minutes=chance.randrange(5000))
    clock, running, worked = a_clock(chance.randrange(1, 40), at), True, timedelta(0)
    for _ in range(chance.randrange(1, 12)):
        later = at + timedelta(minutes=chance.randrange(1, 1500), seconds=chance.randrange(60))
        worked += OFFICE.between(at, later) if running else timedelta(0)
        at = later
        if running and chance.random() < 0.3:
            reckoning.retarget(clock, OFFICE, OFFICE, at, budget=hours(chance.randrange(1, 60)), pauses=True)
        elif running:
            chance.choice([reckoning.pause, reckoning.stop])(clock, OFFICE, at)
            running = False
        else:
            (reckoning.reopen if clock.stopped_at else reckoning.resume)(clock, OFFICE, at)
            running = True
    assert reckoning.used_until(clock, OFFICE, at) == worked
    assert clock.used + clock.paused_for == OFFICE.between(clock.started_at, clock.stopped_at or clock.since)
    if running and worked < clock.budget:
        assert clock.due_at == OFFICE.add(clock.started_at, clock.budget + clock.paused_for)
        assert clock.due_at >= at
    if running and worked >= clock.budget:
        assert clock.due_at <= at
