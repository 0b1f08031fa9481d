"""Working days: so many days later at the same time of the wall clock, as people count them. Pure, like working_time.

A working day is a date on which the desk opens at all, for an hour or for all of it. An opening belongs to the date on
which it begins, so a night shift is one working day; one that lasts a day or longer is cut at midnights.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sira.calendars.working_time import WorkingTime

_DAY = timedelta(days=1)
# Only for parts of a working day: half a day is half of this.
USUAL_DAY = timedelta(hours=8)


def after(hours: WorkingTime, start: datetime, amount: Decimal, unit: str) -> datetime:
    """When so much working time is over, in UTC. unit: days, hours or minutes.

    Raises ValueError for a negative amount, NeverOpen, OutOfReach.
    """
    if unit != "days":
        return hours.add(start, float(amount) * timedelta(**{unit: 1}))
    whole = int(amount)
    return hours.add(days_after(hours, start, whole), float(amount - whole) * USUAL_DAY)


def days_after(hours: WorkingTime, start: datetime, days: int) -> datetime:
    """The same time of the wall clock so many working days later, in UTC.

    What begins while the desk is closed begins with its next opening. Where that working day is closed at the time, it
    is the closing before, or the day's first opening: a deadline never leaves the day that people count.
    Raises NeverOpen, OutOfReach.
    """
    if days < 1:
        return start.astimezone(UTC)
    at = hours.next_opening(start)
    day = _day_of(hours, at)
    wall = at.astimezone(hours.zone).replace(tzinfo=None) - datetime.combine(day, time.min)
    for _each in range(days):
        day, openings = _next_day(hours, day)
    wanted = (datetime.combine(day, time.min) + wall).replace(tzinfo=hours.zone).astimezone(UTC)
    for opens, closes in reversed(openings):
        if wanted >= opens:
            return min(wanted, closes)
    return openings[0][0]


def openings_of(hours: WorkingTime, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The openings that belong to a date, in UTC; none where it is no working day."""
    begin, end = _midnight(hours, day), _midnight(hours, day + _DAY)
    for opens, closes in hours.openings_between(begin - _DAY, end + _DAY):
        if closes - opens >= _DAY:
            opens, closes = max(opens, begin), min(closes, end)
        elif not begin <= opens < end:
            continue
        if opens < closes:
            yield opens, closes


def _day_of(hours: WorkingTime, at: datetime) -> date:
    """at: open."""
    today = at.astimezone(hours.zone).date()
    began_before = any(opens <= at < closes for opens, closes in openings_of(hours, today - _DAY))
    return today - _DAY if began_before else today


def _next_day(hours: WorkingTime, day: date) -> tuple[date, list[tuple[datetime, datetime]]]:
    day += _DAY
    while not (openings := list(openings_of(hours, day))):
        opening = hours.next_opening(_midnight(hours, day)).astimezone(hours.zone).date()
        day = max(opening, day + _DAY)  # the same date where only the end of a night shift lies on it
    return day, openings


def _midnight(hours: WorkingTime, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=hours.zone).astimezone(UTC)
