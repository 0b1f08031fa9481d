"""When a timer is due: ISO 8601 dates, durations and repetitions, and amounts of working time."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.expressions import WorkingTime
from sira.processes.refusals import Stuck

DURATION = re.compile(
    r"^(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)
CYCLE = re.compile(r"^R(?P<times>\d*)/(?:(?P<start>[^/P]+)/)?(?P<every>P[^/]+)$")
MAX_TEXT = 100
FOREVER = -1


@dataclass(frozen=True, slots=True)
class Span:
    months: int
    time: timedelta

    def after(self, at: datetime) -> datetime:
        """A month after 31 January is the last day of February."""
        if self.months:
            years, month = divmod(at.month - 1 + self.months, 12)
            year = at.year + years
            at = at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
        return at + self.time


@dataclass(frozen=True, slots=True)
class Due:
    """A working amount is left to whoever knows the calendar. repeats: how often again; -1 without end."""

    at: datetime | WorkingTime
    repeats: int = 0


def is_time(shape: str, text: str) -> bool:
    try:
        _due(shape, text, datetime(2000, 1, 1, tzinfo=UTC))
    except (ValueError, OverflowError):
        return False
    return True


def due(shape: str, value: Any, at: datetime, *, repeats: int | None = None) -> Due:
    """repeats: how often a repeating timer still fires after this once; None at its beginning.

    value: ISO 8601 text, a Python or FEEL time, or WorkingTime. Raises Stuck.
    """
    try:
        found = _due(shape, value, at)
    except (ValueError, OverflowError):
        reason = _("“%(value)s” is no time that a timer could wait for.")
        raise Stuck(reason % {"value": value}, code="no_value") from None
    return found if repeats is None else Due(found.at, repeats)


def _due(shape: str, value: Any, at: datetime) -> Due:
    if isinstance(value, WorkingTime):
        return Due(value)
    if isinstance(value, timedelta):
        return Due(at + value)
    if isinstance(value, datetime):
        return Due(_aware(value, at))
    if isinstance(value, date):
        return Due(datetime(value.year, value.month, value.day, tzinfo=at.tzinfo))
    text = "" if value is None else str(value).strip()
    if len(text) > MAX_TEXT:
        raise ValueError
    if shape == "cycle" and (found := CYCLE.match(text)):
        times = int(found["times"]) if found["times"] else FOREVER + 1
        first = moment(found["start"], at) if found["start"] else span(found["every"]).after(at)
        if times > 1_000_000 or span(found["every"]).after(at) <= at:
            raise ValueError
        return Due(first, times - 1)
    if text.startswith(("P", "-P")):
        return Due(span(text).after(at))
    if shape == "duration":
        raise ValueError
    return Due(moment(text, at))


def span(text: str) -> Span:
    found = DURATION.match(text)
    if found is None:
        raise ValueError(text)
    sign = -1 if found["sign"] else 1
    number = {name: int(found[name] or 0) for name in ("years", "months", "weeks", "days", "hours", "minutes")}
    time = timedelta(
        weeks=number["weeks"],
        days=number["days"],
        hours=number["hours"],
        minutes=number["minutes"],
        seconds=float(found["seconds"] or 0),
    )
    return Span(sign * (number["years"] * 12 + number["months"]), sign * time)


def moment(text: str, at: datetime) -> datetime:
    """FEEL writes a zone's name after an @, which fromisoformat does not read."""
    return _aware(datetime.fromisoformat(text.partition("@")[0]), at)


def _aware(found: datetime, at: datetime) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=at.tzinfo)
