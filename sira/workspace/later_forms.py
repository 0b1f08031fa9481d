"""When an answer goes out: one of a few times, or a day and a time as the reader's calendar writes them."""

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sira.shell import formats
from sira.tickets.models import Ticket
from sira.workspace.ahead import MORNING, times_ahead
from sira.workspace.forms import DayField, QuestionForm

OTHER = "other"
CLOCK = re.compile(r"\s*(\d{1,2})[:.٫](\d{2})\s*")


class AnyDay(DayField):
    """Today counts too: whether it lies ahead hangs on the time."""

    def clean(self, value: str) -> Any:
        text = forms.CharField.clean(self, value)
        return self.read(text) if text else None


class TimeField(forms.CharField):
    """A time of the day as 14:30, in the digits of any language; the morning where it is left empty."""

    def clean(self, value: str) -> Any:
        text = super().clean(value)
        found = CLOCK.fullmatch(text)
        if text and (found is None or int(found[1]) > 23 or int(found[2]) > 59):
            raise ValidationError(_("Write the time as 14:30."), code="time")
        return time(int(found[1]), int(found[2])) if found else MORNING


class LaterForm(QuestionForm):
    text = forms.CharField(
        label=pgettext_lazy("kind of entry", "Answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    when = forms.ChoiceField(label=_("When does it go out?"), widget=forms.RadioSelect, initial="tomorrow")
    day = AnyDay(required=False)
    time = TimeField(
        label=pgettext_lazy("time of day", "Time"),
        required=False,
        max_length=5,
        widget=forms.TextInput(attrs={"placeholder": "14:30"}),
    )
    follows = forms.ChoiceField(label=_("And then"), initial="send")

    def prepare(self) -> None:
        self.ahead = times_ahead(timezone.now())
        language, zone = get_language() or "en", timezone.get_current_timezone()
        names = {"hour": _("In one hour"), "tomorrow": _("Tomorrow morning"), "week": _("On Monday morning")}
        offered = [(key, f"{names[key]}: {formats.full(at, language, zone=zone)}") for key, at in self.ahead.items()]
        self.fields["day"] = AnyDay(label=_("Day"), required=False)
        then = [("send", _("The ticket stays as it is"))]
        if self.ticket.status in Ticket.ACTIVE:
            then += [("waiting", _("Wait for the requester")), ("resolve", _("Resolve it with these words"))]
        self.fields["when"].choices = [*offered, (OTHER, _("On another day or at another time:"))]  # type: ignore[attr-defined]
        self.fields["follows"].choices = then  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("when") in self.ahead:
            given["goes_at"] = self.ahead[given["when"]]
        elif not {"when", "day", "time"} & set(self.errors):
            given["goes_at"] = self.chosen(given.get("day"), given["time"])
        return given

    def chosen(self, day: datetime | None, clock: Any) -> datetime:
        if day is None:
            raise ValidationError({"day": _("Choose a day.")})
        moment = datetime.combine(day.date(), clock, day.tzinfo)
        if moment <= timezone.now():
            raise ValidationError({"day": _("Choose a time ahead.")})
        return moment
