"""What people type about their working time."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.calendars.jalali import jalali_text, parse_date
from sira.calendars.refusals import NotADate
from sira.people.models import Person
from sira.workforce.models import Absence


class DayInput(forms.TextInput):
    """The browser's own field for a date, or text where the language counts Jalali, which browsers do not."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        persian = (get_language() or "").startswith("fa")
        context["widget"]["type"] = "text" if persian else "date"
        context["widget"]["attrs"] |= {"autocomplete": "off", "dir": "ltr"}
        if persian:
            context["widget"]["attrs"]["placeholder"] = "۱۴۰۵/۰۹/۰۳"
        return context

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, date):
            return super().format_value(value)
        return jalali_text(value) if (get_language() or "").startswith("fa") else value.isoformat()


class DateField(forms.CharField):
    """A date as people write it in their language, Persian dates and digits included."""

    widget = DayInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except NotADate as error:
            raise forms.ValidationError(str(error.message)) from error


class AbsenceForm(forms.Form):
    """first, last: days, both away. A sick person may leave the end open."""

    kind = forms.ChoiceField(label=_("What"), choices=Absence.Kind)
    first = DateField(label=_("First day away"))
    last = DateField(label=_("Last day away"), required=False, help_text=_("Sick and not sure yet? Leave it empty."))
    stand_in = forms.ModelChoiceField(label=_("Stand-in"), queryset=Person.objects.none(), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, colleagues: Any, kinds: Sequence[Any] = Absence.Kind.choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["stand_in"].queryset = colleagues  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == Absence.Kind.LEAVE and given.get("first") and not given.get("last"):
            self.add_error("last", _("Write the last day of your leave."))
        return given

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
        first: date = self.cleaned_data["first"]
        last: date | None = self.cleaned_data["last"]
        ends = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
        return datetime.combine(first, time(), zone), ends


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("CSV with person, kind, starts_at, ends_at, note; or iCalendar (.ics).")
    )
