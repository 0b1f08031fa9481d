from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sira.forms import writing


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1,234.5", "en", "1234.5"),
        ("1 234,5", "pl", "1234.5"),
        ("1.234,5", "tr", "1234.5"),
        ("12,5", "tr", "12.5"),
        ("12.5", "tr", "12.5"),
        ("۱٬۲۳۴٫۵", "fa", "1234.5"),
        ("۴۲", "fa", "42"),
        ("−7", "en", "-7"),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(text, language, number):
    assert writing.read_number(text, language) == Decimal(number)


@pytest.mark.parametrize("text", ["", "twelve", "1e400", "NaN", "1,2,3.4.5", "--3"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        writing.read_number(text, "en")


@pytest.mark.parametrize("text", ["1405/09/03", "۱۴۰۵/۰۹/۰۳", "۱۴۰۵-۹-۳", "3/9/1405", "2026-11-24"])
def test_a_persian_reader_may_write_the_day_in_either_calendar(text):
    assert writing.read_date(text, "fa") == date(2026, 11, 24)


def test_other_readers_write_gregorian_days():
    assert writing.read_date("24.11.2026", "pl") == date(2026, 11, 24)
    with pytest.raises(ValueError):
        writing.read_date("2026-13-01", "en")


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 1, 1)), st.sampled_from(["en", "tr", "fa", "pl"]))
def test_a_day_that_is_shown_is_read_back_as_the_same_day(on, language):
    assert writing.read_date(writing.write_date(on, language), language) == on


def test_times_are_read_in_any_digits():
    assert writing.read_time("۱۳:۳۶") == time(13, 36)
    assert writing.read_time("9.05") == time(9, 5)
    with pytest.raises(ValueError):
        writing.read_time("25:00")
