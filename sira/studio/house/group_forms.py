"""What an administrator types about support groups and their members."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.calendars.models import Calendar
from sira.people import groups, persons
from sira.people.models import Membership, Person, SupportGroup
from sira.studio.house.forms import LTR, OneOf, narrowed
from sira.studio.house.naming import AUTO, ask_names, names_given
from sira.tickets import jobs


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
        return groups.create_group(given["key"], name=given["name"], calendar=calendar, by=by, at=at)


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
