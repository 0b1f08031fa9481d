"""What may follow a dot: entries of contexts, and the parts of dates, times, durations and ranges (table 53)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from sira.decisions.feel.kinds import Range
from sira.decisions.feel.temporal import DAY, NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time


def part_of(value: Any, name: str, spend: Callable[[int], None]) -> Any:
    """value.name; for a list, the parts of its items; None where there is no such part.

    spend: takes from the budget what it costs to walk a list.
    """
    kind = type(value)
    if kind is dict:
        return value.get(name)
    if kind is list:
        return _parts_of(value, name, spend, {})
    part = _PARTS.get((kind, name))
    return part(value) if part else None


def _parts_of(items: list[Any], name: str, spend: Callable[[int], None], known: dict[int, list[Any]]) -> list[Any]:
    """Lists may share lists, over and over: each is walked once, and what comes of it is shared in the same way."""
    found = known.get(id(items))
    if found is None:
        spend(len(items) + 1)
        found = known[id(items)] = [
            _parts_of(item, name, spend, known) if type(item) is list else part_of(item, name, spend) for item in items
        ]
    return found


def _offset(offset: int | None) -> DaysDuration | None:
    return None if offset is None else DaysDuration(offset * NANOS)


def _zone_name(zone: int | str | None) -> str | None:
    return zone if isinstance(zone, str) else None


def _of_days(value: DaysDuration, unit: int, within: int | None) -> Decimal:
    """A component as XML Schema reads it: the duration's sign, and no more than its next larger unit holds."""
    whole = abs(value.nanos) // unit
    if within:
        whole %= within
    return Decimal(-whole if value.nanos < 0 else whole)


def _seconds(value: DaysDuration) -> Decimal:
    seconds = Decimal(abs(value.nanos) % (60 * NANOS)).scaleb(-9).normalize()
    return -seconds if value.nanos < 0 else seconds


def _of_months(value: MonthsDuration) -> tuple[Decimal, Decimal]:
    years, months = divmod(abs(value.months), 12)
    return (Decimal(-years), Decimal(-months)) if value.months < 0 else (Decimal(years), Decimal(months))


_PARTS: Final[dict[tuple[type, str], Callable[[Any], Any]]] = {
    (Date, "year"): lambda value: Decimal(value.year),
    (Date, "month"): lambda value: Decimal(value.month),
    (Date, "day"): lambda value: Decimal(value.day),
    (Date, "weekday"): lambda value: Decimal(value.weekday),
    (DateTime, "year"): lambda value: Decimal(value.date.year),
    (DateTime, "month"): lambda value: Decimal(value.date.month),
    (DateTime, "day"): lambda value: Decimal(value.date.day),
    (DateTime, "weekday"): lambda value: Decimal(value.date.weekday),
    (DateTime, "hour"): lambda value: Decimal(value.time.hour),
    (DateTime, "minute"): lambda value: Decimal(value.time.minute),
    (DateTime, "second"): lambda value: value.time.second,
    (DateTime, "time offset"): lambda value: _offset(value.offset()),
    (DateTime, "timezone"): lambda value: _zone_name(value.time.zone),
    (Time, "hour"): lambda value: Decimal(value.hour),
    (Time, "minute"): lambda value: Decimal(value.minute),
    (Time, "second"): lambda value: value.second,
    (Time, "time offset"): lambda value: _offset(value.offset()),
    (Time, "timezone"): lambda value: _zone_name(value.zone),
    (DaysDuration, "days"): lambda value: _of_days(value, DAY, None),
    (DaysDuration, "hours"): lambda value: _of_days(value, 3600 * NANOS, 24),
    (DaysDuration, "minutes"): lambda value: _of_days(value, 60 * NANOS, 60),
    (DaysDuration, "seconds"): _seconds,
    (MonthsDuration, "years"): lambda value: _of_months(value)[0],
    (MonthsDuration, "months"): lambda value: _of_months(value)[1],
    (Range, "start"): lambda value: value.start,
    (Range, "end"): lambda value: value.end,
    (Range, "start included"): lambda value: value.start_included,
    (Range, "end included"): lambda value: value.end_included,
}
