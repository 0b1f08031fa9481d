"""The kinds of FEEL values and how ordinary Python values become them and back.

| FEEL | here |
| --- | --- |
| number, string, boolean, null | Decimal, str, bool, None |
| date, time, date and time, durations | classes of `temporal` |
| list, context | list, dict (keys are str) |
| range, function | Range, Function |
"""

from __future__ import annotations

import datetime as python
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from sira.decisions.feel.functions import Function
from sira.decisions.feel.limits import check_tree
from sira.decisions.feel.temporal import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time


@dataclass(frozen=True, slots=True)
class Range:
    """From start to end; a missing end (None) is open. other_than: the range of everything but `start`."""

    start: object
    end: object
    start_included: bool
    end_included: bool
    other_than: bool = False

    @classmethod
    def one_sided(cls, operator: str, value: object) -> Range:
        """All values that are `operator value`."""
        if operator in ("=", "!="):
            return cls(value, value, operator == "=", operator == "=", other_than=operator == "!=")
        if operator[0] == "<":
            return cls(None, value, False, operator == "<=")
        return cls(value, None, operator == ">=", False)


NAMES: Final[dict[type, str]] = {
    type(None): "null", Decimal: "number", str: "string", bool: "boolean", Date: "date", Time: "time",
    DateTime: "date and time", DaysDuration: "days and time duration", MonthsDuration: "years and months duration",
    list: "list", dict: "context", Range: "range",
}  # fmt: skip


def kind_of(value: object) -> str:
    """The name of the value's kind, as FEEL writes it."""
    return NAMES.get(type(value), "function" if isinstance(value, Function) else type(value).__name__)


def to_feel(value: Any) -> Any:
    """An ordinary Python value as a FEEL value. Raises TypeError for what FEEL has no kind for."""
    known = type(value)
    if known is str or known is bool or value is None:
        return value
    if known is Decimal:
        return value if value.is_finite() else None
    if known is int:
        return Decimal(value)
    if known is dict:
        return {str(key): to_feel(entry) for key, entry in value.items()}
    if known is list or known is tuple:
        return [to_feel(item) for item in value]
    return _unusual_to_feel(value)


def _unusual_to_feel(value: Any) -> Any:
    if isinstance(value, str):  # mostly one of a model's choices
        return str(value)
    if isinstance(value, (Date, Time, DateTime, DaysDuration, MonthsDuration, Range, Function)):
        return value
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return Decimal(int(value))
    if isinstance(value, float):
        return Decimal(repr(value)) if value - value == 0 else None
    if isinstance(value, python.datetime):
        return DateTime(Date(value.year, value.month, value.day), _time(value.timetz(), value.utcoffset()))
    if isinstance(value, python.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, python.time):
        return _time(value, value.utcoffset())
    if isinstance(value, python.timedelta):
        return DaysDuration((value // python.timedelta(microseconds=1)) * 1000)
    if isinstance(value, Mapping):
        return {str(key): to_feel(entry) for key, entry in value.items()}
    if isinstance(value, (Sequence, set, frozenset)):
        return [to_feel(item) for item in value]
    raise TypeError(f"no FEEL kind for {type(value).__name__}")


def _time(value: python.time, offset: python.timedelta | None) -> Time:
    nanos = ((value.hour * 60 + value.minute) * 60 + value.second) * NANOS + value.microsecond * 1000
    if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key and value.tzinfo.key != "UTC":
        return Time(nanos, value.tzinfo.key)
    return Time(nanos, None if offset is None else int(offset.total_seconds()))


def to_python(value: Any) -> Any:
    """A FEEL value as an ordinary Python value.

    Numbers stay Decimal. What Python cannot hold (years beyond 9999, durations of months, ranges, functions) is
    given as it is; `str()` of it is its FEEL text. Raises FeelProblem for a value that is too large written out.
    """
    check_tree(value)
    return _to_python(value)


def _to_python(value: Any) -> Any:
    known = type(value)
    if known is list:
        return [_to_python(item) for item in value]
    if known is dict:
        return {key: _to_python(entry) for key, entry in value.items()}
    try:
        if known is Date:
            return python.date(value.year, value.month, value.day)
        if known is DateTime:
            clock = _python_time(value.time, value.offset())
            return python.datetime.combine(python.date(value.date.year, value.date.month, value.date.day), clock)
        if known is Time:
            return _python_time(value, value.offset())
        if known is DaysDuration:
            return python.timedelta(microseconds=value.nanos // 1000)
    except (ValueError, OverflowError):
        return value
    return value


def _python_time(value: Time, offset: int | None) -> python.time:
    zone: python.tzinfo | None = None
    if isinstance(value.zone, str):
        zone = ZoneInfo(value.zone)
    elif offset is not None:
        zone = python.UTC if offset == 0 else python.timezone(python.timedelta(seconds=offset))
    seconds, nanos = divmod(value.nanos, NANOS)
    return python.time(seconds // 3600, seconds // 60 % 60, seconds % 60, nanos // 1000, tzinfo=zone)
