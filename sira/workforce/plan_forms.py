"""What leads type about the plans of others: hours, limits, skills, patterns, who is called."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.calendars.fields import DateField
from sira.calendars.models import Calendar
from sira.people.models import Person
from sira.shell.formats import digits
from sira.shell.names import named
from sira.workforce.models import CallRota, Pattern, Skill, Worker
from sira.workforce.words import CHANNELS, LANGUAGES, week_as_read

HOURS = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*[-–—]\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?\Z")
LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
Pairs = list[list[int]]


def number(label: Any, most: int = 100_000, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most, **more)


def hours_text(pairs: Sequence[Sequence[int]]) -> str:
    """As HoursField reads them, in the reader's digits."""
    written = ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pairs)
    return digits(written, get_language() or "en")


class HoursField(forms.CharField):
    """Hours of one day as 09:00-12:00, 13-17; empty is a day off."""

    widget = forms.TextInput(
        attrs={"autocomplete": "off", "dir": "ltr", "placeholder": lazy(hours_text, str)([[9 * 60, 17 * 60]])}
    )

    def clean(self, value: Any) -> Any:
        parts = [part for part in re.split(r"[,;،؛]|(?<=\d)\s+(?=\d)", super().clean(value).translate(LATIN)) if part]
        found = [HOURS.match(part.strip()) for part in parts]
        pairs = [[int(f[1]) * 60 + int(f[2] or 0), int(f[3]) * 60 + int(f[4] or 0)] for f in found if f]
        if len(pairs) < len(parts) or any(not (0 <= opens < 1440 and 0 <= closes <= 1440) for opens, closes in pairs):
            raise forms.ValidationError(_("Write hours as 09:00-17:00, several with a comma between them."))
        return pairs


class PatternForm(forms.Form):
    """Weeks of seven days each; the last one on the page may stay empty, for one more."""

    name = forms.CharField(label=_("Name"), max_length=120)

    def __init__(self, data: Any = None, *, pattern: Pattern | None = None, more: int = 0) -> None:
        given: list[list[Pairs]] = pattern.weeks if pattern else [[[] for _day in range(7)]]
        super().__init__(data, initial={"name": pattern.name if pattern else ""})
        self.count = min(12, int(data["weeks"]) if data and str(data.get("weeks", "")).isdecimal() else len(given))
        self.count = max(1, min(12, self.count + more))
        for week in range(self.count):
            for day in range(7):
                pairs = given[week][day] if week < len(given) else []
                self.fields[f"w{week}d{day}"] = HoursField(required=False, initial=hours_text(pairs))

    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"w{week}d{day}"] for day, _name in week_as_read()] for week in range(self.count)]

    def weeks(self) -> list[list[Pairs]]:
        return [[self.cleaned_data[f"w{week}d{day}"] for day in range(7)] for week in range(self.count)]


class LimitsForm(forms.Form):
    """What somebody takes at most; each channel has a field of its own."""

    capacity = number(_("Open work at once"), help_text=_("In the weights of the group. Empty: no limit."))
    day_cap = number(_("Most tickets a day"))
    week_cap = number(_("Most tickets a week"))
    month_cap = number(_("Most tickets a month"))

    def __init__(self, data: Any = None, *, worker: Worker | None = None) -> None:
        own = {name: getattr(worker, name, None) for name in ("capacity", "day_cap", "week_cap", "month_cap")}
        channels: Mapping[str, int] = worker.channels if worker else {}
        super().__init__(data, prefix="limits", initial=own)
        for key, words in CHANNELS:
            self.fields[f"of_{key}"] = number(words, 1000, initial=channels.get(key))

    def own(self) -> list[forms.BoundField]:
        return [self[name] for name in ("capacity", "day_cap", "week_cap", "month_cap")]

    def of_channels(self) -> list[forms.BoundField]:
        return [self[f"of_{key}"] for key, _words in CHANNELS]

    def limits(self) -> dict[str, Any]:
        given = self.cleaned_data
        channels = {key: given[f"of_{key}"] for key, _words in CHANNELS if given[f"of_{key}"] is not None}
        return {name: given[name] for name in ("capacity", "day_cap", "week_cap", "month_cap")} | {"channels": channels}


class SkillsForm(forms.Form):
    """A level from 1 to 5 for each language and skill; empty is none. New ones are named below."""

    new = forms.CharField(
        label=_("Another skill"), max_length=60, required=False, help_text=_("Its name; it is kept with level 3.")
    )

    def __init__(self, data: Any = None, *, levels: Mapping[str, int]) -> None:
        super().__init__(data, prefix="skills")
        languages = dict(LANGUAGES)
        known = {one.key: named(one) for one in Skill.objects.order_by("name")}
        self.keys = [*languages, *(key for key in known if key not in languages)]
        for key in self.keys:
            words = languages.get(key) or known[key]
            self.fields[f"of_{key}"] = number(words, 5, initial=levels.get(key))

    def of_languages(self) -> list[forms.BoundField]:
        return [self[f"of_{key}"] for key in self.keys if key in dict(LANGUAGES)]

    def of_skills(self) -> list[forms.BoundField]:
        return [self[f"of_{key}"] for key in self.keys if key not in dict(LANGUAGES)]

    def levels(self) -> dict[str, int]:
        found = {key: self.cleaned_data[f"of_{key}"] for key in self.keys if self.cleaned_data[f"of_{key}"]}
        if new := self.cleaned_data["new"].strip():
            found[re.sub(r"[^\w]+", "-", new.lower()).strip("-")[:60] or "skill"] = 3
        return found


class HoursForm(forms.Form):
    by_shifts = forms.BooleanField(label=_("Works in shifts, and at no other time"), required=False)
    calendar = forms.ModelChoiceField(
        label=_("Whose holidays and hours"),
        queryset=Calendar.objects.order_by("name"),
        required=False,
        empty_label=_("none: always here"),
    )


class RotaForm(forms.Form):
    pattern = forms.ModelChoiceField(label=_("Pattern"), queryset=Pattern.objects.order_by("name"))
    since = DateField(label=_("From"))
    until = DateField(label=_("Last day"), required=False, help_text=_("Empty: until another pattern follows."))
    week = forms.IntegerField(label=_("Begins with week"), min_value=1, max_value=12, initial=1)


class ShiftForm(forms.Form):
    """A single shift on one day, in the person's own time."""

    on = DateField(label=_("Day"))
    hours = HoursField(label=_("Hours"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def spans(self, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
        return [
            (
                _instant(self.cleaned_data["on"], a, zone),
                _instant(self.cleaned_data["on"], b if b > a else b + 1440, zone),
            )
            for a, b in self.cleaned_data["hours"]
        ]


def _instant(on: date, minute: int, zone: ZoneInfo) -> datetime:
    day, minute = on + timedelta(days=minute // 1440), minute % 1440
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


class CallsForm(forms.Form):
    """Who is called, in which order: a place from 1 for each member who takes part."""

    since = DateField(label=_("The first turn begins on"))
    at = forms.TimeField(label=_("Changes hands at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    days = forms.IntegerField(label=_("Days a turn"), min_value=1, max_value=7, initial=7)
    steps = forms.IntegerField(label=_("How many are called one after the other"), min_value=1, max_value=5, initial=2)

    def __init__(self, data: Any = None, *, members: Sequence[Person], calls: CallRota | None, **more: Any) -> None:
        super().__init__(data, **more)
        self.members = members
        places = dict(calls.seats.values_list("person", "number")) if calls else {}
        for one in members:
            self.fields[f"p{one.pk}"] = number(one.name, 99, initial=places.get(one.pk))

    def places(self) -> list[forms.BoundField]:
        return [self[f"p{one.pk}"] for one in self.members]

    def people(self) -> list[Person]:
        placed = [(self.cleaned_data[f"p{one.pk}"], one.name, one) for one in self.members]
        return [one for place, _name, one in sorted(placed, key=lambda each: (each[0] or 0, each[1])) if place]
