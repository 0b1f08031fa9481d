"""What an administrator types about a person's data, and about how long texts are kept."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup
from sira.people.models_personal import PersonalRequest
from sira.people.personal import asking
from sira.plumbing import audit
from sira.studio.house.forms import OfPerson, OneOf
from sira.studio.house.naming import AUTO
from sira.tickets import retention
from sira.tickets.models import TicketType
from sira.tickets.models_retention import RetentionRule


class ArchiveForm(OfPerson):
    def carry_out(self, *, by: Person, at: datetime) -> PersonalRequest:
        return asking.ask_for_archive(self.person, by=by, way=audit.PAGE, at=at)


class ForgetForm(OfPerson):
    name = forms.CharField(
        label=_("Type the name to forget this person for good"),
        max_length=254,
        widget=forms.TextInput(attrs=AUTO | {"autocomplete": "off"}),
    )
    even_open = forms.BooleanField(label=_("Even if tickets of theirs are open"), required=False)

    def carry_out(self, *, by: Person, at: datetime) -> PersonalRequest:
        return asking.ask_to_forget(self.person, **self.cleaned_data, by=by, way=audit.PAGE, at=at)


class RetentionForm(forms.Form):
    forgets = forms.ChoiceField(label=_("What is forgotten"), choices=RetentionRule.Forgets)
    months = forms.IntegerField(label=_("Months after closing"), min_value=1, max_value=retention.LONGEST, initial=24)
    type = OneOf(TicketType.objects.order_by("name"), nothing=_("All types"), label=_("Type of ticket"))
    group = OneOf(SupportGroup.objects.order_by("name"), nothing=_("All groups"), label=_("Support group"))

    def carry_out(self, *, by: Person, at: datetime) -> Any:
        return retention.keep_rule(**self.cleaned_data, by=by, at=at)
