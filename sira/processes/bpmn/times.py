"""When a timer is due: ISO 8601 dates, durations and repetitions, and amounts of working time.

A date without a zone, as forms give it, is meant by the clock on somebody's wall: `zone` says whose, and is asked only
then.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.expressions import WorkingTime
from sira.processes.refusals import Stuck

DURATION = re.compile(
    r"^(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)
CYCLE = re.compile(r"^R(?P<times>\d*)/(?:(?P<start>\d{4}-.+)/)?(?P<every>P[^/]+)$")
MAX_TEXT = 100
FOREVER = -1
SHORTEST_CYCLE = timedelta(minutes=1)
A_DAY = timedelta(days=1)
Zone = Callable[[], tzinfo]
Instant = Callable[[datetime | WorkingTime], datetime | WorkingTime]


def utc() -> tzinfo:
    return UTC


def as_drawn(due: datetime | WorkingTime) -> datetime | WorkingTime:
    return due


@dataclass(frozen=True, slots=True)
class Span:
    months: int
    time: timedelta

    def after(self, at: datetime, times: int = 1) -> datetime:
        """A month after 31 January is the last day of February. Days are the wall's, hours pass as they do."""
        if self.months:
            years, month = divmod(at.month - 1 + self.months * times, 12)
            year = at.year + years
            at = at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
        if self.time % A_DAY:
            return (at.astimezone(UTC) + self.time * times).astimezone(at.tzinfo)
        return at + self.time * times


@dataclass(frozen=True, slots=True)
class Due:
    """A working amount is left to whoever knows the calendar. repeats: how often again; -1 without end."""

    at: datetime | WorkingTime
    repeats: int = 0


def is_time(shape: str, text: str) -> bool:
    try:
        _due(shape, text, datetime(2000, 1, 1, tzinfo=UTC), utc)
    except (ValueError, OverflowError):
        return False
    return True


def due(shape: str, value: Any, at: datetime, *, repeats: int | None = None, zone: Zone = utc) -> Due:
    """repeats: how often a repeating timer still fires after this once; None at its beginning.

    value: ISO 8601 text, a Python or FEEL time, or WorkingTime. Raises Stuck.
    """
    if value is None or value == "":
        reason = _("It cannot wait: the time it should wait for is empty. Have it filled in before, or choose another.")
        raise Stuck(reason, code="no_value")
    try:
        found = _due(shape, value, at, zone, again=repeats is not None)
    except (ValueError, OverflowError):
        reason = _("“%(value)s” is no time that a timer could wait for.")
        raise Stuck(reason % {"value": value}, code="no_value") from None
    return found if repeats is None else Due(found.at, repeats)


def occasion(shape: str, value: Any, since: datetime, number: int, zone: Zone = utc) -> datetime | WorkingTime | None:
    """The time with that number (from 0) of a timer that begins processes, counted from since; None if it has no more.

    Counted from its first time and not from the last, so that the 31st comes back after February. What was due before
    since is not made up for. Raises Stuck.
    """
    found = CYCLE.match(str(value).strip()) if shape == "cycle" else None
    if found is None:
        once = due(shape, value, since, zone=zone).at if number == 0 else None
        return None if isinstance(once, datetime) and once < since else once
    due(shape, value, since, zone=zone)  # says what is wrong with it
    every, times = span(found["every"]), int(found["times"]) if found["times"] else None
    first = moment(found["start"], zone) if found["start"] else every.after(since)
    if every.after(first) - first < SHORTEST_CYCLE:
        raise Stuck(_("“%(value)s” would begin more often than once a minute.") % {"value": value}, code="no_value")
    number += _missed(first, every, since)
    return None if times is not None and number >= times else every.after(first, number)


def _missed(first: datetime, every: Span, since: datetime) -> int:
    """How many times lie before since."""
    longest = every.time + timedelta(days=31 * every.months)
    number = max(0, (since - first) // longest)
    while every.after(first, number) < since:
        number += 1
    return number


def _due(shape: str, value: Any, at: datetime, zone: Zone, *, again: bool = False) -> Due:
    if isinstance(value, WorkingTime):
        return Due(value)
    if isinstance(value, timedelta):
        return Due(at + value)
    if isinstance(value, datetime):
        return Due(_aware(value, zone))
    if isinstance(value, date):
        return Due(datetime(value.year, value.month, value.day, tzinfo=zone()))
    text = "" if value is None else str(value).strip()
    if len(text) > MAX_TEXT:
        raise ValueError
    if shape == "cycle" and (found := CYCLE.match(text)):
        times = int(found["times"]) if found["times"] else FOREVER + 1
        every = span(found["every"])
        if times > 1_000_000 or every.after(at) <= at:
            raise ValueError
        first = moment(found["start"], zone) if found["start"] else every.after(at)
        if again and first <= at:  # it keeps the rhythm of its start
            first = every.after(first, _missed(first, every, at + timedelta.resolution))
        return Due(first, times - 1)
    if text.startswith(("P", "-P")):
        return Due(span(text).after(at))
    if shape == "duration":
        raise ValueError
    return Due(moment(text, zone))


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


def moment(text: str, zone: Zone = utc) -> datetime:
    """FEEL writes a zone's name after an @, which fromisoformat does not read."""
    written, _at, name = text.partition("@")
    found = datetime.fromisoformat(written)
    return found.replace(tzinfo=_zone(name)) if name else _aware(found, zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(name) from error


def _aware(found: datetime, zone: Zone) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=zone())
