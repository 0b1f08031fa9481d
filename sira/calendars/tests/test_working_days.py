import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sira.calendars.tests.oracle import MINUTE, Oracle, random_calendar, random_minute
from sira.calendars.working_days import after, days_after
from sira.calendars.working_time import NeverOpen, WorkingTime, openings, week_of

WARSAW, TEHRAN = ZoneInfo("Europe/Warsaw"), ZoneInfo("Asia/Tehran")
OFFICE = week_of([[(540, 720), (780, 1020)]] * 5 + [[], []])
NIGHTS = week_of([[(22 * 60, 6 * 60)]] * 5 + [[], []])
ALWAYS = week_of([[(0, 1440)]] * 7)


def june(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """1 June 2026 is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("asked", "days", "due"),
    [
        (june(1, 10, 21), 2, june(3, 10, 21)),  # Monday to Wednesday, at the same time
        (june(5, 16), 1, june(8, 16)),  # Friday to Monday
        (june(6, 14), 1, june(9, 9)),  # what is asked on Saturday begins on Monday when the desk opens
        (june(1, 20), 1, june(3, 9)),  # and after hours with the next morning
        (june(1, 12, 30), 1, june(2, 13)),  # over lunch with the afternoon
        (june(1, 10), 0, june(1, 10)),
    ],
)
def test_working_days_later_it_is_as_late_by_the_clock(asked, days, due):
    assert days_after(WorkingTime(WARSAW, OFFICE), asked, days) == due


def test_a_day_that_is_open_at_all_counts_and_is_not_left():
    late, half = ((660, 1020),), ((540, 720),)
    desk = WorkingTime(WARSAW, OFFICE, {date(2026, 6, 2): half, date(2026, 6, 3): (), date(2026, 6, 4): late})
    assert days_after(desk, june(1, 15), 1) == june(2, 12)  # closed in the afternoon: when it closes
    assert days_after(desk, june(1, 9, 30), 2) == june(4, 11)  # after a holiday, not yet open: when it opens


def test_a_night_shift_is_one_working_day():
    desk = WorkingTime(WARSAW, NIGHTS)
    assert days_after(desk, june(1, 23), 1) == june(2, 23)
    assert days_after(desk, june(5, 23), 1) == june(8, 23)  # Friday night to Monday night
    assert days_after(desk, june(6, 2), 1) == june(9, 2)  # still Friday's shift: to the end of Monday's


def test_a_desk_that_never_closes_has_a_working_day_each_date():
    desk = WorkingTime(WARSAW, ALWAYS, {date(2026, 6, 3): ()})
    assert days_after(desk, june(1, 3, 7), 1) == june(2, 3, 7)
    assert days_after(desk, june(2, 3, 7), 1) == june(4, 3, 7)


def test_the_clock_on_the_wall_stays_when_it_is_changed():
    saturday = datetime(2026, 3, 28, 10, 21, tzinfo=WARSAW)
    assert days_after(WorkingTime(WARSAW, ALWAYS), saturday, 1) == datetime(2026, 3, 29, 10, 21, tzinfo=WARSAW)


def test_a_date_that_a_zone_has_left_out_is_no_working_day():
    apia = ZoneInfo("Pacific/Apia")  # after 29 December 2011 came the 31st
    asked, due = (datetime(2011, 12, day, 10, tzinfo=apia) for day in (29, 31))
    assert days_after(WorkingTime(apia, ALWAYS), asked, 1) == due


def test_part_of_a_day_is_part_of_eight_hours_and_hours_stay_hours():
    desk = WorkingTime(WARSAW, OFFICE)
    assert after(desk, june(1, 9), Decimal("1.5"), "days") == june(2, 14)
    assert after(desk, june(1, 16), Decimal(4), "hours") == june(2, 12)


def test_a_desk_without_another_working_day_says_so():
    desk = WorkingTime(WARSAW, week_of([[]] * 7), {date(2026, 6, 1): ((540, 600),)})
    with pytest.raises(NeverOpen):
        days_after(desk, june(1, 9), 1)


class Days(Oracle):
    """Each open minute with its working day: the date on which a run shorter than a day began, else its own date."""

    @cached_property
    def of_minutes(self) -> list[tuple[datetime, date]]:
        found, run = [], []
        for number, is_open in enumerate(self.open):
            if is_open:
                run.append(self.start + number * MINUTE)
            if run and (not is_open or number + 1 == len(self.open)):
                first = run[0].astimezone(self.zone).date()
                found += [(at, first if len(run) < 1440 else at.astimezone(self.zone).date()) for at in run]
                run = []
        return found

    def after(self, start: datetime, days: int) -> datetime | None:
        """None when it may lie outside what was counted."""
        minutes = [(at, day) for at, day in self.of_minutes if at >= start]
        counted = sorted({day for _at, day in minutes})
        if len(counted) < days + 3:
            return None
        (at, first), wanted_day = minutes[0], counted[days]
        wall = at.astimezone(self.zone).replace(tzinfo=None) - datetime.combine(first, time.min)
        wanted = (datetime.combine(wanted_day, time.min) + wall).replace(tzinfo=self.zone).astimezone(UTC)
        of_that_day = [at for at, day in minutes if day == wanted_day]
        reached = [at for at in of_that_day if at <= wanted]
        return min(wanted, reached[-1] + MINUTE) if reached else of_that_day[0]


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), month=st.sampled_from([3, 4, 9, 10, 11, 12]))
def test_it_agrees_with_looking_at_each_minute(seed, month):
    chance = random.Random(seed)
    year = chance.choice([2018, 2021, 2022, 2026])
    zone, week, days = random_calendar(chance, year, holidays=120)
    start = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=chance.randrange(20))
    oracle = Days(zone, week, days, start, start + timedelta(days=16))
    desk = WorkingTime(zone, week_of(week), {day: openings(pairs) for day, pairs in days.items()})
    for _ in range(6):
        # Not at the very edge: of a run cut there the oracle would not know when it began.
        asked, number = (
            random_minute(chance, start + timedelta(days=3), start + timedelta(days=8)),
            chance.randrange(1, 6),
        )
        if (due := oracle.after(asked, number)) is not None:
            assert days_after(desk, asked, number) == due
