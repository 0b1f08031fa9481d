"""What an administrator types about types, categories and services; a key is made of the name of a new one."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people.models import Person, SupportGroup
from sira.studio.called import processes_by_name
from sira.studio.house.forms import LTR, OneOf, SomebodyField, only_offered
from sira.studio.house.naming import AUTO, ask_names, names_given
from sira.studio.keys import made_key
from sira.tickets import sorting
from sira.tickets.models import Category, Service, TicketType
from sira.tickets.wording import field_name

# What a type may ask for besides the fields of its forms.
MAY_BE_NEEDED = ("category", "service", "group", "agent", "resolution")


class NamedForm(forms.Form):
    """row: what is changed, or a new one without a key."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=AUTO))

    def __init__(self, *args: Any, row: Any, **more: Any) -> None:
        self.row = row
        known = {name: getattr(row, name) for name in ("name", *self.columns)}
        super().__init__(*args, **more | {"initial": known})
        ask_names(self, row.names)

    columns: tuple[str, ...] = ()

    def named(self) -> dict[str, Any]:
        name = self.cleaned_data["name"]
        if not self.row.key:
            self.row.key = made_key(type(self.row), name, otherwise=self.row._meta.model_name)
        return {"name": name, "names": names_given(self)}


class TypeForm(NamedForm):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs=AUTO))
    letters = forms.CharField(
        label=_("Letters before the number"),
        max_length=5,
        widget=forms.TextInput(attrs=LTR),
        help_text=_("Two to five capitals, such as INC. Tickets that have a number keep it."),
    )
    process_key = forms.ChoiceField(label=_("Process that leads it"), required=False, choices=list)
    mandatory_fields = forms.MultipleChoiceField(
        label=_("Must be filled before it is resolved"),
        required=False,
        choices=list,
        widget=forms.CheckboxSelectMultiple,
    )
    needs_test = forms.BooleanField(label=_("Somebody tests before the requester is asked"), required=False)
    group = OneOf(
        SupportGroup.objects.order_by("name"),
        nothing=_("none: until one has it, every agent reads it"),
        label=_("Belongs to the group"),
        help_text=_(
            "From its first moment, unless another is chosen. For what is not everybody's affair, such as leave: its "
            "tickets that no group has go there now, and none is without a group again."
        ),
    )
    columns = ("process_key", "mandatory_fields", "needs_test", "group")

    def __init__(self, *args: Any, row: TicketType, **more: Any) -> None:
        super().__init__(*args, row=row, **more)
        self.initial["letters"] = row.prefix
        fields: Any = self.fields
        fields["process_key"].choices = [("", _("none: people lead it")), *processes_by_name()]
        needed = dict.fromkeys([*MAY_BE_NEEDED, *row.mandatory_fields])
        fields["mandatory_fields"].choices = [(name, field_name(name)) for name in needed]

    def clean_letters(self) -> str:
        return str(self.cleaned_data["letters"]).strip().upper()

    def carry_out(self, *, by: Person, at: datetime) -> TicketType:
        given = {name: self.cleaned_data[name] for name in self.columns}
        return sorting.keep_type(self.row, **self.named(), prefix=self.cleaned_data["letters"], **given, by=by, at=at)


class CategoryForm(NamedForm):
    parent = OneOf(
        Category.objects.order_by("name"), nothing=_("none"), label=pgettext_lazy("of a category", "Part of")
    )
    columns = ("parent",)

    def __init__(self, *args: Any, row: Category, **more: Any) -> None:
        super().__init__(*args, row=row, **more)
        only_offered(self, "parent")

    def carry_out(self, *, by: Person, at: datetime) -> Category:
        return sorting.keep_category(self.row, **self.named(), parent=self.cleaned_data["parent"], by=by)


class ServiceForm(NamedForm):
    owner = SomebodyField(
        label=pgettext_lazy("of a service", "Owner"),
        required=False,
        help_text=_("Their mail address. Approvals of “the owner of the service” go there."),
    )

    def __init__(self, *args: Any, row: Service, **more: Any) -> None:
        super().__init__(*args, row=row, **more)
        self.initial["owner"] = row.owner.email if row.owner else ""

    def carry_out(self, *, by: Person, at: datetime) -> Service:
        return sorting.keep_service(self.row, **self.named(), owner=self.cleaned_data["owner"], by=by)
