"""What an administrator types about people, groups and organisations.

Each form is one thing that can be done to a row: `carry_out` calls the operation; what it refuses, the form says.
"""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.calendars.models import Calendar
from sira.people import addresses, groups, joining, organisations, persons, recognition, second_factor, signing_in
from sira.people.models import Address, Joining, Membership, Organisation, Person, SupportGroup
from sira.plumbing import audit
from sira.studio.house.naming import AUTO, ask_names, names_given
from sira.tickets import jobs, leaving

LTR = {"dir": "ltr"}
ROLES = [(role, words) for role, words in Person.Role.choices if role != Person.Role.SYSTEM]


def zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone]


class OneOf(forms.ModelChoiceField):
    """A select of rows by their names."""

    def __init__(self, rows: "QuerySet[Any]", *, nothing: Any = None, **more: Any) -> None:
        super().__init__(rows, required=nothing is None, empty_label=nothing, **more)


def only_offered(form: forms.Form, *names: str) -> None:
    """Of what tickets are sorted by only what can be chosen now, and what the form begins with."""
    for name in names:
        field: Any = form.fields[name]
        field.queryset = field.queryset.offered(besides=form.initial.get(name))


def narrowed(form: forms.Form, name: str, **only: Any) -> None:
    """Of the field's rows only those that belong to what the page is about."""
    field = form.fields[name]
    field.queryset = field.queryset.filter(**only)  # type: ignore[attr-defined]


class SomebodyField(forms.CharField):
    """A person, named by any mail address of theirs: a list of all would be endless."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=254, widget=forms.TextInput(attrs=LTR | {"autocomplete": "off"}), **more)

    def clean(self, value: Any) -> Person | None:
        typed = super().clean(value)
        if not typed:
            return None
        person = recognition.person_of(Address.Kind.MAIL, recognition.normalised_mail(typed))
        if person is None:
            raise forms.ValidationError(_("Nobody has this mail address. Check it, or enter the person first."))
        return person


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


class OfPerson(forms.Form):
    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        self.person = person
        super().__init__(*args, **more)


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

    def carry_out(self, *, by: Person, at: datetime) -> None:
        leaving.change_role(self.person, role=self.cleaned_data["role"], by=by, at=at)


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
    def carry_out(self, *, by: Person, at: datetime) -> None:
        leaving.let_go(self.person, by=by, at=at)


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


class NewGroupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=AUTO))
    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        widget=forms.TextInput(attrs=LTR),
        help_text=_("Tables and drawings name the group by it, so it stays."),
        error_messages={"invalid": _("Latin letters, digits, hyphens and underscores only.")},
    )
    calendar = OneOf(Calendar.objects.order_by("name"), nothing=_("the desk's own"), label=_("Working hours"))

    def carry_out(self, *, by: Person, at: datetime) -> SupportGroup:
        given = self.cleaned_data
        calendar = given["calendar"].pk if given["calendar"] else None
        return groups.create_group(given["key"], name=given["name"], calendar=calendar, by=by)


class OfGroup(forms.Form):
    def __init__(self, *args: Any, group: SupportGroup, **more: Any) -> None:
        self.group = group
        super().__init__(*args, **more)


class GroupForm(OfGroup):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=AUTO))
    calendar = OneOf(Calendar.objects.order_by("name"), nothing=_("the desk's own"), label=_("Working hours"))
    address = forms.CharField(
        label=_("Mail address of the group"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs=LTR),
        help_text=_(
            "Mail to it comes to this group, and its answers come from it. Without one the desk's own is used."
        ),
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        widget=forms.Textarea(attrs=AUTO | {"rows": 3}),
        help_text=_("Stands below every answer by mail."),
    )
    reopen_days = forms.IntegerField(
        label=_("Days in which a closed ticket is opened again"),
        min_value=0,
        max_value=3650,
        help_text=_("After that, an answer opens a new ticket that is linked to the old one."),
    )

    def __init__(self, *args: Any, group: SupportGroup, **more: Any) -> None:
        known = {name: getattr(group, name) for name in ("name", "address", "signature", "reopen_days")}
        known |= {"calendar": group.calendar_id}
        super().__init__(*args, group=group, initial=known, **more)
        ask_names(self, group.names)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        given = self.cleaned_data
        before = self.group.calendar_id
        groups.change_group(
            self.group,
            name=given["name"],
            names=names_given(self),
            address=given["address"],
            signature=given["signature"],
            reopen_days=given["reopen_days"],
            calendar=given["calendar"].pk if given["calendar"] else None,
            by=by,
        )
        if before != (given["calendar"].pk if given["calendar"] else None):
            jobs.promise_anew_in.defer(group=self.group.pk)


class MemberForm(OfGroup):
    person = OneOf(Person.objects.agents().order_by("name"), label=pgettext_lazy("of a group", "New member"))
    leads = forms.BooleanField(label=_("Leads this group"), required=False)

    def __init__(self, *args: Any, group: SupportGroup, **more: Any) -> None:
        super().__init__(*args, group=group, **more)
        others = self.fields["person"]
        others.queryset = others.queryset.exclude(memberships__group=group)  # type: ignore[attr-defined]

    def carry_out(self, *, by: Person, at: datetime) -> None:
        persons.put_in_group(self.cleaned_data["person"], self.group, leads=self.cleaned_data["leads"], by=by)


class NoMemberForm(OfGroup):
    member = OneOf(Membership.objects.select_related("person"))

    def __init__(self, *args: Any, group: SupportGroup, **more: Any) -> None:
        super().__init__(*args, group=group, **more)
        narrowed(self, "member", group=group)

    def carry_out(self, *, by: Person, at: datetime) -> None:
        persons.take_from_group(self.cleaned_data["member"].person, self.group, by=by)


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
