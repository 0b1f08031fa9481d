"""What people type about their working time."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.calendars.fields import DateField
from sira.people.models import Person
from sira.workforce.models import Absence


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
