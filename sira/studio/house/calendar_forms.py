"""What an administrator types about a working calendar. Each form is one thing that can be done to it."""

from datetime import datetime
from typing import Any

import holidays
from django import forms
from django.utils.translation import gettext_lazy as _

from sira.calendars import editing, feeds, public_holidays
from sira.calendars.fields import DateField
from sira.calendars.models import DAY, Calendar, HolidayFeed
from sira.people.models import Person
from sira.studio.house.forms import LTR, zones
from sira.studio.house.naming import AUTO
from sira.workforce.plan_forms import HoursField, hours_text
from sira.workforce.words import week_as_read


class OfCalendar(forms.Form):
    """calendar: what the page is about."""

    def __init__(self, *given: Any, calendar: Calendar | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.calendar: Any = calendar


class NewCalendarForm(OfCalendar):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=AUTO))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if Calendar.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a calendar of this name."))
        return name

    def carry_out(self, *, by: Person, at: datetime) -> Calendar:
        office = [[(9 * 60, 17 * 60)]] * 5 + [[], []]
        given = self.cleaned_data
        return editing.create(given["name"], time_zone=given["time_zone"], week=office, by=by, at=at)


class HoursOfWeekForm(OfCalendar):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    always_open = forms.BooleanField(label=_("Open day and night, on holidays too"), required=False)

    def __init__(self, *given: Any, calendar: Calendar, **more: Any) -> None:
        own = {"time_zone": calendar.time_zone, "always_open": calendar.always_open}
        super().__init__(*given, calendar=calendar, initial=own, **more)
        for number, words in week_as_read():
            pairs = hours_text(calendar.week[number])
            self.fields[f"d{number}"] = HoursField(label=words, required=False, initial=pairs)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        given = self.cleaned_data
        week = [given[f"d{number}"] for number in range(7)]
        zone, always = given["time_zone"], given["always_open"]
        editing.set_hours(self.calendar, time_zone=zone, week=week, always_open=always, by=by, at=at)


class HolidayForm(OfCalendar):
    on = DateField(label=_("Day"))
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=AUTO))
    hours = HoursField(
        label=_("Open between"), required=False, help_text=_("For a half day, such as 00:00-13:00. Empty: closed.")
    )

    def clean_hours(self) -> list[list[int]]:
        pairs: list[list[int]] = self.cleaned_data["hours"]
        if len(pairs) > 1:
            raise forms.ValidationError(_("A half day has one stretch. For more write other hours for the date."))
        return pairs

    def carry_out(self, *, by: Person, at: datetime) -> None:
        given = self.cleaned_data
        half = {"opens": given["hours"][0][0], "closes": given["hours"][0][1] or DAY} if given["hours"] else {}
        editing.set_holiday(self.calendar, given["on"], name=given["name"], by=by, at=at, **half)


class WorkedHolidayForm(OfCalendar):
    on = DateField(label=_("Day"))

    def carry_out(self, *, by: Person, at: datetime) -> None:
        editing.work_on_holiday(self.calendar, self.cleaned_data["on"], by=by, at=at)


class OtherHoursForm(OfCalendar):
    on = DateField(label=_("Day"))
    hours = HoursField(label=_("Hours"), required=False, help_text=_("Whatever week and holidays say. Empty: closed."))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, widget=forms.TextInput(attrs=AUTO))

    def carry_out(self, *, by: Person, at: datetime) -> None:
        given = self.cleaned_data
        hours, reason = given["hours"], given["reason"]
        editing.override_date(self.calendar, given["on"], openings=hours, reason=reason, by=by, at=at)


class UsualHoursForm(OfCalendar):
    on = DateField(label=_("Day"))

    def carry_out(self, *, by: Person, at: datetime) -> None:
        editing.clear_override(self.calendar, self.cleaned_data["on"], by=by, at=at)


FIRST = [("TR", _("Türkiye")), ("IR", _("Iran")), ("PL", _("Poland")), ("DE", _("Germany")), ("GB", _("Great Britain"))]


def countries() -> list[tuple[str, Any]]:
    """Those with known holidays, by their two letters; the ones whose languages the desk speaks come first."""
    named = dict(FIRST)
    return [*FIRST, *((code, code) for code in sorted(holidays.list_supported_countries()) if code not in named)]


class CountryForm(OfCalendar):
    country = forms.ChoiceField(label=_("Country"), choices=countries)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        years = public_holidays.years_to_load(at)
        public_holidays.load_holidays(self.calendar, self.cleaned_data["country"], years, by=by, at=at)


class FeedForm(OfCalendar):
    address = forms.CharField(
        label=_("Address of a calendar (.ics)"), max_length=500, widget=forms.TextInput(attrs=LTR),
        help_text=_("It is fetched within a minute and then each day; entries of every year come round."),
    )  # fmt: skip

    def carry_out(self, *, by: Person, at: datetime) -> None:
        feeds.subscribe(self.calendar, self.cleaned_data["address"], by=by, at=at)


class NoFeedForm(OfCalendar):
    feed = forms.ModelChoiceField(queryset=HolidayFeed.objects.none())

    def __init__(self, *given: Any, calendar: Calendar, **more: Any) -> None:
        super().__init__(*given, calendar=calendar, **more)
        self.fields["feed"].queryset = calendar.feeds.all()  # type: ignore[attr-defined]

    def carry_out(self, *, by: Person, at: datetime) -> None:
        feeds.unsubscribe(self.cleaned_data["feed"], by=by, at=at)


class DefaultForm(OfCalendar):
    def carry_out(self, *, by: Person, at: datetime) -> None:
        editing.make_default(self.calendar, by=by)
