"""What an administrator types about people."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people import addresses, joining, organisations, persons, second_factor, signing_in
from sira.people.models import Address, Joining, Organisation, Person, SupportGroup
from sira.plumbing import audit
from sira.studio.house.forms import LTR, OfPerson, OneOf, SomebodyField, narrowed, zones
from sira.studio.house.naming import AUTO
from sira.tickets import leaving

ROLES = [(role, words) for role, words in Person.Role.choices if role != Person.Role.SYSTEM]


class NewPersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=AUTO))
    mail = forms.CharField(label=_("Mail address"), max_length=254, widget=forms.TextInput(attrs=LTR))
    role = forms.ChoiceField(label=pgettext_lazy("of a person", "Role"), choices=ROLES)
    group = OneOf(
        SupportGroup.objects.order_by("name"), nothing=_("none yet"), label=_("Support group"), to_field_name="key"
    )
    organisation = OneOf(
        Organisation.objects.order_by("name"), nothing=_("as the mail address says"), label=_("Organisation")
    )
    language = forms.ChoiceField(label=_("Language"), choices=Person.Language)
    invite = forms.BooleanField(label=_("Mail them a link to sign in with"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("group") and given.get("role") == Person.Role.REQUESTER:
            self.add_error("role", _("Only who works here belongs to a support group. Choose agent or lead."))
        return given

    def carry_out(self, *, by: Person, at: datetime) -> Person:
        given = self.cleaned_data
        person = persons.create_person(
            name=given["name"],
            email=given["mail"],
            role=given["role"],
            organisation=given["organisation"],
            language=given["language"],
            time_zone=by.time_zone,
            by=by,
            at=at,
        )
        if given["group"]:
            persons.put_in_group(person, given["group"], leads=given["role"] == Person.Role.LEAD, by=by)
        if given["invite"]:
            signing_in.invite(person, by=by, at=at)
        return person


class DetailsForm(OfPerson):
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=AUTO))
    title = forms.CharField(label=_("Job title"), max_length=120, required=False, widget=forms.TextInput(attrs=AUTO))
    place = forms.CharField(label=_("Place"), max_length=120, required=False, widget=forms.TextInput(attrs=AUTO))
    language = forms.ChoiceField(label=_("Language"), choices=Person.Language)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    organisation = OneOf(Organisation.objects.order_by("name"), nothing=_("none"), label=_("Organisation"))
    manager = SomebodyField(
        label=pgettext_lazy("of a person", "Manager"),
        required=False,
        help_text=_("Their mail address. Approvals of “the manager” go there."),
    )

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        known = {name: getattr(person, name) for name in ("name", "title", "place", "language", "time_zone")}
        known |= {"organisation": person.organisation_id, "manager": person.manager.email if person.manager else ""}
        super().__init__(*args, person=person, initial=known, **more)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        given = dict(self.cleaned_data)
        organisation, manager = given.pop("organisation"), given.pop("manager")
        persons.change_details(self.person, by=by, **given)
        if organisation != self.person.organisation:
            organisations.move_to_organisation(self.person, organisation, by=by)
        persons.change_manager(self.person, manager, by=by)


class RoleForm(OfPerson):
    role = forms.ChoiceField(label=pgettext_lazy("of a person", "Role"), choices=ROLES)

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        super().__init__(*args, person=person, initial={"role": person.role}, **more)

    def carry_out(self, *, by: Person, at: datetime) -> leaving.WentBack:
        return leaving.change_role(self.person, role=self.cleaned_data["role"], by=by, at=at)


class JoinGroupForm(OfPerson):
    group = OneOf(SupportGroup.objects.order_by("name"), label=_("Support group"), to_field_name="key")
    leads = forms.BooleanField(label=_("Leads this group"), required=False)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        persons.put_in_group(self.person, self.cleaned_data["group"], leads=self.cleaned_data["leads"], by=by)


class LeaveGroupForm(OfPerson):
    group = OneOf(SupportGroup.objects.all(), to_field_name="key")

    def carry_out(self, *, by: Person, at: datetime) -> None:
        persons.take_from_group(self.person, self.cleaned_data["group"], by=by)


class AddressForm(OfPerson):
    kind = forms.ChoiceField(label=pgettext_lazy("of an address", "Kind"), choices=Address.Kind)
    value = forms.CharField(label=_("Address"), max_length=254, widget=forms.TextInput(attrs=LTR))

    def carry_out(self, *, by: Person, at: datetime) -> None:
        addresses.add_address(self.person, **self.cleaned_data, by=by, at=at)


class LinkForm(OfPerson):
    def carry_out(self, *, by: Person, at: datetime) -> None:
        signing_in.invite(self.person, by=by, at=at)


class LetGoForm(OfPerson):
    def carry_out(self, *, by: Person, at: datetime) -> leaving.WentBack:
        return leaving.let_go(self.person, by=by, at=at)


class FactorsForm(OfPerson):
    proven = forms.CharField(
        label=_("How you made sure that it is them"),
        max_length=second_factor.PROVEN_AT_MOST,
        widget=forms.TextInput(attrs=AUTO | {"autocomplete": "off"}),
        help_text=_(
            "Such as: called back on the number we have; met at the desk with a pass. It stays in the audit trail."
        ),
        error_messages={"required": second_factor.NotProven.message},
    )

    def carry_out(self, *, by: Person, at: datetime) -> None:
        second_factor.take_away(self.person, proven=self.cleaned_data["proven"], by=by, way=audit.PAGE, at=at)


class EndSessionsForm(OfPerson):
    def carry_out(self, *, by: Person, at: datetime) -> None:
        second_factor.end_sessions(self.person, by=by)


class TakeBackForm(OfPerson):
    def carry_out(self, *, by: Person, at: datetime) -> None:
        persons.take_back(self.person, by=by)


class JoinForm(OfPerson):
    other = SomebodyField(label=_("Mail address of the other one"))

    def carry_out(self, *, by: Person, at: datetime) -> None:
        joining.join(self.person, self.cleaned_data["other"], by=by, at=at)


class PartForm(OfPerson):
    joining = OneOf(Joining.objects.filter(undone_at=None))

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        super().__init__(*args, person=person, **more)
        narrowed(self, "joining", kept=person)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        joining.undo_join(self.cleaned_data["joining"], by=by, at=at)
