"""Dates, times, date-times and the two kinds of duration, as FEEL knows them.

Python's own cannot be used: FEEL has years from -999,999,999 to 999,999,999, nanoseconds, times with a zone,
and durations of months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

NANOS: Final = 1_000_000_000
DAY: Final = 86_400 * NANOS
MAX_YEAR: Final = 999_999_999
_MAX_ORDINAL: Final = 365_242_500_000


@lru_cache(maxsize=1_000)
def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of that name, or None if there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, ModuleNotFoundError, KeyError):
        return None


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day of the proleptic Gregorian calendar. The caller checks the parts with `is_date`."""

    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Days since 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil)."""
        year = self.year - (self.month <= 2)
        era, of_era = divmod(year, 400)
        of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468

    @property
    def weekday(self) -> int:
        """1 is Monday, 7 is Sunday."""
        return (self.ordinal + 3) % 7 + 1

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


def days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def is_date(year: int, month: int, day: int) -> bool:
    return abs(year) <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in(year, month)


def date_of(ordinal: int) -> Date | None:
    """The date that many days after 1970-01-01 (civil_from_days), or None outside the calendar."""
    if abs(ordinal) > _MAX_ORDINAL:
        return None
    era, of_era = divmod(ordinal + 719_468, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (month <= 2)
    return Date(year, month, day) if abs(year) <= MAX_YEAR else None


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day. nanos: since midnight.  zone: None, an offset in seconds, or the name of a zone."""

    nanos: int
    zone: int | str | None = None

    @property
    def hour(self) -> int:
        return self.nanos // (3600 * NANOS)

    @property
    def minute(self) -> int:
        return self.nanos // (60 * NANOS) % 60

    @property
    def second(self) -> Decimal:
        whole, part = divmod(self.nanos % (60 * NANOS), NANOS)
        return Decimal(whole) + Decimal(part).scaleb(-9) if part else Decimal(whole)

    def offset(self) -> int | None:
        """Seconds east of UTC. A zone's standard time, since a time alone does not know its day."""
        if isinstance(self.zone, str):
            zone = zone_named(self.zone)
            winter = datetime(2000, 1, 1)
            if zone is None:
                return None
            return _seconds(zone.utcoffset(winter)) - _seconds(zone.dst(winter))
        return self.zone

    def in_utc(self) -> int | None:
        """Nanoseconds since midnight in UTC, possibly of the day before or after; None without a zone."""
        offset = self.offset()
        return None if offset is None else self.nanos - offset * NANOS

    def __str__(self) -> str:
        whole, part = divmod(self.nanos % (60 * NANOS), NANOS)
        fraction = f".{part:09d}".rstrip("0") if part else ""
        return f"{self.hour:02d}:{self.minute:02d}:{whole:02d}{fraction}{_zone_text(self.zone)}"


def _zone_text(zone: int | str | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, str):
        return f"@{zone}"
    if zone == 0:
        return "Z"
    minutes, seconds = divmod(abs(zone), 60)
    tail = f":{seconds:02d}" if seconds else ""
    return f"{'-' if zone < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}{tail}"


def _seconds(delta: timedelta | None) -> int:
    return int(delta.total_seconds()) if delta else 0


@dataclass(frozen=True, slots=True)
class DateTime:
    date: Date
    time: Time

    def offset(self) -> int | None:
        """Seconds east of UTC at that moment; None without a zone."""
        zone = self.time.zone
        return _zone_offset(zone, self.date, self.time.nanos // NANOS) if isinstance(zone, str) else zone

    @property
    def local(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 on the wall clock."""
        return self.date.ordinal * DAY + self.time.nanos

    def instant(self) -> int | None:
        """Nanoseconds since 1970-01-01T00:00:00Z; None without a zone."""
        offset = self.offset()
        return None if offset is None else self.local - offset * NANOS

    def plus(self, nanos: int) -> DateTime | None:
        """That much later on the wall clock (for a named zone: in elapsed time), or None outside the calendar."""
        if isinstance(self.time.zone, str) and (instant := self.instant()) is not None:
            return at_instant(instant + nanos, self.time.zone)
        return _at_local(self.local + nanos, self.time.zone)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


def _at_local(nanos: int, zone: int | str | None) -> DateTime | None:
    days, of_day = divmod(nanos, DAY)
    date = date_of(days)
    return DateTime(date, Time(of_day, zone)) if date else None


def at_instant(nanos: int, zone: int | str) -> DateTime | None:
    """The moment that many nanoseconds after 1970-01-01T00:00:00Z, on the clocks of the zone."""
    if isinstance(zone, int):
        return _at_local(nanos + zone * NANOS, zone)
    in_utc = _at_local(nanos, 0)
    known = zone_named(zone)
    if in_utc is None or known is None:
        return None
    there = known.fromutc(_in_known_years(in_utc.date, in_utc.time.nanos // NANOS).replace(tzinfo=known))
    return _at_local(nanos + _seconds(there.utcoffset()) * NANOS, zone)


def _zone_offset(name: str, date: Date, second: int) -> int | None:
    zone = zone_named(name)
    return None if zone is None else _seconds(zone.utcoffset(_in_known_years(date, second)))


def _in_known_years(date: Date, second: int) -> datetime:
    """Python's calendar ends at 9999; the same day some multiples of 400 years away has the same clocks."""
    year = date.year if 2 <= date.year <= 9998 else 2000 + date.year % 400
    return datetime(year, date.month, date.day) + timedelta(seconds=second)


@dataclass(frozen=True, slots=True, order=True)
class DaysDuration:
    """A days and time duration, in nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        days, rest = divmod(abs(self.nanos), DAY)
        seconds, part = divmod(rest, NANOS)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        fraction = f".{part:09d}".rstrip("0") if part else ""
        clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
        if seconds or part:
            clock += f"{seconds}{fraction}S"
        text = f"{days}D" * bool(days) + (f"T{clock}" if clock else "")
        return ("-" if self.nanos < 0 else "") + "P" + (text or "T0S")


@dataclass(frozen=True, slots=True, order=True)
class MonthsDuration:
    """A years and months duration, in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = f"{years}Y" * bool(years) + f"{months}M" * bool(months)
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


def add_months(date: Date, months: int) -> Date | None:
    """The same day some months on, or the last of that month; None outside the calendar."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        return None
    return Date(year, month + 1, min(date.day, days_in(year, month + 1)))
