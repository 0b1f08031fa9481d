"""Quiet hours by the clock and by the working plan; when the digest goes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sira.calendars.models import Calendar
from sira.notifications.models import Wish
from sira.notifications.quiet import next_digest, quiet_until
from sira.tickets.tests.cast import Desk, monday
from sira.workforce import working

WARSAW = ZoneInfo("Europe/Warsaw")


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = WARSAW) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("begin", "end", "hour", "until"),
    [
        (20, 7, 23, at(16, 7)),
        (20, 7, 3, at(15, 7)),
        (20, 7, 7, None),
        (20, 7, 19, None),
        (12, 14, 13, at(15, 14)),
        (12, 14, 14, None),
        (9, 9, 9, None),
    ],
)
def test_quiet_hours_end_by_the_persons_clock(begin, end, hour, until):
    wish = Wish(quiet="hours", quiet_from=begin, quiet_to=end)
    assert quiet_until(wish, 1, WARSAW, at(15, hour, 30)) == until


def test_a_digest_of_every_hour_goes_at_full_hours_also_where_clocks_stand_half_an_hour_off():
    tehran = ZoneInfo("Asia/Tehran")
    assert next_digest(Wish(every="hour"), 1, tehran, at(15, 9, 10, tehran)) == at(15, 10, 0, tehran)


def test_the_daily_digest_waits_for_its_hour_and_for_the_end_of_the_quiet():
    wish = Wish(every="day", digest_hour=8)
    assert next_digest(wish, 1, WARSAW, at(15, 8, 0)) == at(16, 8)
    assert next_digest(wish, 1, WARSAW, at(15, 7, 59)) == at(15, 8)
    wish.quiet, wish.quiet_from, wish.quiet_to = "hours", 6, 10
    assert next_digest(wish, 1, WARSAW, at(15, 7, 59)) == at(15, 10)


def test_who_has_working_hours_is_left_in_peace_outside_them(db):
    desk = Desk()
    working.set_hours(desk.jonas, calendar=Calendar.objects.get(), by_shifts=False, by=desk.ada, at=monday(0))
    wish = Wish(quiet="work")
    assert quiet_until(wish, desk.jonas.pk, WARSAW, monday(11)) is None
    night = quiet_until(wish, desk.jonas.pk, WARSAW, monday(22))
    assert night is not None and night.date() == monday(22).date().replace(day=monday(22).day + 1)
    assert quiet_until(wish, desk.tom.pk, WARSAW, monday(22)) is None
