"""A small desk's hours for tests of this room and those above."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sira.calendars import editing
from sira.calendars.models import Calendar
from sira.people.automation import automation

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = [[(9 * 60, 17 * 60)]] * 5 + [[], []]


def monday(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """An instant of the week from Monday 1 June 2026 on, in Warsaw."""
    return datetime(2026, 6, 1, hour, minute, tzinfo=WARSAW) + timedelta(days=days)


def office_hours(name: str = "Office", *, week: editing.Week = OFFICE, **more) -> Calendar:
    """Monday to Friday 9 to 17 in Warsaw unless said otherwise."""
    zone = more.pop("time_zone", "Europe/Warsaw")
    return editing.create(name, time_zone=zone, week=week, by=automation(), at=monday(0), **more)
