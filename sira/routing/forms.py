"""What a lead types about how tickets are dealt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.people.models import Membership, SupportGroup
from sira.routing.agreeing import OF_GROUP, OF_MEMBER, Seat, Terms


def _number(label: Any, most: int = 100_000, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most, **more)


class DealingForm(forms.Form):
    """The group's own terms; each member has a SeatForm beside it."""

    strategy = forms.ChoiceField(label=_("Tickets are dealt"), choices=SupportGroup.Strategy)
    prefers_known = forms.BooleanField(label=_("First to whoever worked for the person last"), required=False)
    matches_language = forms.BooleanField(label=_("Only to who speaks the ticket's language"), required=False)
    silence_minutes = _number(
        _("Working minutes to react"), help_text=_("After that the ticket goes to somebody else. Empty: no limit.")
    )
    day_cap = _number(_("Most tickets a day"))
    week_cap = _number(_("Most tickets a week"))
    month_cap = _number(_("Most tickets a month"))


class SeatForm(forms.Form):
    share = _number(_("Share in per cent"), most=100)
    day_cap = _number(_("Most a day"))
    week_cap = _number(_("Most a week"))
    month_cap = _number(_("Most a month"))


class DealingForms:
    """The form of the group and one for each member, as one."""

    def __init__(self, group: SupportGroup, members: list[Membership], data: Any = None) -> None:
        self.own = DealingForm(data, initial={name: getattr(group, name) for name in OF_GROUP})
        self.seats = [
            (one, SeatForm(data, prefix=str(one.person_id), initial={name: getattr(one, name) for name in OF_MEMBER}))
            for one in members
        ]

    def is_valid(self) -> bool:
        return all([self.own.is_valid(), *(form.is_valid() for _member, form in self.seats)])

    def terms(self) -> Terms:
        seats = {one.person_id: Seat(**form.cleaned_data) for one, form in self.seats}
        return Terms(**self.own.cleaned_data, seats=seats)
