"""Single dates of a working calendar, where its holidays come from, and which one counts where none is named."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from pydantic import Field

from sira.api import hours
from sira.api import shapes_of_house as shapes
from sira.api.auth import caller
from sira.api.hours import calendar
from sira.api.house import for_right, for_workers
from sira.api.instants import Day
from sira.api.matching import answered
from sira.api.once import once
from sira.api.paging import Key
from sira.api.refusing import answers
from sira.api.shapes import moment
from sira.calendars import editing, feeds, public_holidays
from sira.calendars.models import Calendar, HolidayFeed
from sira.people.rights import Right

router = hours.router  # methods of one address stand in one router
for_hours = for_right(Right.HOURS)
Year = Annotated[int, Field(ge=1970, le=2200)]


def found(key: int) -> Calendar:
    row: Calendar = get_object_or_404(Calendar, pk=key)
    return row


@router.get("/calendars/{key}", summary="Read a working calendar", response=answers(shapes.CalendarShown))
@for_workers
def read_calendar(request: HttpRequest, key: Key) -> HttpResponse:
    return answered(calendar(found(key)))


@router.put("/calendars/{key}/default", summary="Let it count for all else", response=answers(shapes.CalendarShown))
@for_hours
def made_default(request: HttpRequest, key: Key) -> HttpResponse:
    """It is the calendar of every group that has none of its own."""
    return JsonResponse(calendar(editing.make_default(found(key), by=caller(request))))


@router.get("/calendars/{key}/dates", summary="List its single dates", response=answers(shapes.CalendarDates))
@for_workers
def listed_dates(request: HttpRequest, key: Key, year: Year | None = None) -> HttpResponse:
    """Holidays and dates with other hours of a year: this one where none is named."""
    row, year = found(key), year or timezone.localdate().year
    of_year = {"date__gte": date(year, 1, 1), "date__lte": date(year, 12, 31)}
    kept = [
        {
            "on": one.date.isoformat(),
            **{name: getattr(one, name) for name in ("name", "opens", "closes", "source")},
            "kept": one.is_observed,
        }
        for one in row.holidays.filter(**of_year).order_by("date")
    ]
    others = [
        {"on": one.date.isoformat(), "openings": one.openings, "reason": one.reason}
        for one in row.overrides.filter(**of_year).order_by("date")
    ]
    return JsonResponse({"holidays": kept, "overrides": others})


@router.delete("/calendars/{key}/holidays/{on}", summary="Work on a holiday", response=answers(None, status=204))
@for_hours
def worked_holiday(request: HttpRequest, key: Key, on: Day) -> HttpResponse:
    """It is not kept here, and loading holidays again does not bring it back."""
    editing.work_on_holiday(found(key), on, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/calendars/{key}/overrides/{on}", summary="Give a date hours", response=answers(shapes.CalendarShown))
@for_hours
def gave_hours(request: HttpRequest, key: Key, on: Day, given: shapes.OtherHours) -> HttpResponse:
    """Whatever week and holidays say."""
    row = editing.override_date(found(key), on, **given.dict(), by=caller(request), at=timezone.now())
    return JsonResponse(calendar(row))


@router.delete("/calendars/{key}/overrides/{on}", summary="As usual again", response=answers(None, status=204))
@for_hours
def usual_hours(request: HttpRequest, key: Key, on: Day) -> HttpResponse:
    editing.clear_override(found(key), on, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/calendars/{key}/country", summary="Load a country's holidays", response=answers(shapes.CalendarShown))
@for_hours
def loaded_holidays(request: HttpRequest, key: Key, given: shapes.Country) -> HttpResponse:
    """Of this year and two ahead; what a person entered, changed or took out stays."""
    row, at = found(key), timezone.now()
    years = public_holidays.years_to_load(at)
    public_holidays.load_holidays(row, given.country, years, by=caller(request), at=at)
    return JsonResponse(calendar(row))


def feed(row: HolidayFeed) -> dict[str, Any]:
    return {"id": row.pk, "address": row.address, "fetched_at": moment(row.fetched_at), "problem": row.problem}


@router.get("/calendars/{key}/feeds", summary="List where its holidays come from", response=answers(shapes.Feeds))
@for_hours
def listed_feeds(request: HttpRequest, key: Key) -> HttpResponse:
    return JsonResponse({"items": [feed(row) for row in found(key).feeds.order_by("pk")]})


@router.post("/calendars/{key}/feeds", summary="Take holidays", response=answers(shapes.FeedShown, status=201))
@for_hours
@once
def subscribed(request: HttpRequest, key: Key, given: shapes.FeedGiven) -> tuple[int, Any]:
    """From an iCalendar address, each day."""
    return 201, feed(feeds.subscribe(found(key), given.address, by=caller(request), at=timezone.now()))


@router.delete("/calendars/{key}/feeds/{feed}", summary="Take them no longer", response=answers(None, status=204))
@for_hours
def unsubscribed(request: HttpRequest, key: Key, feed: Key) -> HttpResponse:
    """What it brought goes with it."""
    row = get_object_or_404(HolidayFeed, pk=feed, calendar=found(key))
    feeds.unsubscribe(row, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)
