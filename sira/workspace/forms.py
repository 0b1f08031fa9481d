"""Forms of the workspace."""

from datetime import date, datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.calendars import jalali
from sira.plumbing.refusals import Refused
from sira.tickets.models import Category, Ticket, TicketType
from sira.tickets.wording import named

MORNING = time(8, 0)


class NoDay(Refused):
    code = "no_day"
    status = 422
    message = _("Choose a day ahead, such as 2026-11-30.")


class DayField:
    """A day as a person types it, in the calendar of their language."""

    @staticmethod
    def read(text: str, *, at: datetime) -> datetime:
        """That day's morning in the reader's zone.  Raises NoDay for none, or one that has passed."""
        try:
            is_persian = get_language() == "fa"
            day = jalali.parse_date(text) if is_persian else date.fromisoformat(text.strip())
            moment = datetime.combine(day, MORNING, timezone.get_current_timezone())
        except (ValueError, jalali.NotADate):
            raise NoDay from None
        if moment <= at:
            raise NoDay
        return moment


class NewTicketForm(forms.Form):
    """What an agent writes down while somebody is on the phone or at the desk."""

    mail = forms.EmailField(label=_("Who asks: mail address"), max_length=254)
    name = forms.CharField(label=_("Name, if the person is new"), max_length=200, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=300)
    text = forms.CharField(label=_("What is it about?"), widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}))
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[(channel.value, channel.label) for channel in (Ticket.Channel.PHONE, Ticket.Channel.WALK_IN)],
    )
    type = forms.ModelChoiceField(label=_("Type"), queryset=TicketType.objects.none(), empty_label=None)
    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.none(), required=False)
    impact = forms.TypedChoiceField(
        label=_("Impact"), choices=Ticket.Level.choices, coerce=int, initial=Ticket.Level.LOW
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), choices=Ticket.Level.choices, coerce=int, initial=Ticket.Level.MEDIUM
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, model in (("type", TicketType), ("category", Category)):
            field = self.fields[name]
            field.queryset = model.objects.order_by("id")  # type: ignore[attr-defined]
            field.label_from_instance = named  # type: ignore[attr-defined]
