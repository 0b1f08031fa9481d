"""Working calendars by program. Reading is for agents, changing for who sets up hours. Single dates: sira.api.dates."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes_of_house
from sira.api.auth import caller
from sira.api.describing import AS_READ
from sira.api.house import for_right, for_workers
from sira.api.instants import Day
from sira.api.matching import answered, must_be_as_read
from sira.api.once import once
from sira.api.paging import Key
from sira.api.refusing import answers
from sira.calendars import editing
from sira.calendars.models import Calendar
from sira.people.rights import Right

router = Router(tags=["house"])


def calendar(row: Calendar) -> dict[str, Any]:
    names = ("name", "time_zone", "week", "always_open", "is_default")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


@router.get("/calendars", summary="List the working calendars", response=answers(shapes_of_house.Calendars))
@for_workers
def listed_calendars(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"items": [calendar(row) for row in Calendar.objects.order_by("id")]})


@router.post(
    "/calendars", summary="Make a working calendar", response=answers(shapes_of_house.CalendarShown, status=201)
)
@for_right(Right.HOURS)
@once
def made_calendar(request: HttpRequest, given: shapes_of_house.NewCalendar) -> tuple[int, Any]:
    at = timezone.now()
    hours: Any = {"time_zone": given.time_zone, "week": given.week, "always_open": bool(given.always_open)}
    row = editing.create(given.name, **hours, by=caller(request), at=at)
    return 201, calendar(row)


@router.put(
    "/calendars/{key}", summary="Change the working hours", response=answers(shapes_of_house.CalendarShown),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_right(Right.HOURS)
@transaction.atomic
def changed_calendar(request: HttpRequest, key: Key, given: shapes_of_house.Hours) -> HttpResponse:
    row = get_object_or_404(Calendar.objects.select_for_update(no_key=True), pk=key)
    must_be_as_read(request, calendar(row))
    always = row.always_open if given.always_open is None else given.always_open
    hours: Any = {"time_zone": given.time_zone, "week": given.week, "always_open": always}
    return answered(calendar(editing.set_hours(row, **hours, by=caller(request), at=timezone.now())))


@router.put(
    "/calendars/{key}/holidays/{on}", summary="Enter a holiday", response=answers(shapes_of_house.CalendarShown)
)
@for_right(Right.HOURS)
def entered_holiday(request: HttpRequest, key: Key, on: Day, given: shapes_of_house.Holiday) -> HttpResponse:
    row, by = get_object_or_404(Calendar, pk=key), caller(request)
    return JsonResponse(calendar(editing.set_holiday(row, on, **given.dict(), by=by, at=timezone.now())))
