"""What an administrator types about one thing that people ask for."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.catalogue import offering
from sira.catalogue.models import RequestType
from sira.people.models import Organisation, Person
from sira.studio.called import forms_by_name
from sira.studio.house.forms import OneOf, only_offered
from sira.studio.house.naming import AUTO, ask_names, names_given
from sira.studio.keys import made_key
from sira.tickets.models import Category, Service, TicketType

ICONS = [
    ("ticket", pgettext_lazy("a sign", "Request")),
    ("triangle-alert", pgettext_lazy("a sign", "Something is wrong")),
    ("circle-help", pgettext_lazy("a sign", "Question")),
    ("laptop", pgettext_lazy("a sign", "Computer")),
    ("printer", pgettext_lazy("a sign", "Printer")),
    ("phone", pgettext_lazy("a sign", "Phone")),
    ("mail", pgettext_lazy("a sign", "E-mail")),
    ("key-round", pgettext_lazy("a sign", "Access")),
    ("user-plus", pgettext_lazy("a sign", "New person")),
    ("calendar-days", pgettext_lazy("a sign", "Leave")),
    ("truck", pgettext_lazy("a sign", "Purchase")),
    ("wallet", pgettext_lazy("a sign", "Invoice")),
    ("wrench", pgettext_lazy("a sign", "Repair")),
    ("building-2", pgettext_lazy("a sign", "Building")),
    ("git-pull-request-arrow", pgettext_lazy("a sign", "Change")),
    ("book-open", pgettext_lazy("a sign", "Article")),
]
COLUMNS = ("name", "description", "icon", "type", "service", "category", "form_key", "audience", "order", "is_offered")


class RequestTypeForm(forms.Form):
    """row: what is changed, or a new one without a key."""

    name = forms.CharField(label=_("People ask for"), max_length=120, widget=forms.TextInput(attrs=AUTO))
    description = forms.CharField(
        label=_("One line about it"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    icon = forms.ChoiceField(label=pgettext_lazy("a picture", "Sign"), choices=list)
    type = OneOf(TicketType.objects.order_by("name"), label=_("Each request is a ticket of the type"))
    form_key = forms.ChoiceField(label=_("Form to fill"), choices=list, required=False)
    category = OneOf(Category.objects.order_by("name"), nothing=_("none"), label=_("Category"))
    service = OneOf(Service.objects.order_by("name"), nothing=_("none"), label=_("Service"))
    audience = forms.ChoiceField(label=_("Who may ask"), choices=RequestType.Audience)
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.order_by("name"),
        label=_("Which organisations"),
        required=False,
        help_text=_("Where only some may ask; the departments below them may too."),
    )
    order = forms.IntegerField(
        label=_("Place in the list"),
        min_value=0,
        max_value=9999,
        help_text=_("Smaller numbers stand further up."),
    )
    is_offered = forms.BooleanField(label=_("It stands in the portal"), required=False)

    def __init__(self, *args: Any, row: RequestType, **more: Any) -> None:
        self.row = row
        known = {name: getattr(row, f"{name}_id", getattr(row, name, None)) for name in COLUMNS}
        if not row.key:  # most new ones are like those that are there
            usual = RequestType.objects.values("type").annotate(times=Count("pk")).order_by("-times", "type").first()
            known["type"] = usual and usual["type"]
        known["organisations"] = list(row.organisations.values_list("pk", flat=True)) if row.pk else []
        super().__init__(*args, **more | {"initial": known})
        only_offered(self, "type", "category", "service")
        ask_names(self, row.names)
        ask_names(self, row.descriptions, about="description", words=_("The same in %(language)s"))
        fields: Any = self.fields
        fields["form_key"].choices = [("", _("subject and description alone")), *forms_by_name()]
        known_icons = dict(ICONS)
        fields["icon"].choices = [*ICONS] if row.icon in known_icons else [(row.icon, row.icon), *ICONS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("audience") == RequestType.Audience.ORGANISATIONS and not given.get("organisations"):
            self.add_error("organisations", _("Choose at least one organisation, or let everybody ask."))
        return given

    def carry_out(self, *, by: Person, at: datetime) -> RequestType:
        given = {name: self.cleaned_data[name] for name in COLUMNS}
        some = given["audience"] == RequestType.Audience.ORGANISATIONS
        return offering.offer(
            self.row.key or made_key(RequestType, given["name"], otherwise="request"),
            **given,
            names=names_given(self),
            descriptions=names_given(self, "description"),
            organisations=list(self.cleaned_data["organisations"]) if some else (),
            by=by,
        )
