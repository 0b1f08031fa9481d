"""What an administrator types about organisations."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people import organisations
from sira.people.models import Organisation, Person
from sira.studio.house.forms import LTR, OneOf
from sira.studio.house.naming import AUTO


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=AUTO))
    kind = forms.ChoiceField(label=pgettext_lazy("of an organisation", "Kind"), choices=Organisation.Kind)
    parent = OneOf(
        Organisation.objects.order_by("name"), nothing=_("none"), label=pgettext_lazy("of an organisation", "Part of")
    )
    tier = forms.ChoiceField(
        label=_("Tier"), choices=Organisation.Tier, help_text=_("The table of priorities reads it.")
    )
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        required=False,
        help_text=_("Two letters, such as PL."),
        widget=forms.TextInput(attrs=LTR),
    )
    mail_domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        widget=forms.TextInput(attrs=LTR),
        help_text=_("Separated by commas. Who writes from one of them for the first time belongs here."),
    )
    shares_tickets = forms.BooleanField(label=_("Members see each other's requests in the portal"), required=False)

    def __init__(self, *args: Any, organisation: Organisation, **more: Any) -> None:
        self.organisation = organisation
        known = {name: getattr(organisation, name) for name in ("name", "kind", "tier", "country", "shares_tickets")}
        known |= {"parent": organisation.parent_id, "mail_domains": ", ".join(organisation.mail_domains)}
        super().__init__(*args, **more | {"initial": known})

    def clean_mail_domains(self) -> list[str]:
        return [one.strip() for one in self.cleaned_data["mail_domains"].split(",") if one.strip()]

    def carry_out(self, *, by: Person, at: datetime) -> Organisation:
        return organisations.change_organisation(self.organisation, **self.cleaned_data, by=by)
