"""What a lead types about how tickets are dealt."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.people.models import Membership, SupportGroup
from sira.routing.agreeing import OF_GROUP, OF_MEMBER, Seat, Terms
from sira.routing.work import Weighable, counts

WEIGHED = {"priority": _("By priority"), "type": _("By type"), "channel": _("By the way it came")}


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


class WeightsForm(forms.Form):
    """What a ticket counts as load, by priority, type and channel; empty is 1."""

    def __init__(
        self, data: Any, weighable: Sequence[Weighable], *, weights: Mapping[str, Mapping[str, float]]
    ) -> None:
        super().__init__(data, prefix="weights")
        self.weighable = weighable
        for one in weighable:
            self.fields[f"{one.of}-{one.key}"] = forms.FloatField(
                label=one.words,
                required=False,
                min_value=0,
                max_value=100,
                initial=weights.get(one.of, {}).get(one.key),
                widget=forms.NumberInput(attrs={"placeholder": "1", "step": "0.1"}),
            )

    def of(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [
            (words, [self[f"{one.of}-{one.key}"] for one in self.weighable if one.of == of])
            for of, words in WEIGHED.items()
        ]

    def given(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {of: {} for of in WEIGHED}
        for one in self.weighable:
            weight = self.cleaned_data[f"{one.of}-{one.key}"]
            if weight is not None and weight != 1:
                found[one.of][one.key] = weight
        return {of: weights for of, weights in found.items() if weights}


class DealingForms:
    """The form of the group, its weights, and one for each member, as one."""

    def __init__(self, group: SupportGroup, members: list[Membership], data: Any = None) -> None:
        self.own = DealingForm(data, initial={name: getattr(group, name) for name in OF_GROUP})
        self.weights = WeightsForm(data, counts().weighable(), weights=group.weights)
        self.seats = [
            (one, SeatForm(data, prefix=str(one.person_id), initial={name: getattr(one, name) for name in OF_MEMBER}))
            for one in members
        ]

    def is_valid(self) -> bool:
        return all([self.own.is_valid(), self.weights.is_valid(), *(form.is_valid() for _member, form in self.seats)])

    def terms(self) -> Terms:
        seats = {one.person_id: Seat(**form.cleaned_data) for one, form in self.seats}
        return Terms(**self.own.cleaned_data, weights=self.weights.given(), seats=seats)
