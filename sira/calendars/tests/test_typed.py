from datetime import UTC, date, datetime, timedelta, timezone
from time import thread_time

import pytest

from sira.calendars import typed
from sira.calendars.refusals import NotADate

NINE = datetime(2026, 12, 31, 9)


@pytest.mark.parametrize("text, meant", [
    ("2026-12-31", date(2026, 12, 31)),
    ("31.12.2026", date(2026, 12, 31)),
    ("31/12/2026", date(2026, 12, 31)),
    ("1405-10-10", date(2026, 12, 31)),
    ("۱۴۰۵/۱۰/۱۰", date(2026, 12, 31)),
    ("\u200f۱۰ دی ۱۴۰۵", date(2026, 12, 31)),
    ("2026-12-31T09:00:00+00:00", NINE.replace(tzinfo=UTC)),
    ("2026-12-31T09:00Z", NINE.replace(tzinfo=UTC)),
    ("2026-12-31 09:00+0330", NINE.replace(tzinfo=timezone(timedelta(hours=3, minutes=30)))),
    ("31.12.2026 9:00", NINE),
    ("31.12.2026 09.00", NINE),
    ("31.12.2026\u00a009:00:00", NINE),
    ("31/12/2026, 9:00 AM", NINE),
    ("31.12.2026 09:00 ÖÖ", NINE),
    ("31.12.2026 09:00 ÖS", NINE.replace(hour=21)),
    ("31/12/2026 12:30 pm", NINE.replace(hour=12, minute=30)),
    ("31/12/2026 12:30 am", NINE.replace(hour=0, minute=30)),
    ("۱۴۰۵/۱۰/۱۰ ۰۹:۰۰", NINE),
    ("1405/10/10 ۹:۰۰ ب.ظ", NINE.replace(hour=21)),
    ("31.12.2026 24:00", datetime(2027, 1, 1)),
])  # fmt: skip
def test_a_day_and_a_time_are_read_as_they_are_written(text, meant):
    assert typed.instant(text) == meant


@pytest.mark.parametrize("text", [
    "", "31.12.26", "12/31/2026", "31.12.2026 25:00", "31.12.2026 9:60", "46022", "46022.375", "2026-02-30", "13:00",
    "31.12.2026 13:00 pm", "1405/12/30 10:00", "31.12.2026 9", "tomorrow", "2026-12-31T09:00+99:00",
])  # fmt: skip
def test_what_may_mean_another_day_or_none_is_refused(text):
    with pytest.raises(NotADate):
        typed.instant(text)


@pytest.mark.parametrize("text", [f"2026-12-31{' ' * 100_000}x", "1" * 100_000])
def test_a_cell_full_of_spaces_or_digits_is_refused_at_once(text):
    began = thread_time()
    for read in (typed.instant, lambda cell: typed.time_on(NINE.date(), cell)):
        with pytest.raises(NotADate):
            read(text)
    assert thread_time() - began < 1
