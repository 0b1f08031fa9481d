"""Functions about days of the calendar (10.3.4.11), and those that ask the clock."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import Final

from sira.decisions.feel.builtins.registry import built_in
from sira.decisions.feel.kinds import to_feel
from sira.decisions.feel.limits import Run
from sira.decisions.feel.temporal import Date, DateTime, date_of

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@built_in("day of year", "date: date|date and time")
def day_of_year(value: Date | DateTime) -> Decimal:
    day = _day(value)
    return Decimal(day.ordinal - Date(day.year, 1, 1).ordinal + 1)


@built_in("day of week", "date: date|date and time")
def day_of_week(value: Date | DateTime) -> str:
    return _DAYS[_day(value).weekday - 1]


@built_in("month of year", "date: date|date and time")
def month_of_year(value: Date | DateTime) -> str:
    return _MONTHS[_day(value).month - 1]


@built_in("week of year", "date: date|date and time")
def week_of_year(value: Date | DateTime) -> Decimal | None:
    """The week of ISO 8601: it belongs to the year that holds its Thursday."""
    day = _day(value)
    thursday = date_of(day.ordinal - day.weekday + 4)
    if thursday is None:
        return None
    return Decimal((thursday.ordinal - Date(thursday.year, 1, 1).ordinal) // 7 + 1)


@built_in("last day of month", "date: date|date and time")
def last_day_of_month(value: Date | DateTime) -> Decimal:
    day = _day(value)
    following = Date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Decimal(following.ordinal - Date(day.year, day.month, 1).ordinal)


@built_in("now")
def now(run: Run) -> DateTime:
    return to_feel(run.at)


@built_in("today")
def today(run: Run) -> Date:
    """The day of `now()` in its own zone; UTC unless the evaluation was given a time in another."""
    return to_feel(run.at if run.at.tzinfo else run.at.replace(tzinfo=UTC)).date
