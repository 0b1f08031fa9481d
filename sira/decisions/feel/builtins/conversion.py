"""Functions that make a value of one kind from another (10.3.4.1), and not (10.3.4.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sira.decisions.feel import literals, temporal
from sira.decisions.feel.builtins.registry import built_in
from sira.decisions.feel.functions import Function
from sira.decisions.feel.kinds import Range
from sira.decisions.feel.limits import check_text, check_tree
from sira.decisions.feel.numbers import is_whole, text_of
from sira.decisions.feel.temporal import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time


@built_in("date", "from: string|date|date and time")
def date(value: str | Date | DateTime) -> Date | None:
    if isinstance(value, str):
        return literals.date(value)
    return value.date if isinstance(value, DateTime) else value


@built_in("date", "year: number", "month: number", "day: number")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Date | None:
    if not (is_whole(year) and is_whole(month) and is_whole(day)):
        return None
    parts = int(year), int(month), int(day)
    return Date(*parts) if temporal.is_date(*parts) else None


@built_in("date and time", "from: string|date|date and time")
def date_and_time(value: str | Date | DateTime) -> DateTime | None:
    if isinstance(value, str):
        return literals.date_time(value)
    return value if isinstance(value, DateTime) else DateTime(value, Time(0, 0))


@built_in("date and time", "date: date|date and time", "time: time")
def date_and_time_of_parts(day: Date | DateTime, time: Time) -> DateTime:
    return DateTime(day.date if isinstance(day, DateTime) else day, time)


@built_in("date and time", "date: date and time", "timezone: string")
def date_and_time_in_zone(moment: DateTime, timezone: str) -> DateTime | None:
    """The same moment on the clocks of another zone; a moment without a zone gets it."""
    if temporal.zone_named(timezone) is None:
        return None
    instant = moment.instant()
    if instant is None:
        return DateTime(moment.date, Time(moment.time.nanos, timezone))
    return temporal.at_instant(instant, timezone)


@built_in("time", "from: string|time|date|date and time")
def time(value: str | Time | Date | DateTime) -> Time | None:
    if isinstance(value, str):
        return literals.time(value)
    if isinstance(value, Date):
        return Time(0, 0)
    return value.time if isinstance(value, DateTime) else value


@built_in("time", "hour: number", "minute: number", "second: number", "[offset: days?]")
def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None) -> Time | None:
    if not (is_whole(hour) and is_whole(minute)):
        return None
    zone = None if offset is None else offset.nanos // NANOS
    if zone is not None and abs(zone) > 18 * 3600:
        return None
    whole = int(second)
    if second < 0:
        return None
    return literals.time_of(int(hour), int(minute), whole, int((second - whole).scaleb(9)), zone)


@built_in("number", "from: string", "[grouping separator: string?]", "[decimal separator: string?]")
def number(text: str, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ",") or (grouping and grouping == point):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".") if point == "." or "." not in text else ""
    return literals.number(text) if literals.is_number(text) else None


@built_in("string", "from: any?")
def string(value: Any) -> str | None:
    check_tree(value)
    return None if value is None else check_text(value if type(value) is str else text_of_value(value))


def text_of_value(value: Any) -> str:
    """The value as FEEL would write it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return text_of(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(text_of_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {text_of_value(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, Range):
        return _text_of_range(value)
    return f"function {value.name}" if isinstance(value, Function) else str(value)


def _key(key: str) -> str:
    return key if key.replace(" ", "").replace("_", "").isalnum() else text_of_value(key)


def _text_of_range(span: Range) -> str:
    if span.other_than:
        return f"!={text_of_value(span.start)}"
    if span.start is None:
        return f"<{'=' * span.end_included}{text_of_value(span.end)}"
    if span.end is None:
        return f">{'=' * span.start_included}{text_of_value(span.start)}"
    opening, closing = "[" if span.start_included else "(", "]" if span.end_included else ")"
    return f"{opening}{text_of_value(span.start)}..{text_of_value(span.end)}{closing}"


@built_in("duration", "from: string|duration")
def duration(value: str | DaysDuration | MonthsDuration) -> DaysDuration | MonthsDuration | None:
    return literals.duration(value) if isinstance(value, str) else value


@built_in("years and months duration", "from: date|date and time", "to: date|date and time")
def years_and_months_duration(start: Date | DateTime, end: Date | DateTime) -> MonthsDuration:
    """Whole months from one date to the other."""
    first, last = _date_part(start), _date_part(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return MonthsDuration(months)


def _date_part(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@built_in("not", "negand: boolean")
def logical_not(value: bool) -> bool:
    return not value
