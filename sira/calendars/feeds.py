"""Holidays from an iCalendar address: fetched each day, and kept like those of a country."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from sira.calendars import editing, events
from sira.calendars.events import Event, Rule, Unreadable, can_be_followed, in_zone
from sira.calendars.models import DAY, Calendar, HolidayFeed
from sira.calendars.public_holidays import Known, keep_loaded
from sira.calendars.refusals import NoFeed
from sira.people.automation import automation
from sira.people.models import Person
from sira.plumbing import outbound

EVERY, AFTER_FAILURE = timedelta(days=1), timedelta(hours=1)
BEFORE, AHEAD = timedelta(days=400), timedelta(days=1200)
LARGEST = 2 * 1024 * 1024
MOST_DAYS = 400  # of one event


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
        known = read(answer.body, days, ZoneInfo(feed.calendar.time_zone))
    except (outbound.Unreachable, Unreadable) as problem:
        HolidayFeed.objects.filter(pk=feed.pk).update(problem=str(problem)[:200] or "?")
        return
    with transaction.atomic():
        calendar = editing.locked(feed.calendar, automation())
        if HolidayFeed.objects.filter(pk=feed.pk).update(fetched_at=at, due_at=at + EVERY, problem=""):
            keep_loaded(calendar, known, source=source_of(feed), within=days)
            editing.publish(calendar, by=automation(), at=at)


def read(content: bytes, days: tuple[date, date], zone: ZoneInfo) -> dict[date, Known]:
    """The holidays between two days, by the clocks of the zone; what begins within a day leaves its morning open, and
    what ends in the morning the afternoon.  Raises Unreadable."""
    found: dict[date, Known] = {}
    for event in events.read(content, days, follows=_is_for_holidays):
        name = event.text("SUMMARY") or "–"
        for day, opens, closes in _days_of(event, zone):
            if days[0] <= day <= days[1] and (day not in found or closes is None):
                found[day] = (name, opens, closes)
    return found


def _is_for_holidays(rule: Rule) -> bool:
    """What comes each day or week without an end is no holiday, and would close the desk for good."""
    is_rare = {"YEARLY", "MONTHLY"} & {str(one).upper() for one in rule["FREQ"]}
    return can_be_followed(rule) and bool(is_rare or {"COUNT", "UNTIL"} & set(rule))


def _days_of(event: Event, zone: ZoneInfo) -> Iterator[tuple[date, int | None, int | None]]:
    """(day, minute at which it opens, and closes; None for the whole day)."""
    starts = in_zone(event.starts, zone)
    ends = starts if event.ends is None else in_zone(event.ends, zone)
    if not isinstance(starts, datetime) or not isinstance(ends, datetime):
        for number in range(max(1, min((ends - starts).days, MOST_DAYS))):
            yield starts + timedelta(days=number), None, None
        return
    first, last = starts.date(), (ends - timedelta(microseconds=1)).date()
    closes, until = _minute(starts), _minute(ends)
    if not closes and first == last and until:
        yield first, until, DAY
        return
    yield first, 0 if closes else None, closes or None
    for number in range(1, min((last - first).days, MOST_DAYS) + 1):
        yield first + timedelta(days=number), None, None


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute
