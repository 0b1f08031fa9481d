"""What an administrator does with a calendar. Each operation ends in a new edition, so that clocks follow."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from sira.calendars.models import DAY, Calendar, DateOverride, Edition, Holiday
from sira.calendars.refusals import BadHours, UnknownZone
from sira.calendars.working_time import openings, week_of, within
from sira.people import rights
from sira.people.models import Person
from sira.people.rights import Right

Week = Sequence[Iterable[Sequence[int]]]
ALWAYS: Week = [[(0, DAY)]] * 7


@transaction.atomic
def create(name: str, *, time_zone: str, week: Week, by: Person, at: datetime, always_open: bool = False) -> Calendar:
    """A new calendar. The first one of a desk becomes its default.

    week: Monday first, pairs (opens, closes) in minutes after midnight; closes <= opens is a night shift.
    Raises BadHours, UnknownZone, NotAllowed.
    """
    rights.must(by, Right.HOURS)
    calendar = Calendar.objects.create(
        name=name,
        time_zone=known_zone(time_zone),
        week=checked_week(week),
        always_open=always_open,
        is_default=not Calendar.objects.filter(is_default=True).exists(),
    )
    return publish(calendar, by=by, at=at)


@transaction.atomic
def set_hours(
    calendar: Calendar, *, time_zone: str, week: Week, always_open: bool = False, by: Person, at: datetime
) -> Calendar:
    """Raises BadHours, UnknownZone, NotAllowed."""
    calendar = locked(calendar, by)
    calendar.time_zone, calendar.week, calendar.always_open = known_zone(time_zone), checked_week(week), always_open
    calendar.save(update_fields=["time_zone", "week", "always_open"])
    return publish(calendar, by=by, at=at)


@transaction.atomic
def make_default(calendar: Calendar, *, by: Person) -> Calendar:
    """The calendar of every group that has none of its own; of two at once the later one. Raises NotAllowed."""
    rights.must(by, Right.HOURS)
    # All of them, always in the same order: the second waits before it asks which one it is to take the place of.
    rows = {row.pk: row for row in Calendar.objects.select_for_update(no_key=True).order_by("pk")}
    calendar = rows[calendar.pk]
    Calendar.objects.filter(is_default=True).update(is_default=False)
    Calendar.objects.filter(pk=calendar.pk).update(is_default=True)
    calendar.is_default = True
    return calendar


@transaction.atomic
def set_holiday(
    calendar: Calendar,
    on: date,
    *,
    name: str,
    by: Person,
    at: datetime,
    opens: int | None = None,
    closes: int | None = None,
) -> Calendar:
    """Add or change the holiday of a date; with opens and closes, a half day. Raises BadHours."""
    calendar = locked(calendar, by)
    if opens is not None or closes is not None:
        opens, closes = opens or 0, DAY if closes is None else closes
        checked_openings([(opens, closes)])
    Holiday.objects.update_or_create(
        calendar=calendar,
        date=on,
        defaults={"name": name, "opens": opens, "closes": closes, "is_observed": True, "source": ""},
    )
    return publish(calendar, by=by, at=at)


@transaction.atomic
def work_on_holiday(calendar: Calendar, on: date, *, by: Person, at: datetime) -> Calendar:
    """The holiday of this date is not kept here, and loading holidays again does not bring it back."""
    calendar = locked(calendar, by)
    Holiday.objects.filter(calendar=calendar, date=on).update(is_observed=False, source="")
    return publish(calendar, by=by, at=at)


@transaction.atomic
def override_date(
    calendar: Calendar, on: date, *, openings: Iterable[Sequence[int]], reason: str = "", by: Person, at: datetime
) -> Calendar:
    """Give one date its own open times, none for a closed date, whatever week and holidays say. Raises BadHours."""
    calendar = locked(calendar, by)
    DateOverride.objects.update_or_create(
        calendar=calendar, date=on, defaults={"openings": checked_openings(openings), "reason": reason}
    )
    return publish(calendar, by=by, at=at)


@transaction.atomic
def clear_override(calendar: Calendar, on: date, *, by: Person, at: datetime) -> Calendar:
    calendar = locked(calendar, by)
    DateOverride.objects.filter(calendar=calendar, date=on).delete()
    return publish(calendar, by=by, at=at)


def publish(calendar: Calendar, *, by: Person, at: datetime) -> Calendar:
    """Write down the calendar as it stands as its new edition. Part of an operation that has locked the calendar."""
    latest = Edition.objects.filter(calendar=calendar, superseded_at=None).first()
    body = _body(calendar)
    if latest and latest.body == body:
        return calendar
    if latest:
        Edition.objects.filter(pk=latest.pk).update(superseded_at=at)
    number = latest.number + 1 if latest else 1
    calendar.edition = Edition.objects.create(calendar=calendar, number=number, body=body, at=at, by=by)
    calendar.save(update_fields=["edition"])
    return calendar


def _body(calendar: Calendar) -> dict[str, object]:
    if calendar.always_open:
        return {"zone": calendar.time_zone, "week": [[[0, DAY]] for _day in range(7)], "days": {}}
    week = week_of(calendar.week)
    days = {}
    for holiday in calendar.holidays.filter(is_observed=True):
        half = holiday.opens is not None and holiday.closes is not None
        times = within(week[holiday.date.weekday()], holiday.opens, holiday.closes) if half else ()  # type: ignore[arg-type]
        days[holiday.date.isoformat()] = [list(pair) for pair in times]
    for override in calendar.overrides.all():
        days[override.date.isoformat()] = override.openings
    return {"zone": calendar.time_zone, "week": calendar.week, "days": dict(sorted(days.items()))}


def locked(calendar: Calendar, by: Person) -> Calendar:
    """The calendar, held for an edit until the end of the transaction. Raises NotAllowed."""
    rights.must(by, Right.HOURS)
    return Calendar.objects.select_for_update().get(pk=calendar.pk)


def known_zone(time_zone: str) -> str:
    """Raises UnknownZone."""
    try:
        ZoneInfo(time_zone)
    except (ValueError, OSError, KeyError, TypeError, AttributeError) as error:
        raise UnknownZone(time_zone=time_zone) from error
    return time_zone


def checked_week(week: Week) -> list[list[list[int]]]:
    """Raises BadHours."""
    try:
        days = [[_minutes(pair) for pair in pairs] for pairs in week]
        week_of(days)
    except (ValueError, TypeError) as error:
        raise BadHours(week=week) from error
    return days


def checked_openings(pairs: Iterable[Sequence[int]]) -> list[list[int]]:
    """In order and apart. Raises BadHours."""
    try:
        return [list(pair) for pair in openings(map(_minutes, pairs))]
    except (ValueError, TypeError) as error:
        raise BadHours() from error


def _minutes(pair: Sequence[int]) -> list[int]:
    opens, closes = pair
    if type(opens) is not int or type(closes) is not int:
        raise TypeError(f"no minutes: {pair}")
    return [opens, closes]
