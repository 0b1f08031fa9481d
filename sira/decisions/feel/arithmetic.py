"""Plus, minus, times, divided by and to the power of, for every pair of kinds that has them.

Tables 55 to 60 of the specification. A pair that is not listed here has no result: null.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from sira.decisions.feel.kinds import kind_of
from sira.decisions.feel.limits import check_text
from sira.decisions.feel.numbers import ARITHMETIC, ARITHMETIC_ERRORS
from sira.decisions.feel.temporal import DAY, Date, DateTime, DaysDuration, MonthsDuration, Time, add_months, date_of

#: Longest durations kept: 10 times the calendar.
_MAX_NANOS: Final = 10 * 366 * 10**9 * DAY
_MAX_MONTHS: Final = 24 * 10**10

Operation = Callable[[Any, Any], Any]


def days_duration(nanos: int) -> DaysDuration | None:
    return DaysDuration(nanos) if abs(nanos) <= _MAX_NANOS else None


def months_duration(months: int) -> MonthsDuration | None:
    return MonthsDuration(months) if abs(months) <= _MAX_MONTHS else None


def _date_plus_days(date: Date, duration: DaysDuration) -> Date | None:
    """The date of that day's midnight moved by the duration."""
    return date_of((date.ordinal * DAY + duration.nanos) // DAY)


def _date_time_plus_months(moment: DateTime, duration: MonthsDuration) -> DateTime | None:
    date = add_months(moment.date, duration.months)
    return DateTime(date, moment.time) if date else None


def _between_times(left: Time, right: Time) -> DaysDuration | None:
    if (left.zone is None) != (right.zone is None):
        return None
    if left.zone is None:
        return DaysDuration(left.nanos - right.nanos)
    one, other = left.in_utc(), right.in_utc()
    return None if one is None or other is None else DaysDuration(one - other)


def _between_moments(left: DateTime, right: DateTime) -> DaysDuration | None:
    if (left.time.zone is None) != (right.time.zone is None):
        return None
    if left.time.zone is None:
        return days_duration(left.local - right.local)
    one, other = left.instant(), right.instant()
    return None if one is None or other is None else days_duration(one - other)


def midnight_utc(date: Date) -> DateTime:
    """A date where a date and time is expected (implicit conversion, 10.3.2.9.4)."""
    return DateTime(date, Time(0, 0))


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_DOWN))


def _times(whole: int, factor: Decimal) -> int:
    return _whole(ARITHMETIC.multiply(Decimal(whole), factor))


def _over(whole: int, divisor: Decimal) -> int:
    return _whole(ARITHMETIC.divide(Decimal(whole), divisor))


def _ratio(left: int, right: int) -> Decimal:
    return ARITHMETIC.divide(Decimal(left), Decimal(right))


def _power(base: Decimal, exponent: Decimal) -> Decimal | None:
    """Nothing where it would be infinite: zero to a negative power is not among the signals that Decimal gives."""
    found = ARITHMETIC.power(base, exponent)
    return found if found.is_finite() else None


PLUS: Final[dict[tuple[type, type], Operation]] = {
    (Decimal, Decimal): ARITHMETIC.add,
    (str, str): lambda left, right: check_text(left + right),
    (DaysDuration, DaysDuration): lambda left, right: days_duration(left.nanos + right.nanos),
    (MonthsDuration, MonthsDuration): lambda left, right: months_duration(left.months + right.months),
    (Date, DaysDuration): _date_plus_days,
    (DaysDuration, Date): lambda left, right: _date_plus_days(right, left),
    (Date, MonthsDuration): lambda left, right: add_months(left, right.months),
    (MonthsDuration, Date): lambda left, right: add_months(right, left.months),
    (DateTime, DaysDuration): lambda left, right: left.plus(right.nanos),
    (DaysDuration, DateTime): lambda left, right: right.plus(left.nanos),
    (DateTime, MonthsDuration): _date_time_plus_months,
    (MonthsDuration, DateTime): lambda left, right: _date_time_plus_months(right, left),
    (Time, DaysDuration): lambda left, right: Time((left.nanos + right.nanos) % DAY, left.zone),
    (DaysDuration, Time): lambda left, right: Time((left.nanos + right.nanos) % DAY, right.zone),
}
MINUS: Final[dict[tuple[type, type], Operation]] = {
    (Decimal, Decimal): ARITHMETIC.subtract,
    (DaysDuration, DaysDuration): lambda left, right: days_duration(left.nanos - right.nanos),
    (MonthsDuration, MonthsDuration): lambda left, right: months_duration(left.months - right.months),
    (Date, Date): lambda left, right: days_duration((left.ordinal - right.ordinal) * DAY),
    (DateTime, DateTime): _between_moments,
    (Date, DateTime): lambda left, right: _between_moments(midnight_utc(left), right),
    (DateTime, Date): lambda left, right: _between_moments(left, midnight_utc(right)),
    (Time, Time): _between_times,
    (Date, DaysDuration): lambda left, right: _date_plus_days(left, DaysDuration(-right.nanos)),
    (Date, MonthsDuration): lambda left, right: add_months(left, -right.months),
    (DateTime, DaysDuration): lambda left, right: left.plus(-right.nanos),
    (DateTime, MonthsDuration): lambda left, right: _date_time_plus_months(left, MonthsDuration(-right.months)),
    (Time, DaysDuration): lambda left, right: Time((left.nanos - right.nanos) % DAY, left.zone),
}
TIMES: Final[dict[tuple[type, type], Operation]] = {
    (Decimal, Decimal): ARITHMETIC.multiply,
    (DaysDuration, Decimal): lambda left, right: days_duration(_times(left.nanos, right)),
    (Decimal, DaysDuration): lambda left, right: days_duration(_times(right.nanos, left)),
    (MonthsDuration, Decimal): lambda left, right: months_duration(_times(left.months, right)),
    (Decimal, MonthsDuration): lambda left, right: months_duration(_times(right.months, left)),
}
OVER: Final[dict[tuple[type, type], Operation]] = {
    (Decimal, Decimal): ARITHMETIC.divide,
    (DaysDuration, Decimal): lambda left, right: days_duration(_over(left.nanos, right)),
    (MonthsDuration, Decimal): lambda left, right: months_duration(_over(left.months, right)),
    (DaysDuration, DaysDuration): lambda left, right: _ratio(left.nanos, right.nanos),
    (MonthsDuration, MonthsDuration): lambda left, right: _ratio(left.months, right.months),
}
POWER: Final[dict[tuple[type, type], Operation]] = {(Decimal, Decimal): _power}
OPERATIONS: Final = {"+": PLUS, "-": MINUS, "*": TIMES, "/": OVER, "**": POWER}


def calculate(operator: str, left: Any, right: Any) -> Any:
    """left operator right, or None where the kinds or the numbers have no result."""
    operation = OPERATIONS[operator].get((type(left), type(right)))
    if operation is None:
        return None
    try:
        return operation(left, right)
    except ARITHMETIC_ERRORS:
        return None


def opposite(value: Any) -> Any:
    """The value with its sign turned, or None."""
    if type(value) is Decimal:
        return ARITHMETIC.minus(value)
    if type(value) is DaysDuration:
        return DaysDuration(-value.nanos)
    if type(value) is MonthsDuration:
        return MonthsDuration(-value.months)
    return None


def explain(operator: str, left: Any, right: Any) -> dict[str, str]:
    """What to tell an author when a calculation has no result."""
    return {"operator": operator, "left": kind_of(left), "right": kind_of(right)}
