"""Text -> numbers, dates, times and durations, strictly as the specification (and XML Schema) writes them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from sira.decisions.feel import temporal
from sira.decisions.feel.numbers import ARITHMETIC
from sira.decisions.feel.temporal import DAY, NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time

_NUMBER: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)
_DATE: Final = re.compile(r"(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)", re.ASCII)
_TIME: Final = re.compile(
    r"(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][A-Za-z0-9_+/-]*)?", re.ASCII
)
_MONTHS: Final = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS: Final = re.compile(
    r"(-?)P(?:(\d{1,15})D)?(?:T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,18})(\.\d+)?S)?)?", re.ASCII
)


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def number(text: str) -> Decimal:
    """The number of a text that `is_number`. Raises decimal.Overflow for one that is too large."""
    return ARITHMETIC.create_decimal(text)


def date(text: str) -> Date | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = int(match[1] + match[2]), int(match[3]), int(match[4])
    return Date(year, month, day) if temporal.is_date(year, month, day) else None


def time(text: str) -> Time | None:
    match = _TIME.fullmatch(text)
    if not match:
        return None
    zone = _zone(match[5]) if match[5] else None
    if match[5] and zone is None:
        return None
    return time_of(int(match[1]), int(match[2]), int(match[3]), _nanos(match[4]), zone)


def time_of(hour: int, minute: int, second: int, nanos: int = 0, zone: int | str | None = None) -> Time | None:
    """A time from its parts, or None if there is no such time. 24:00:00 is the midnight that ends the day."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return None
    return Time(((hour * 60 + minute) * 60 + second) * NANOS + nanos, zone)


def _nanos(fraction: str | None) -> int:
    return int(fraction[1:10].ljust(9, "0")) if fraction else 0


def _zone(text: str) -> int | str | None:
    if text == "Z":
        return 0
    if text[0] == "@":
        return text[1:] if temporal.zone_named(text[1:]) else None
    parts = [int(part) for part in text[1:].split(":")]
    seconds = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    if parts[1] > 59 or seconds > 18 * 3600:
        return None
    return -seconds if text[0] == "-" else seconds


def date_time(text: str) -> DateTime | None:
    """A date and time; a date alone means its midnight."""
    day, separator, clock = text.partition("T")
    found = date(day)
    if found is None:
        return None
    if not separator:
        return DateTime(found, Time(0))
    if clock.startswith("24:00:00") and (midnight := time("00" + clock[2:])) and midnight.nanos == 0:
        following = temporal.date_of(found.ordinal + 1)
        return DateTime(following, midnight) if following else None
    at = time(clock)
    return DateTime(found, at) if at else None


def duration(text: str) -> DaysDuration | MonthsDuration | None:
    if (match := _MONTHS.fullmatch(text)) and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return MonthsDuration(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if not match or not any(match.groups()[1:]) or text.endswith("T"):
        return None
    seconds = int(match[3] or 0) * 3600 + int(match[4] or 0) * 60 + int(match[5] or 0)
    nanos = int(match[2] or 0) * DAY + seconds * NANOS + _nanos(match[6])
    return DaysDuration(-nanos if match[1] else nanos)


def at_literal(text: str) -> Date | Time | DateTime | DaysDuration | MonthsDuration | None:
    """The value of @"...", whatever kind it is; None if it is none."""
    for read in (date, date_time, time, duration):
        value = read(text)
        if value is not None:
            return value
    return None
