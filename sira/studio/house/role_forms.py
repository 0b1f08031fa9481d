"""What an administrator types about a role made here, and about who has it where."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people import roles
from sira.people.models import GivenRole, MadeRole, Organisation, Person, SupportGroup
from sira.people.rights import Right
from sira.studio.house.forms import LTR, OfPerson, OneOf, SomebodyField, narrowed
from sira.studio.house.naming import AUTO, ask_names, names_given
from sira.tickets import leaving


class WordsForm(forms.Form):
    """What a role is called and what it may do.  names: in other languages, where they differ."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=AUTO))
    rights = forms.MultipleChoiceField(
        label=pgettext_lazy("of a role", "Rights"), choices=Right.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, names: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        ask_names(self, names or {})
        self.order_fields(["name", "key"])

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"name": given["name"], "names": names_given(self), "rights_of_it": given["rights"]}


class NewRoleForm(WordsForm):
    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        widget=forms.TextInput(attrs=LTR),
        help_text=_("Set-up as text and programs name the role by it, so it stays."),
        error_messages={"invalid": _("Latin letters, digits, hyphens and underscores only.")},
    )

    def carry_out(self, *, by: Person, at: datetime) -> MadeRole:
        return roles.make_role(self.cleaned_data["key"], **self.said(), by=by)


class DetailsForm(WordsForm):
    def __init__(self, *args: Any, role: MadeRole, **more: Any) -> None:
        self.role = role
        super().__init__(*args, names=role.names, initial={"name": role.name, "rights": role.rights}, **more)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        leaving.change_made_role(self.role, **self.said(), by=by, at=at)


class PlaceForm(forms.Form):
    """Where a role counts."""

    group = OneOf(SupportGroup.objects.order_by("name"), nothing=_("every group"), label=_("Only for the group"))
    organisation = OneOf(
        Organisation.objects.order_by("name"), nothing=_("every organisation"), label=_("Only for the organisation")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("group") and given.get("organisation"):
            self.add_error("organisation", _("Choose a group or an organisation. For both, give the role twice."))
        return given


class OfRole(forms.Form):
    def __init__(self, *args: Any, role: MadeRole, **more: Any) -> None:
        self.role = role
        super().__init__(*args, **more)


class GiveForm(OfRole, PlaceForm):
    person = SomebodyField(label=_("Mail address of the person"))
    field_order = ("person", "group", "organisation")

    def carry_out(self, *, by: Person, at: datetime) -> None:
        given = self.cleaned_data
        roles.give_role(given["person"], self.role, group=given["group"], organisation=given["organisation"], by=by)


class TakeForm(OfRole):
    given = OneOf(GivenRole.objects.select_related("role"))

    def __init__(self, *args: Any, role: MadeRole, **more: Any) -> None:
        super().__init__(*args, role=role, **more)
        narrowed(self, "given", role=role)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        leaving.take_role(self.cleaned_data["given"], by=by, at=at)


class ForgetForm(OfRole):
    def carry_out(self, *, by: Person, at: datetime) -> None:
        roles.forget_role(self.role, by=by)


class GiveToPersonForm(OfPerson, PlaceForm):
    role = OneOf(MadeRole.objects.order_by("name"), label=pgettext_lazy("of a person", "Role"), to_field_name="key")
    field_order = ("role", "group", "organisation")

    def carry_out(self, *, by: Person, at: datetime) -> None:
        given = self.cleaned_data
        roles.give_role(self.person, given["role"], group=given["group"], organisation=given["organisation"], by=by)


class TakeFromPersonForm(OfPerson):
    given = OneOf(GivenRole.objects.select_related("role"))

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        super().__init__(*args, person=person, **more)
        narrowed(self, "given", person=person)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        leaving.take_role(self.cleaned_data["given"], by=by, at=at)
