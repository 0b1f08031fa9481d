"""Templates and macros: words with placeholders, and a closed list of acts, shown before they happen.

Everything goes through the operations that an agent's own hand calls, so no gate is passed round.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sira.people.models import Membership, Person, SupportGroup
from sira.people.rights import Right, has, reach, works_in
from sira.plumbing.refusals import NotAllowed, Refused
from sira.plumbing.violations import violated
from sira.processes import naming
from sira.shell.names import named
from sira.tickets import assigning, conversation, editing, later, lifecycle, mentions, unsending, waiting
from sira.tickets.later import Due
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.tickets.refusals import NotReady
from sira.tickets.wording import field_name
from sira.workspace.models import Macro

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDERS: dict[str, tuple[str | Promise, Callable[[Ticket, Person], str]]] = {
    "requester": (gettext_lazy("who asks"), lambda ticket, by: str(ticket.requester)),
    "first_name": (gettext_lazy("their first name"), lambda ticket, by: str(ticket.requester).split(" ")[0]),
    "number": (gettext_lazy("the ticket's number"), lambda ticket, by: ticket.number),
    "subject": (gettext_lazy("its subject"), lambda ticket, by: ticket.subject),
    "organisation": (gettext_lazy("their organisation"), lambda ticket, by: str(ticket.organisation or "")),
    "group": (gettext_lazy("the group"), lambda ticket, by: named(ticket.group) if ticket.group else ""),
    "me": (gettext_lazy("who sends it"), lambda ticket, by: str(by)),
}


class NameTaken(Refused):
    code = "name_taken"
    message = gettext_lazy("This group has a macro of that name already. Choose another name.")


class UnknownPlaceholder(Refused):
    code = "unknown_placeholder"
    status = 422


class BadMacro(Refused):
    """field: what is amiss, of kind and text."""

    code = "bad_macro"
    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Act:
    """tells: what it will do to the ticket, given its value.  last: after the words were sent."""

    tells: Callable[[Any], str]
    does: Callable[[Ticket, Any, Person, datetime, str], object]


def _set_priority(ticket: Ticket, value: int, by: Person, at: datetime, text: str) -> None:
    editing.set_fields(ticket, {"priority": value}, seen={}, by=by, at=at)


def _add_tags(ticket: Ticket, value: list[str], by: Person, at: datetime, text: str) -> None:
    tags = [*ticket.tags, *(tag for tag in value if tag not in ticket.tags)]
    editing.set_fields(ticket, {"tags": tags}, seen={}, by=by, at=at)


def _hand_over(ticket: Ticket, value: int, by: Person, at: datetime, text: str) -> None:
    assigning.assign(ticket, group=SupportGroup.objects.get(pk=value), agent=None, by=by, at=at)


def _group_name(key: int) -> str:
    group = SupportGroup.objects.filter(pk=key).first()
    return named(group) if group else "?"


# In the order in which a macro does them.
ACTS: dict[str, Act] = {
    "take": Act(
        lambda value: _("You get the ticket."), lambda ticket, value, by, at, text: assigning.take(ticket, by=by, at=at)
    ),
    "priority": Act(
        lambda value: _("Priority becomes %(priority)s.") % {"priority": Ticket.Priority(value).label}, _set_priority
    ),
    "tags": Act(
        lambda value: (
            ngettext("Gets the tag %(tags)s.", "Gets the tags %(tags)s.", len(value)) % {"tags": ", ".join(value)}
        ),
        _add_tags,
    ),
    "group": Act(lambda value: _("Goes into the queue of %(group)s.") % {"group": _group_name(value)}, _hand_over),
    "wait": Act(
        lambda value: _("Waits for the requester."),
        lambda ticket, value, by, at, text: waiting.wait_for_requester(ticket, by=by, at=at),
    ),
    "hold": Act(
        lambda value: (
            ngettext("Is on hold for %(days)s day.", "Is on hold for %(days)s days.", value) % {"days": value}
        ),
        lambda ticket, value, by, at, text: waiting.hold(ticket, until=at + timedelta(days=value), by=by, at=at),
    ),
    "resolve": Act(
        lambda value: _("Is resolved with these words."),
        lambda ticket, value, by, at, text: lifecycle.resolve(ticket, by=by, resolution=text, at=at),
    ),
}


def filled(text: str, ticket: Ticket, by: Person) -> str:
    """The words with what the placeholders stand for; an unknown one stays as it is written."""

    def said(found: re.Match[str]) -> str:
        known = PLACEHOLDERS.get(found[1])
        return known[1](ticket, by) if known else found[0]

    return PLACEHOLDER.sub(said, text)


def told(macro: Macro) -> str:
    """The words without a ticket: what stands there for each placeholder, such as [their first name]."""

    def said(found: re.Match[str]) -> str:
        known = PLACEHOLDERS.get(found[1])
        return f"[{known[0]}]" if known else found[0]

    return PLACEHOLDER.sub(said, macro.text)


def preview(macro: Macro, ticket: Ticket) -> list[tuple[str, str]]:
    """Each act in words, and why it is closed now, if it is."""
    return [(ACTS[act].tells(value), closed(act, ticket)) for act, value in macro.acts if act in ACTS]


def closed(act: str, ticket: Ticket) -> str:
    """What the gate says beforehand; the operation itself has the last word."""
    if act == "resolve":
        fields, tasks = lifecycle.missing_before_end(ticket, resolution="said in the macro")
        if fields or tasks:
            return str(
                NotReady(fields=list(map(field_name, fields)), tasks=[naming.task(task) for task in tasks]).message
            )
    if act in ("wait", "hold", "resolve") and ticket.status not in Ticket.ACTIVE:
        return _("The ticket is not open.")
    return ""


def follow(due: Due) -> None:
    """The words of a macro and its acts, all or nothing; where it resolves, they are the resolution (later.FOLLOWS)."""
    acts = [(act, value) for act, value in due.given["acts"] if act in ACTS]
    text = due.said.text
    if text and due.given.get("note"):
        mentions.note(due.ticket, due.said, by=due.by, at=due.at)
    elif text and "resolve" not in dict(acts):
        conversation.answer(due.ticket, due.said, by=due.by, at=due.at)
    for act, value in acts:
        ACTS[act].does(Ticket.objects.get(pk=due.ticket.pk), value, due.by, due.at, text)


def of_person(person: Person) -> "QuerySet[Macro]":
    """Those of everybody and of the person's groups, by name."""
    rows = Macro.objects.select_related("group").order_by("name", "pk")
    if may_administer(person):
        return rows
    groups = Membership.objects.filter(person=person).values("group")
    return rows.filter(Q(group=None) | Q(group__in=groups) | Q(group__in=works_in(person).groups))


def may_administer(person: Person) -> bool:
    """Those of every group, and of everybody."""
    return has(person, Right.MACROS)


def led_by(person: Person) -> "QuerySet[SupportGroup]":
    """The groups whose macros the person writes."""
    if may_administer(person):
        return SupportGroup.objects.order_by("name")
    led = Q(pk__in=Membership.objects.filter(person=person, leads=True).values("group"))
    return SupportGroup.objects.filter(led | Q(pk__in=reach(person, Right.MACROS).groups)).order_by("name")


def may_write(person: Person, group: SupportGroup | None) -> bool:
    return may_administer(person) or (group is not None and led_by(person).filter(pk=group.pk).exists())


@transaction.atomic
def use(macro: Macro, ticket: Ticket, *, text: str, by: Person, at: datetime) -> None:
    """At once and for good, without the moment in which a person takes it back.  text: its words as they go out.

    Raises what its acts raise; then nothing has happened.
    """
    follow(Due(ticket, Said(text=text), given_of(macro), by, at))


def begin(macro: Macro, ticket: Ticket, *, text: str, by: Person, at: datetime) -> LaterAnswer:
    """Its words and its acts a moment later, so that all of it can be taken back until then.

    text: its words as they go out.  Raises what its acts raise; then nothing has happened.
    """
    goes_at, given = at + unsending.HELD, given_of(macro)
    return later.keep(ticket, Said(text=text), goes_at=goes_at, follows="macro", given=given, by=by, at=at)


def given_of(macro: Macro) -> dict[str, Any]:
    """What carrying it out needs beside its words (LaterAnswer.given). note: the words stay inside."""
    return {"acts": macro.acts, "note": macro.kind == Macro.Kind.NOTE}


def keep(macro: Macro, values: Mapping[str, Any], *, by: Person, at: datetime) -> Macro:
    """values: name, group, kind, text, acts.  Raises NotAllowed, BadMacro, UnknownPlaceholder, NameTaken."""
    if not may_write(by, values["group"]) or (macro.pk and not may_write(by, macro.group)):
        raise NotAllowed
    must_fit(values["kind"], values["text"], values["acts"])
    unknown = [name for name in PLACEHOLDER.findall(values["text"]) if name not in PLACEHOLDERS]
    if unknown:
        words = _("There is no placeholder {%(name)s}. There are: %(known)s.")
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise UnknownPlaceholder(words % {"name": unknown[0], "known": known})
    for name in ("name", "group", "kind", "text", "acts"):
        setattr(macro, name, values[name])
    macro.changed_by, macro.changed_at = by, at
    try:
        with transaction.atomic():
            macro.save()
    except IntegrityError as error:
        if "macro" not in violated(error):
            raise
        raise NameTaken from error
    return macro


def must_fit(kind: str, text: str, acts: Sequence[Sequence[Any]]) -> None:
    """It says something or does something, and what resolves is said to the requester.  Raises BadMacro."""
    resolves = any(act == "resolve" for act, _value in acts)
    if resolves and kind == Macro.Kind.NOTE:
        raise BadMacro("kind", _("The requester reads what resolves the ticket, so it cannot be a note."))
    if resolves and not text.strip():
        raise BadMacro("text", _("To resolve, say what was done."))
    if not text.strip() and not acts:
        raise BadMacro("text", _("A macro says something or does something."))


def forget(macro: Macro, *, by: Person) -> None:
    """Raises NotAllowed."""
    if not may_write(by, macro.group):
        raise NotAllowed
    macro.delete()
