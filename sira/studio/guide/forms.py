"""What the guide itself asks: working hours with the holidays of a country, and people as a list."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.calendars import editing, public_holidays
from sira.calendars.models import Calendar
from sira.people.models import Person, SupportGroup
from sira.studio.guide import people_list
from sira.studio.house.calendar_forms import countries
from sira.studio.house.forms import zones
from sira.workforce.words import week_as_read

DAYS = [
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")),
    ("4", _("Friday")), ("5", _("Saturday")), ("6", _("Sunday")),
]  # fmt: skip


def days_as_read() -> list[tuple[str, Any]]:
    return [DAYS[number] for number, _name in week_as_read()]


class HoursForm(forms.Form):
    days = forms.MultipleChoiceField(label=_("Working days"), choices=days_as_read, widget=forms.CheckboxSelectMultiple)
    opens = forms.TimeField(
        label=_("From"), widget=forms.TimeInput(attrs={"type": "time", "dir": "ltr"}, format="%H:%M")
    )
    closes = forms.TimeField(
        label=pgettext_lazy("of a working day", "Until"),
        widget=forms.TimeInput(attrs={"type": "time", "dir": "ltr"}, format="%H:%M"),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    country = forms.ChoiceField(label=_("Holidays of"), choices=countries)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{**more, "initial": _as_it_is()})

    def carry_out(self, *, by: Person, at: datetime) -> Calendar:
        """The default calendar has these hours, and this year's and the next years' holidays."""
        given = self.cleaned_data
        minutes = [given[name].hour * 60 + given[name].minute for name in ("opens", "closes")]
        week = [[minutes] if str(day) in given["days"] else [] for day in range(7)]
        calendar = Calendar.objects.filter(is_default=True).first()
        if calendar is None:
            calendar = editing.create(str(_("Working hours")), time_zone=given["time_zone"], week=week, by=by, at=at)
        else:
            calendar = editing.set_hours(calendar, time_zone=given["time_zone"], week=week, by=by, at=at)
        years = public_holidays.years_to_load(at)
        public_holidays.load_holidays(calendar, given["country"], years, by=by, at=at)
        return calendar


def _as_it_is() -> dict[str, Any]:
    calendar = Calendar.objects.filter(is_default=True).first()
    if calendar is None:
        return {"days": ["0", "1", "2", "3", "4"], "opens": "09:00", "closes": "18:00"}
    worked = [(day, openings[0]) for day, openings in enumerate(calendar.week) if openings]
    opens, closes = worked[0][1] if worked else (9 * 60, 18 * 60)
    known = calendar.holidays.filter(source__startswith="holidays:").values_list("source", flat=True).first() or ""
    return {
        "days": [str(day) for day, _opening in worked],
        "opens": _clock(opens),
        "closes": _clock(closes),
        "time_zone": calendar.time_zone,
        "country": known.removeprefix("holidays:")[:2]
        or {"Asia/Tehran": "IR", "Europe/Istanbul": "TR"}.get(calendar.time_zone, "PL"),
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


class PeopleForm(forms.Form):
    """A file or pasted lines; each person by name and mail address, more if it is there."""

    file = forms.FileField(label=_("CSV file"), required=False)
    lines = forms.CharField(
        label=_("Or paste the lines"),
        required=False,
        help_text=_(
            "The first line names the columns: name, mail, and if you like role, group, language, organisation."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr", "placeholder": people_list.EXAMPLE}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        file = given.get("file")
        if file:
            if file.size > people_list.LARGEST:
                raise forms.ValidationError(_("The file is larger than 2 MB. Split it."))
            given["lines"] = people_list.decoded(file.read())
        if not (given.get("lines") or "").strip():
            raise forms.ValidationError(_("Choose a file or paste some lines."))
        groups = set(SupportGroup.objects.values_list("key", flat=True))
        rows, wrong = people_list.read(given["lines"], groups=groups)
        if wrong:
            self.data = {**self.data, "lines": given["lines"]}  # what a file says can be mended in the page, too
            nobody = _("Nobody has been entered. Mend the lines, and send them again.")
            raise forms.ValidationError([*wrong[: people_list.MOST_TOLD], nobody])
        given["rows"] = rows
        return given

    def carry_out(self, *, by: Person, at: datetime) -> people_list.Entered:
        return people_list.enter(self.cleaned_data["rows"], by=by, at=at)
