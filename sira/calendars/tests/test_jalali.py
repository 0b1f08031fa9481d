from datetime import date

import pytest

from sira.calendars.jalali import parse_date
from sira.calendars.refusals import NotADate


@pytest.mark.parametrize(
    "typed",
    [
        "۱۴۰۵/۹/۳",
        "۱۴۰۵-۰۹-۰۳",
        "1405/09/03",
        "٣/٩/١٤٠٥",
        "۳ آذر ۱۴۰۵",
        "سه‌شنبه ۳ آذر ۱۴۰۵",
        "سه شنبه، ۳ اذر ۱۴۰۵",
        "3 Azar 1405",
        "۰۵/۹/۳",
        " ۳.۹.۱۴۰۵ ",
        "2026-11-24",
        "24-11-2026",
    ],
)
def test_a_date_is_understood_however_it_is_typed(typed):
    assert parse_date(typed) == date(2026, 11, 24)


def test_the_last_day_of_a_leap_year_exists_and_of_another_does_not():
    assert parse_date("۳۰ اسفند ۱۴۰۳") == date(2025, 3, 20)
    with pytest.raises(NotADate):
        parse_date("۳۰ اسفند ۱۴۰۴")


def test_years_of_two_digits_are_of_the_nearer_century():
    assert parse_date("۹۹/۱/۱") == date(2020, 3, 20)


@pytest.mark.parametrize(
    "typed", ["", "۱۴۰۵", "۱۴۰۵/۱۳/۱", "۳ نوامبر ۱۴۰۵", "1405/9/3/4", "a/b/c", "۱۴۰۵/½/۱", "-/-/-", "0/0/0"]
)
def test_what_is_not_a_date_is_refused(typed):
    with pytest.raises(NotADate):
        parse_date(typed)
