"""Working calendars: the week, holidays, single dates, and where holidays come from."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.calendars import public_holidays
from sira.calendars.models import Calendar
from sira.people.rights import Right
from sira.shell.meanwhile import status_of
from sira.shell.parts import say
from sira.studio.access import for_right
from sira.studio.house import calendar_forms as forms
from sira.studio.house.acting import carried_out, forms_of
from sira.workforce.plan_forms import hours_text

ACTS: dict[str, Any] = {
    "week": forms.HoursOfWeekForm,
    "holiday": forms.HolidayForm,
    "worked": forms.WorkedHolidayForm,
    "other": forms.OtherHoursForm,
    "usual": forms.UsualHoursForm,
    "country": forms.CountryForm,
    "feed": forms.FeedForm,
    "no_feed": forms.NoFeedForm,
    "default": forms.DefaultForm,
}


@require_GET
@for_right(Right.HOURS)
def calendars(request: HttpRequest) -> HttpResponse:
    return listed(request, forms.NewCalendarForm(initial={"time_zone": timezone.get_current_timezone_name()}))


def listed(request: HttpRequest, new: forms.NewCalendarForm) -> HttpResponse:
    rows = Calendar.objects.order_by("name")
    context = {"place": "studio", "house": "calendars", "calendars": rows, "new": new}
    return render(request, "studio/house/calendars.html", context, status=422 if new.errors else 200)


@require_POST
@for_right(Right.HOURS)
def begin(request: HttpRequest) -> HttpResponse:
    form = forms.NewCalendarForm(request.POST)
    done, row = carried_out(request, form)
    if not done:
        return listed(request, form)
    return say(request, redirect("studio:calendar", row.pk), _("Entered"))


@require_GET
@for_right(Right.HOURS)
def calendar(request: HttpRequest, key: int) -> HttpResponse:
    return shown(request, get_object_or_404(Calendar, pk=key), {})


@require_POST
@for_right(Right.HOURS)
def act(request: HttpRequest, key: int, act: str) -> HttpResponse:
    row = get_object_or_404(Calendar, pk=key)
    form = ACTS[act](request.POST, calendar=row, auto_id=f"{act}_%s")
    done, _given = carried_out(request, form)
    if not done:
        return shown(request, row, {act: form})
    return say(request, redirect("studio:calendar", key), _("Kept"))


def shown(request: HttpRequest, row: Calendar, refused: dict[str, Any]) -> HttpResponse:
    """Dates from the beginning of this year on."""
    since = date(timezone.localdate().year, 1, 1)
    overrides = row.overrides.filter(date__gte=since).order_by("date")
    context = forms_of(ACTS, refused, calendar=row) | {
        "place": "studio",
        "house": "calendars",
        "calendar": row,
        "holidays": [
            (
                one,
                public_holidays.name_in(one, get_language() or "en"),
                hours_text([[one.opens, one.closes]]) if one.opens is not None and one.closes is not None else "",
            )
            for one in row.holidays.filter(date__gte=since).order_by("date")
        ],
        "overrides": [(one, hours_text(one.openings)) for one in overrides],
        "feeds": row.feeds.order_by("address"),
    }
    return render(request, "studio/house/calendar.html", context, status=status_of(*refused.values()))
