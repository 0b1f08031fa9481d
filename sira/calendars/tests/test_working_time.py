import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sira.calendars.tests.oracle import ZONES, Oracle, random_calendar, random_minute
from sira.calendars.working_time import NeverOpen, OutOfReach, WorkingTime, openings, week_of, within

WARSAW, TEHRAN = ZoneInfo("Europe/Warsaw"), ZoneInfo("Asia/Tehran")
NINE_TO_FIVE = week_of([[(540, 720), (780, 1020)]] * 5 + [[], []])
NIGHTS = week_of([[(22 * 60, 6 * 60)]] * 7)
ALWAYS = week_of([[(0, 1440)]] * 7)


def warsaw(day: int, hour: int, minute: int = 0, *, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=WARSAW)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_lunch_does_not_count():
    desk = WorkingTime(WARSAW, NINE_TO_FIVE)
    assert desk.between(warsaw(1, 11), warsaw(1, 14)) == hours(2)
    assert desk.add(warsaw(1, 11), hours(2)) == warsaw(1, 14)


def test_a_promise_that_ends_with_the_day_ends_at_closing_not_next_morning():
    desk = WorkingTime(WARSAW, NINE_TO_FIVE)
    assert desk.add(warsaw(1, 15), hours(2)) == warsaw(1, 17)
    assert desk.add(warsaw(1, 9), hours(3)) == warsaw(1, 12)


def test_the_weekend_is_skipped_and_may_be_thursday_and_friday():
    desk = WorkingTime(TEHRAN, week_of([[(480, 960)]] * 3 + [[], []] + [[(480, 960)]] * 2))
    wednesday = datetime(2026, 6, 3, 15, tzinfo=TEHRAN)
    assert desk.add(wednesday, hours(2)) == datetime(2026, 6, 6, 9, tzinfo=TEHRAN)


def test_a_holiday_is_closed_and_a_half_day_keeps_its_morning():
    times = within(NINE_TO_FIVE[0], 0, 13 * 60)
    desk = WorkingTime(WARSAW, NINE_TO_FIVE, {date(2026, 6, 2): (), date(2026, 6, 3): times})
    assert times == ((540, 720),)
    assert desk.between(warsaw(1, 0), warsaw(4, 0)) == hours(7 + 0 + 3)


def test_nothing_added_is_the_instant_itself_and_comes_back_in_utc():
    sunday = warsaw(7, 12)
    answer = WorkingTime(WARSAW, NINE_TO_FIVE).add(sunday, timedelta(0))
    assert answer == sunday
    assert answer.tzinfo is UTC


def test_the_night_the_clocks_change_counts_seven_or_nine_hours():
    desk = WorkingTime(WARSAW, NIGHTS)
    assert desk.between(warsaw(28, 22, month=3), warsaw(29, 6, month=3)) == hours(7)
    assert desk.between(warsaw(24, 22, month=10), warsaw(25, 6, month=10)) == hours(9)
    assert desk.add(warsaw(24, 22, month=10), hours(9)) == warsaw(25, 6, month=10)


def test_a_holiday_closes_its_own_date_of_a_night_shift():
    desk = WorkingTime(WARSAW, NIGHTS, {date(2026, 6, 2): ()})
    assert desk.between(warsaw(1, 12), warsaw(3, 12)) == hours(2 + 6)


def test_an_hour_that_never_happens_does_not_count_and_one_that_happens_twice_counts_twice():
    desk = WorkingTime(WARSAW, week_of([[(120, 180)]] * 7))
    assert desk.between(warsaw(29, 0, month=3), warsaw(29, 12, month=3)) == hours(0)
    assert desk.between(warsaw(25, 0, month=10), warsaw(25, 12, month=10)) == hours(2)


def test_a_desk_that_never_closes_counts_every_hour_over_years():
    desk = WorkingTime(WARSAW, ALWAYS)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    assert desk.add(start, timedelta(days=1000)) == start + timedelta(days=1000)
    assert desk.between(start, start + timedelta(days=1000)) == timedelta(days=1000)
    assert desk.next_opening(start) == start


def test_next_opening_is_now_when_open_else_the_next_morning():
    desk = WorkingTime(WARSAW, NINE_TO_FIVE)
    assert desk.next_opening(warsaw(1, 10)) == warsaw(1, 10)
    assert desk.next_opening(warsaw(1, 12)) == warsaw(1, 13)
    assert desk.next_opening(warsaw(5, 17)) == warsaw(8, 9)
    assert desk.next_opening(datetime(2026, 12, 31, 23, 30, tzinfo=WARSAW)) == datetime(2027, 1, 1, 9, tzinfo=WARSAW)


def test_years_asked_for_in_any_order_agree():
    forward, backward = WorkingTime(WARSAW, NINE_TO_FIVE), WorkingTime(WARSAW, NINE_TO_FIVE)
    edges = [datetime(year, 5, 5, tzinfo=UTC) for year in (2019, 2026, 2033)]
    backward.is_open(edges[2])
    backward.is_open(edges[0])
    assert forward.between(edges[0], edges[1]) + forward.between(edges[1], edges[2]) == backward.between(
        edges[0], edges[2]
    )


def test_a_calendar_without_open_time_says_so_instead_of_searching_for_ever():
    never = WorkingTime(WARSAW, week_of([[]] * 7))
    once = WorkingTime(WARSAW, week_of([[]] * 7), {date(2027, 12, 31): ((540, 600),)})
    with pytest.raises(NeverOpen):
        never.add(warsaw(1, 9), hours(1))
    with pytest.raises(NeverOpen):
        never.next_opening(warsaw(1, 9))
    assert once.add(warsaw(1, 9), hours(1)) == datetime(2027, 12, 31, 10, tzinfo=WARSAW)
    with pytest.raises(NeverOpen):
        once.add(warsaw(1, 9), hours(1.5))


def test_what_cannot_be_reckoned_is_refused():
    desk = WorkingTime(WARSAW, NINE_TO_FIVE)
    with pytest.raises(ValueError, match="before the start"):
        desk.between(warsaw(2, 9), warsaw(1, 9))
    with pytest.raises(ValueError, match="backwards"):
        desk.add(warsaw(2, 9), -hours(1))
    with pytest.raises(OutOfReach):
        desk.add(datetime(9999, 12, 31, tzinfo=UTC), hours(1))
    with pytest.raises(OutOfReach):
        desk.add(warsaw(2, 9), timedelta(days=1_000_000))
    with pytest.raises(ValueError, match="no open time"):
        openings([(600, 600)])


def test_open_times_that_touch_are_one():
    assert openings([(780, 900), (540, 720), (700, 780)]) == ((540, 900),)


def test_openings_between_two_instants_are_cut_to_them():
    desk = WorkingTime(WARSAW, NINE_TO_FIVE)
    shown = list(desk.openings_between(warsaw(1, 10), warsaw(1, 14)))
    assert shown == [(warsaw(1, 10), warsaw(1, 12)), (warsaw(1, 13), warsaw(1, 14))]
    assert list(desk.openings_between(warsaw(6, 0), warsaw(8, 0))) == []


@settings(max_examples=120)
@given(seed=st.integers(0, 2**32), month=st.sampled_from([3, 4, 9, 10, 11, 12]))
def test_it_agrees_with_counting_minute_by_minute(seed, month):
    chance = random.Random(seed)
    year = chance.choice([2018, 2021, 2022, 2026])
    zone, week, days = random_calendar(chance, year, holidays=120)
    start = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=chance.randrange(20))
    end = start + timedelta(days=12)
    oracle = Oracle(zone, week, days, start, end)
    desk = WorkingTime(zone, week_of(week), {day: openings(pairs) for day, pairs in days.items()})
    for _ in range(20):
        one, other = sorted(random_minute(chance, start, end) for _ in range(2))
        other = other.astimezone(ZoneInfo(chance.choice(ZONES)))
        assert desk.between(one, other) == oracle.between(one, other)
        duration = timedelta(minutes=chance.randrange(5000))
        if (deadline := oracle.add(one, duration)) is not None:
            assert desk.add(one, duration) == deadline
        if (opening := oracle.next_opening(one)) is not None:
            assert desk.next_opening(one) == opening
        assert desk.is_open(one) == oracle.shows_open_time(one)


@settings(max_examples=100)
@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    duration=st.timedeltas(timedelta(microseconds=1), timedelta(days=400)),
)
def test_time_added_is_the_time_measured_to_the_microsecond(zone, start, duration):
    desk = WorkingTime(zone, NINE_TO_FIVE)
    deadline = desk.add(start, duration)
    assert desk.between(start, deadline) == duration
    assert desk.between(start, deadline - timedelta(microseconds=1)) < duration
