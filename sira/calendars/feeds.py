"""Holidays from an iCalendar address: fetched each day, and kept like those of a country."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any

from dateutil.rrule import rrulestr
from django.db import transaction
from icalendar import Calendar as Entries

from sira.calendars import editing
from sira.calendars.models import Calendar, HolidayFeed
from sira.calendars.public_holidays import Known, keep_loaded
from sira.calendars.refusals import NoFeed
from sira.people.automation import automation
from sira.people.models import Person
from sira.plumbing import outbound

EVERY, AFTER_FAILURE = timedelta(days=1), timedelta(hours=1)
BEFORE, AHEAD = timedelta(days=400), timedelta(days=1200)
LARGEST = 2 * 1024 * 1024
MOST_DAYS = 400  # of one event


class Unreadable(ValueError):
    """What came is no calendar."""


@transaction.atomic
def subscribe(calendar: Calendar, address: str, *, by: Person, at: datetime) -> HolidayFeed:
    """The address is fetched from now on, each day.  Raises NotAllowed, NoFeed."""
    calendar, address = editing.locked(calendar, by), address.strip().replace("webcal://", "https://", 1)
    if not address.startswith(("https://", "http://")) or len(address) > 500:
        raise NoFeed
    return HolidayFeed.objects.get_or_create(calendar=calendar, address=address, defaults={"due_at": at})[0]


@transaction.atomic
def unsubscribe(feed: HolidayFeed, *, by: Person, at: datetime) -> None:
    """What it brought goes with it.  Raises NotAllowed."""
    calendar = editing.locked(feed.calendar, by)
    calendar.holidays.filter(source=source_of(feed)).delete()
    feed.delete()
    editing.publish(calendar, by=by, at=at)


def source_of(feed: HolidayFeed) -> str:
    return f"feed:{feed.pk}"


def fetch_due(at: datetime) -> int:
    """Fetch what is due; how many. Each is claimed before it is asked, and nothing is locked while it answers."""
    due = list(HolidayFeed.objects.filter(due_at__lte=at).order_by("due_at")[:20])
    fetched = 0
    for feed in due:
        claimed = HolidayFeed.objects.filter(pk=feed.pk, due_at=feed.due_at).update(due_at=at + AFTER_FAILURE)
        if claimed:
            fetch(feed, at=at)
            fetched += 1
    return fetched


def fetch(feed: HolidayFeed, *, at: datetime) -> None:
    try:
        answer = outbound.get(feed.address, largest=LARGEST)
        if answer.status != 200:
            raise Unreadable(f"{answer.status}")
        days = (at.date() - BEFORE, at.date() + AHEAD)
        known = read(answer.body, days)
    except (outbound.Unreachable, Unreadable) as problem:
        HolidayFeed.objects.filter(pk=feed.pk).update(problem=str(problem)[:200] or "?")
        return
    with transaction.atomic():
        calendar = editing.locked(feed.calendar, automation())
        if HolidayFeed.objects.filter(pk=feed.pk).update(fetched_at=at, due_at=at + EVERY, problem=""):
            keep_loaded(calendar, known, source=source_of(feed), within=days)
            editing.publish(calendar, by=automation(), at=at)


def read(content: bytes, days: tuple[date, date]) -> dict[date, Known]:
    """The holidays between two days; what begins within a day leaves its morning open.  Raises Unreadable."""
    found: dict[date, Known] = {}
    try:
        for event in Entries.from_ical(content).walk("VEVENT"):
            if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
                continue
            name = " ".join(str(event.get("SUMMARY", "")).split()) or "–"
            for day, closes in _days_of(event, days):
                known = (name, None if closes is None else 0, closes)
                if day not in found or closes is None:
                    found[day] = known
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise Unreadable("no calendar that can be read") from error
    return found


def _days_of(event: Any, days: tuple[date, date]) -> Iterator[tuple[date, int | None]]:
    """(day, minute at which it closes, None for the whole day)."""
    start = event["DTSTART"].dt
    timed = isinstance(start, datetime)
    first = start.date() if timed else start
    closes = start.hour * 60 + start.minute if timed else None
    last = _last_day(event, first)
    length = max(0, min((last - first).days, MOST_DAYS))
    for begins in _times(event, first, days):
        for number in range(length + 1):
            day = begins + timedelta(days=number)
            if days[0] <= day <= days[1]:
                yield day, (closes or None) if number == 0 else None


def _last_day(event: Any, first: date) -> date:
    """The end that is written is the first moment after it."""
    end = event["DTEND"].dt if "DTEND" in event else None
    if isinstance(end, datetime):
        return (end - timedelta(microseconds=1)).date()
    return end - timedelta(days=1) if end else first


def _times(event: Any, first: date, days: tuple[date, date]) -> list[date]:
    """The first day of each time it comes round."""
    rule = event.get("RRULE")
    if rule is None:
        return [first]
    text = rule.to_ical().decode()
    parts = {part.strip().upper() for part in text.split(";")}
    is_odd = "INTERVAL=0" in parts or any(part.startswith(("BYHOUR", "BYMINUTE", "BYSECOND")) for part in parts)
    if "FREQ=YEARLY" not in parts or is_odd:
        return [
            first
        ]  # holidays come once a year; a daily rule would close the desk for good, a rule of 0 years hang it
    began = datetime(first.year, first.month, first.day)
    rows = rrulestr(text.replace("Z", ""), dtstart=began)
    low, high = (datetime(day.year, day.month, day.day) for day in days)
    within = takewhile(lambda one: one <= high, rows.xafter(low, inc=True))
    return [one.date() for one in islice(within, MOST_DAYS)]
