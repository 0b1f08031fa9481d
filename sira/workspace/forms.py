"""Forms of the workspace: what is asked before an action, and what an agent writes down on the phone."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.calendars import jalali
from sira.calendars.fields import DayInput
from sira.calendars.refusals import NotADate
from sira.people.automation import UNKNOWN_ID
from sira.people.models import Membership, Person, SupportGroup
from sira.shell import formats
from sira.shell.names import named
from sira.tickets import requested
from sira.tickets.models import Category, Service, Ticket, TicketLink, TicketType
from sira.workspace.ahead import MORNING, mornings_ahead

NEAR = 5  # tickets of the same requester to choose from


class DayField(forms.CharField):
    """A day ahead as a person types it, in the calendar of their language; cleaned to that day's morning (aware)."""

    widget = DayInput
    default_error_messages = {"day": _("Choose a day ahead.")}

    def read(self, text: str) -> datetime:
        try:
            day = jalali.parse_date(text) if get_language() == "fa" else date.fromisoformat(text)
            return datetime.combine(day, MORNING, timezone.get_current_timezone())
        except (ValueError, NotADate):
            raise ValidationError(self.error_messages["day"], code="day") from None

    def clean(self, value: str) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        moment = self.read(text)
        if moment <= timezone.now():
            raise ValidationError(self.error_messages["day"], code="day")
        return moment


class QuestionForm(forms.Form):
    """What is asked before an action on a ticket."""

    def __init__(self, ticket: Ticket, reader: Person, data: Any = None) -> None:
        super().__init__(data)
        self.ticket, self.reader = ticket, reader
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and initial values from the ticket."""


class ResolveForm(QuestionForm):
    resolution = forms.CharField(
        label=_("What was done, in words for the requester"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "autofocus": True}),
    )

    def prepare(self) -> None:
        self.initial["resolution"] = self.ticket.resolution


class GivenTo(forms.Form):
    """One choice names the group and, where there is one, the agent, so that the two always fit."""

    to = forms.ChoiceField(label=_("Group and agent"), widget=forms.Select(attrs={"autofocus": True}))
    note = forms.CharField(
        label=_("Note to whoever gets it"),
        help_text=_("Only the desk sees it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_to(self) -> tuple[SupportGroup, Person | None]:
        return group_and_agent(self.cleaned_data["to"])


class AssignForm(GivenTo, QuestionForm):
    def prepare(self) -> None:
        ticket = self.ticket
        self.fields["to"].choices = choices_of_groups(self.reader)  # type: ignore[attr-defined]
        self.initial["to"] = f"{ticket.group_id or ''}-{ticket.agent_id or ''}"


def group_and_agent(choice: str) -> tuple[SupportGroup, Person | None]:
    """What one of choices_of_groups means."""
    group, _line, agent = choice.partition("-")
    return SupportGroup.objects.get(pk=group), Person.objects.filter(pk=agent).first() if agent else None


def choices_of_groups(reader: Person) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Each group with its queue and its agents, the reader's own groups first."""
    own = set(reader.memberships.values_list("group", flat=True))
    agents: dict[int, list[tuple[str, Any]]] = {}
    rows = Membership.objects.filter(person__in=Person.objects.agents()).order_by("person__name")
    for group, person, name in rows.values_list("group", "person", "person__name"):
        agents.setdefault(group, []).append((f"{group}-{person}", name))
    groups = sorted(SupportGroup.objects.all(), key=lambda one: (one.pk not in own, named(one)))
    return [(named(one), [(f"{one.pk}-", _("Into the queue, to nobody")), *agents.get(one.pk, [])]) for one in groups]


class HoldForm(QuestionForm):
    """Until one of the mornings that are chosen most; a day that is named counts before them."""

    when = forms.ChoiceField(label=_("Until"), widget=forms.RadioSelect, initial="tomorrow")
    until = DayField(required=False)

    def prepare(self) -> None:
        self.ahead = mornings_ahead(timezone.now())
        language, zone = get_language() or "en", timezone.get_current_timezone()
        names = {"tomorrow": _("Tomorrow morning"), "week": _("On Monday morning")}
        offered = [(key, f"{names[key]}: {formats.full(at, language, zone=zone)}") for key, at in self.ahead.items()]
        self.fields["when"].choices = offered  # type: ignore[attr-defined]
        self.fields["when"].required = not self.data.get("until")
        self.fields["until"] = DayField(
            label=_("Or another day"),
            required=False,
            help_text=_("A real answer ends it earlier; a thank-you does not."),
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given.get("until"):
            given["until"] = self.ahead[given["when"]]
        return given


class OtherTicketForm(QuestionForm):
    """Another ticket: one of the newest of the same requester, or any by its number."""

    near = forms.ChoiceField(label=_("Of the same requester"), required=False, widget=forms.RadioSelect)
    other = forms.CharField(
        label=_("Number of the other ticket"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            attrs={"placeholder": "INC-1042", "autocomplete": "off", "dir": "ltr", "autofocus": True}
        ),
    )

    def prepare(self) -> None:
        rows = Ticket.objects.worked_by(self.reader).filter(requester=self.ticket.requester_id, merged_into=None)
        rows = rows.exclude(pk=self.ticket.pk).order_by("-id")
        if self.ticket.requester_id == UNKNOWN_ID:  # many people, whom nothing joins
            rows = rows.none()
        near = [
            (number, f"{number} {subject or _('Without a subject')}")
            for number, subject in rows.values_list("number", "subject")[:NEAR]
        ]
        if near:
            self.fields["near"].choices = near  # type: ignore[attr-defined]
        else:
            del self.fields["near"]

    def clean(self) -> dict[str, Any]:
        """What is typed wins over what is chosen."""
        cleaned = super().clean() or {}
        number = cleaned.get("other", "").strip().upper() or cleaned.get("near", "")
        found = Ticket.objects.worked_by(self.reader).filter(number=number).first()
        if found is None and not self.errors:
            self.add_error("other", _("There is no ticket with this number that you work on."))
        return cleaned | {"other": found}


class MergeForm(OtherTicketForm):
    pass


class LinkForm(OtherTicketForm):
    kind = forms.ChoiceField(label=_("This ticket is"), choices=TicketLink.Kind.choices)
    field_order = ("kind", "near", "other")


class EditForm(QuestionForm):
    """Fields of the ticket. What the editor saw travels along, so that two who edit at once are told.

    changes: the fields that this editor changed, others stay as they are whoever touched them.
    """

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if self.plain(name) != self.seen(name)}

    def plain(self, name: str) -> Any:
        value = self.cleaned_data[name]
        return getattr(value, "pk", value)

    def seen(self, name: str) -> Any:
        """What stood in the field when the form was shown; what stands there now, if the form does not say."""
        if f"seen.{name}" not in self.data:
            return self.now(name)
        return self.read(name, self.data[f"seen.{name}"])

    def seen_exactly(self, name: str) -> Any:
        """As the ticket keeps it: an answer that nobody gave is None there and empty words here."""
        nothing = name.startswith("fields.") and not self.seen(name) and not self.now(name)
        return self.ticket.fields.get(name.removeprefix("fields.")) if nothing else self.seen(name)

    def read(self, name: str, text: str) -> Any:
        if name == "tags":
            return tags_of(text)
        if isinstance(self.fields[name], (forms.ModelChoiceField, forms.TypedChoiceField)):
            return int(text) if text.isdecimal() and len(text) < 19 else None
        return text

    def now(self, name: str) -> Any:
        if name.startswith("fields."):
            return self.ticket.fields.get(name.removeprefix("fields."), "")
        value = getattr(self.ticket, name)
        return getattr(value, "pk", value)

    def shown(self) -> list[tuple[str, str]]:
        """Hidden fields that carry what the editor sees now."""
        return [(f"seen.{name}", as_text(self.now(name))) for name in self.fields]


def as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


class PriorityForm(EditForm):
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=Ticket.Priority.choices,
        coerce=int,
        widget=forms.Select(attrs={"autofocus": True}),
        help_text=_("Better change impact or urgency: then the table decides, and can say why."),
    )

    def prepare(self) -> None:
        self.initial["priority"] = self.ticket.priority


class FieldsForm(EditForm):
    subject = forms.CharField(label=_("Subject"), max_length=1000, widget=forms.TextInput(attrs={"dir": "auto"}))
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("none")
    )
    service = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.none(), required=False, empty_label=_("none")
    )
    impact = forms.TypedChoiceField(label=_("Impact"), choices=Ticket.Level.choices, coerce=int)
    urgency = forms.TypedChoiceField(label=_("Urgency"), choices=Ticket.Level.choices, coerce=int)
    tags = forms.CharField(label=_("Tags"), required=False, widget=forms.TextInput(attrs={"dir": "auto"}))

    def prepare(self) -> None:
        for key, label in self.answers().items():
            self.fields[f"fields.{key}"] = forms.CharField(label=label, required=False)
        self.initial.update({name: self.now(name) for name in self.fields})
        self.initial["tags"] = ", ".join(self.ticket.tags)
        offer(self, category=Category, service=Service)

    def answers(self) -> dict[str, str]:
        """Keys of the answers that can be changed, and what they are called."""
        keys = list(answers_of(self.ticket))
        called = requested.labels_of(self.ticket, keys, get_language() or "en")
        return {key: called.get(key, key) for key in keys}

    def clean_tags(self) -> list[str]:
        return tags_of(self.cleaned_data["tags"])


class OneField(FieldsForm):
    """One of the fields in the ticket's head, changed where it stands."""

    NAMES = ("priority", "category", "service", "impact", "urgency", "tags")

    def __init__(self, ticket: Ticket, reader: Person, data: Any = None, *, name: str) -> None:
        self.name = name
        super().__init__(ticket, reader, data)

    def answers(self) -> dict[str, str]:
        return {}

    def prepare(self) -> None:
        if self.name == "priority":
            self.fields["priority"] = deepcopy(PriorityForm.base_fields["priority"])
            self.fields["priority"].help_text = ""
        super().prepare()
        for other in [other for other in self.fields if other != self.name]:
            del self.fields[other]
        self.initial[self.name] = self.initial[self.name] if self.name == "tags" else self.now(self.name)
        self.fields[self.name].widget.attrs["autofocus"] = True


def answers_of(ticket: Ticket) -> Iterable[str]:
    """The keys of form answers that are words; those that must be filled come first."""
    columns = {field.name for field in Ticket._meta.concrete_fields}
    needed = [name for name in ticket.type.mandatory_fields if name not in columns]
    return dict.fromkeys([*needed, *(key for key, value in ticket.fields.items() if isinstance(value, str))])


def tags_of(text: str) -> list[str]:
    """At most twenty, as they were typed; a Persian comma parts them too."""
    return [tag.strip()[:40] for tag in text.replace("،", ",").split(",") if tag.strip()][:20]


def offer(form: forms.Form, **models: Any) -> None:
    """Let fields choose among what is offered, and what they stand at, by its name in the reader's language."""
    for name, model in models.items():
        field = form.fields[name]
        field.queryset = model.objects.offered(besides=form.initial.get(name)).order_by("name")  # type: ignore[attr-defined]
        field.label_from_instance = named  # type: ignore[attr-defined]


class NewTicketForm(forms.Form):
    """What an agent writes down while somebody is on the phone or at the desk."""

    mail = forms.EmailField(label=_("Who asks: mail address"), max_length=254)
    name = forms.CharField(label=_("Name, if the person is new"), max_length=200, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}))
    text = forms.CharField(
        label=_("What happens, or what is needed?"), widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"})
    )
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[(channel.value, channel.label) for channel in (Ticket.Channel.PHONE, Ticket.Channel.WALK_IN)],
    )
    type = forms.ModelChoiceField(label=_("Type"), queryset=TicketType.objects.none(), empty_label=None)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("not known yet")
    )
    impact = forms.TypedChoiceField(
        label=_("Impact"), choices=Ticket.Level.choices, coerce=int, initial=Ticket.Level.LOW
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), choices=Ticket.Level.choices, coerce=int, initial=Ticket.Level.MEDIUM
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, type=TicketType, category=Category)
