"""What can be done to several tickets of a list at once: each goes through its own operation, alone.

An act asks its question once; a ticket that refuses says why and holds up no other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed, Refused
from sira.shell import marks
from sira.tickets import assigning, editing, later, lifecycle, mentions, unsending, waiting
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.workspace import drafts, macros
from sira.workspace.forms import GivenTo, choices_of_groups, tags_of
from sira.workspace.models import Change, Macro

MOST = 100  # tickets at once; a page has fewer
Acted = LaterAnswer | None


class Nothing(forms.Form):
    """Asks nothing."""

    def __init__(self, data: Any = None, *, reader: Person) -> None:
        super().__init__(data)
        self.reader = reader


class Given(GivenTo, Nothing):
    """The note goes along with each of them."""

    def __init__(self, data: Any = None, *, reader: Person) -> None:
        super().__init__(data, reader=reader)
        self.fields["to"].choices = choices_of_groups(reader)  # type: ignore[attr-defined]


class OfPriority(Nothing):
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Ticket.Priority.choices, coerce=int, widget=forms.Select(attrs={"autofocus": True})
    )


class Tagged(Nothing):
    tags = forms.CharField(
        label=_("Tags"),
        widget=forms.TextInput(attrs={"dir": "auto", "autofocus": True}),
        help_text=_("Separated by commas. They come to those that are there."),
    )

    def clean_tags(self) -> list[str]:
        return tags_of(self.cleaned_data["tags"])


class Resolved(Nothing):
    resolution = forms.CharField(
        label=_("What was done, in words for the requester"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "autofocus": True}),
    )


class Answered(Nothing):
    text = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto", "autofocus": True}),
        help_text=_(
            "Each requester gets a mail of their own. {first_name} becomes their first name, {number} the number."
        ),
    )
    then = forms.ChoiceField(
        label=_("What follows"),
        choices=[("send", _("Nothing: it stays as it is")), ("waiting", _("It waits for the requester"))],
        widget=forms.RadioSelect,
        initial="send",
    )


class FirstFocused(forms.RadioSelect):
    """Reached at once by whoever came by a key."""

    def create_option(self, *given: Any, **named: Any) -> dict[str, Any]:
        option = super().create_option(*given, **named)
        if option["index"] == "0":
            option["attrs"]["autofocus"] = True
        return option


class Scripted(Nothing):
    macro = forms.ChoiceField(label=_("Template or macro"), widget=FirstFocused)

    def __init__(self, data: Any = None, *, reader: Person) -> None:
        super().__init__(data, reader=reader)
        self.known = {str(one.pk): one for one in macros.of_person(reader)}
        field = self.fields["macro"]
        field.choices = [(key, described(one)) for key, one in self.known.items()]  # type: ignore[attr-defined]
        if not self.known:
            field.help_text = _("There is none yet. Leads write them for their groups.")

    def clean_macro(self) -> Macro:
        return self.known[self.cleaned_data["macro"]]


def described(macro: Macro) -> SafeString:
    """What it says, before it is filled in for each, and what it does."""
    sign, kind = ("lock" if macro.kind == Macro.Kind.NOTE else "reply"), macro.get_kind_display()
    steps = " ".join(macros.ACTS[act].tells(value) for act, value in macro.acts if act in macros.ACTS)
    rows = [format_html("{} <b><bdi>{}</bdi></b>", marks.icon(sign, 14, kind), macro.name)]
    if macro.text:
        rows.append(format_html('<span class="second" dir="auto">{}</span>', macros.told(macro)))
    if steps:
        rows.append(format_html('<span class="second">{} {}</span>', marks.icon("zap", 14), steps))
    return format_html('<span class="macro-told">{}</span>', format_html_join("", "<span>{}</span>", zip(rows)))


def take(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> None:
    assigning.take(ticket, by=by, at=at)


def assign(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> None:
    """Without a group, in its own."""
    (group, agent), channel = given["to"], given.get("channel", Ticket.Channel.PORTAL)
    group = group or ticket.group
    mentions.hand_over(ticket, given["note"], group=group, agent=agent, by=by, at=at, channel=channel)


def set_priority(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> None:
    editing.set_fields(ticket, {"priority": given["priority"]}, seen={}, by=by, at=at)


def add_tags(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> None:
    tags = [*ticket.tags, *(tag for tag in given["tags"] if tag not in ticket.tags)]
    editing.set_fields(ticket, {"tags": tags}, seen={"tags": editing.value_of(ticket, "tags")}, by=by, at=at)


def wait(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> None:
    waiting.wait_for_requester(ticket, by=by, at=at)


def resolve(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> None:
    lifecycle.resolve(ticket, by=by, resolution=given["resolution"], at=at)


def close(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> None:
    lifecycle.close(ticket, by=by, at=at)


def answer(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> LaterAnswer:
    said, goes_at = Said(text=macros.filled(given["text"], ticket, by)), at + unsending.HELD
    return later.keep(ticket, said, goes_at=goes_at, follows=given["then"], by=by, at=at)


def use_macro(ticket: Ticket, given: dict[str, Any], by: Person, at: datetime) -> Acted:
    macro = given["macro"]
    return macros.begin(macro, ticket, text=macros.filled(macro.text, ticket, by), by=by, at=at)


class ChangedSince(Refused):
    code = "changed_since"
    message = _("Somebody has changed it since, so it stays as it is.")


class NoGroupBefore(Refused):
    code = "no_group_before"
    message = _("It had no group before, so it stays where it is.")


@dataclass(frozen=True)
class Act:
    """words: on its button.  form: what it asks first.  undoes: the fields that an undo puts back; none: no undo.

    carry_out: gives what waits a moment before it happens, which an undo calls off.
    shortcut: its key, once rows are ticked.
    """

    key: str
    words: str | Promise
    sign: str
    carry_out: Callable[[Ticket, dict[str, Any], Person, datetime], Acted]
    form: type[Nothing] = Nothing
    undoes: tuple[str, ...] = ()
    shortcut: str = ""

    @property
    def heading(self) -> str:
        """The words of its button, where they stand for themselves."""
        return str(self.words).rstrip("…")

    @property
    def asks(self) -> bool:
        return self.form is not Nothing


OWNERS = ("group_id", "agent_id")
WAITS = "waits"  # beside the fields of a change: what has not happened yet
ACTS = {
    act.key: act
    for act in (
        Act("take", _("Take"), "hand", take, undoes=OWNERS, shortcut="t"),
        Act("assign", _("Give to…"), "user-plus", assign, Given, OWNERS, shortcut="a"),
        Act("priority", _("Set the priority…"), "flag", set_priority, OfPriority, ("priority",), shortcut="p"),
        Act("tags", _("Add tags…"), "tag", add_tags, Tagged, ("tags",), shortcut="#"),
        Act("wait", _("Wait for the requester"), "pause", wait, shortcut="w"),
        Act("answer", _("Answer…"), "reply", answer, Answered, shortcut="r"),
        Act("macro", _("Use a macro…"), "zap", use_macro, Scripted, shortcut="v"),
        Act("resolve", _("Resolve…"), "check", resolve, Resolved, shortcut="e"),
        Act("close", _("Close the tickets"), "check-check", close, shortcut="E"),
    )
}


@dataclass
class Outcome:
    """kept: what waits a moment, by ticket."""

    done: list[Ticket] = field(default_factory=list)
    refused: list[tuple[Ticket, Refused]] = field(default_factory=list)
    kept: dict[int, int] = field(default_factory=dict)
    change: Change | None = None


def chosen(person: Person, numbers: list[str]) -> list[Ticket]:
    """The tickets of these numbers that the person works on; others are left out without a word."""
    return list(Ticket.objects.worked_by(person).filter(number__in=numbers[:MOST]).order_by("pk"))


def carry_out(act: Act, tickets: list[Ticket], given: dict[str, Any], *, by: Person, at: datetime) -> Outcome:
    outcome = Outcome()
    for ticket in tickets:
        try:
            waits = act.carry_out(ticket, given, by, at)
        except Refused as refused:
            outcome.refused.append((ticket, refused))
        else:
            outcome.done.append(ticket)
            if waits is not None:
                outcome.kept[ticket.pk] = waits.pk
    if outcome.kept:
        fields = {str(ticket): {WAITS: [None, key]} for ticket, key in outcome.kept.items()}
        outcome.change = Change.objects.create(by=by, at=at, fields=fields)
    elif act.undoes and outcome.done:
        outcome.change = remember(act, outcome.done, by=by, at=at)
    return outcome


def remember(act: Act, before: list[Ticket], *, by: Person, at: datetime) -> Change | None:
    """before: the tickets as they were read."""
    after = Ticket.objects.in_bulk([ticket.pk for ticket in before])
    fields: dict[str, dict[str, list[Any]]] = {}
    for ticket in before:
        changed = {name: [getattr(ticket, name), getattr(after[ticket.pk], name)] for name in act.undoes}
        changed = {name: values for name, values in changed.items() if values[0] != values[1]}
        if changed:
            fields[str(ticket.pk)] = changed
    return Change.objects.create(by=by, at=at, fields=fields) if fields else None


def undo(change: Change, *, by: Person, at: datetime) -> Outcome:
    """Put back what stands as it was left; what somebody has changed since, or has gone to others, stays and is named.

    Once.
    """
    outcome = Outcome()
    if not Change.objects.filter(pk=change.pk, undone_at=None, by=by).update(undone_at=at):
        return outcome
    theirs = set(Ticket.objects.worked_by(by).filter(pk__in=change.fields).values_list("pk", flat=True))
    for ticket in Ticket.objects.filter(pk__in=change.fields).order_by("pk"):
        fields = change.fields[str(ticket.pk)]
        try:
            if ticket.pk not in theirs:
                raise NotAllowed
            if WAITS in fields:
                call_off(ticket, fields[WAITS][1], by=by, at=at)
                outcome.done.append(ticket)
                continue
            if any(getattr(ticket, name) != after for name, (_before, after) in fields.items()):
                raise ChangedSince
            put_back(ticket, {name: before for name, (before, _after) in fields.items()}, by=by, at=at)
        except Refused as refused:
            outcome.refused.append((ticket, refused))
        else:
            outcome.done.append(ticket)
    return outcome


def call_off(ticket: Ticket, key: int, *, by: Person, at: datetime) -> None:
    """What was typed comes back into the composer of each; a macro's words are where they were.  Raises GoneAlready."""
    kept = LaterAnswer.objects.filter(pk=key, ticket=ticket).first()
    if kept is None:
        raise later.GoneAlready
    taken = later.call_off(kept, by=by, at=at)
    if kept.follows != "macro":
        drafts.give_back(by, ticket, text=taken.text, files=taken.files, at=at)


def put_back(ticket: Ticket, fields: dict[str, Any], *, by: Person, at: datetime) -> None:
    if set(fields) & set(OWNERS):
        group = SupportGroup.objects.filter(pk=fields.get("group_id", ticket.group_id) or 0).first()
        if group is None:
            raise NoGroupBefore
        agent: Any = fields.get("agent_id", ticket.agent_id)
        person = Person.objects.filter(pk=agent).first() if agent else None
        assigning.assign(ticket, group=group, agent=person, by=by, at=at)
    plain = {name: value for name, value in fields.items() if name not in OWNERS}
    if plain:
        editing.set_fields(ticket, plain, seen={}, by=by, at=at)
