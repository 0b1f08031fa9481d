"""A ticket that nobody has asked: its facts as an administrator chooses them, the rest as usual."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.forms.schema import CHOICES, DATE, MANY, Schema, fields
from sira.people.models import Person
from sira.processes.bpmn.graph import Graph
from sira.shell.names import named
from sira.studio.rehearsal.choices import compared
from sira.studio.rehearsal.moves import value_of
from sira.tickets.facts import of_person
from sira.tickets.models import Category, Service, Ticket, TicketType

Choice = tuple[str, str]
ANSWER = "ticket.fields."
OFFERED = {
    "ticket.type",
    "ticket.category",
    "ticket.service",
    "ticket.impact",
    "ticket.urgency",
    "ticket.channel",
    "requester.language",
}
USUAL: dict[str, dict[str, Any]] = {
    "ticket": {
        "number": "…",
        "subject": "",
        "impact": "medium",
        "urgency": "medium",
        "priority": None,
        "stage": "opened",
        "status": "open",
        "channel": "portal",
        "language": "en",
        "category": None,
        "service": None,
        "service_owner": None,
        "group": None,
        "agent": None,
        "has_agent": False,
        "needs_test": False,
        "tags": [],
        "fields": {},
    },
    "requester": {
        "id": None,
        "name": "",
        "mail": "",
        "manager": None,
        "leads": [],
        "language": "en",
        "role": "requester",
        "organisation": None,
        "kind": None,
        "tier": "standard",
        "country": None,
    },
}


def offered() -> list[tuple[str, str, list[Choice]]]:
    """(path, words, values) of what can be chosen."""
    types = list(TicketType.objects.order_by("name"))
    levels = [("high", _("High")), ("medium", _("Medium")), ("low", _("Low"))]
    return [
        ("ticket.type", _("Type"), [(one.key, named(one)) for one in types]),
        ("ticket.category", _("Category"), _or_none(Category.objects.order_by("name"))),
        ("ticket.service", _("Service"), _or_none(Service.objects.order_by("name"))),
        ("ticket.impact", _("Impact"), levels),
        ("ticket.urgency", _("Urgency"), levels),
        ("ticket.channel", _("Channel"), [(key, str(words)) for key, words in Ticket.Channel.choices]),
        (
            "requester.language",
            _("Language"),
            [("", _("of who asks")), ("en", "English"), ("tr", "Türkçe"), ("fa", "فارسی"), ("pl", "Polski")],
        ),
    ]


def _or_none(rows: Any) -> list[Choice]:
    return [("", _("none")), *((one.key, named(one)) for one in rows)]


def looked_at(graph: Graph) -> dict[str, list[Any]]:
    """Other facts that the drawing's conditions read, with the values they compare them with."""
    found: dict[str, list[Any]] = {}
    for condition in _conditions(graph):
        for path, value in compared(condition):
            if path.partition(".")[0] in USUAL and "." in path and path not in OFFERED:
                values = found.setdefault(path, [])
                if value not in values:
                    values.append(value)
    return found


def _conditions(graph: Graph) -> Iterator[Any]:
    for node in graph.nodes.values():
        values = [flow.condition for flow in node.outgoing] + [node.event.value if node.event else None]
        yield from (value.expression.node for value in values if value is not None and value.expression is not None)


def who_asks(address: str) -> Person | None:
    """The person with this address; else somebody whose manager could be asked, or anybody."""
    by_fitness = (
        Person.objects.filter(is_active=True, joined_into=None)
        .exclude(email="")
        .annotate(
            is_meant=Q(email=address.strip().lower()),
            is_managed=Q(manager__is_active=True, manager__joined_into=None),
        )
    )
    return (
        by_fitness.select_related("organisation")
        .order_by("-is_meant", F("is_managed").desc(nulls_last=True), "pk")
        .first()
    )


def first_type(process: str) -> tuple[str, str]:
    """Key and prefix of a type that this process leads, else of any."""
    types = TicketType.objects.annotate(is_led=Q(process_key=process)).order_by("-is_led", "id")
    return types.values_list("key", "prefix").first() or ("", "")


def invented(
    given: Mapping[str, str], kind: tuple[str, str], asker: Person | None, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The facts; names such as ticket.impact and ticket.fields.laptop, values as typed.

    kind: key and prefix of its type.  answers: of the form with which it begins.
    """
    facts = {holder: dict(values) for holder, values in USUAL.items()}
    if asker is not None:
        facts["requester"] |= of_person(asker, asker.organisation)
    facts["ticket"]["fields"] = dict(answers)
    facts["ticket"]["type"], prefix = kind
    facts["ticket"]["number"] = f"{prefix}-…" if prefix else "…"
    facts["ticket"]["subject"] = given.get("ticket.subject", "") or _("An invented ticket")
    for path, text in given.items():
        holder, _dot, rest = path.partition(".")
        if holder not in facts or not rest or path in ("ticket.subject", "requester.mail") or not text.strip():
            continue
        place = facts[holder]
        *parts, last = rest.split(".")
        for part in parts:
            place = place.setdefault(part, {}) if isinstance(place.get(part, {}), dict) else {}
        place[last] = value_of(text)
    return facts


@dataclass(frozen=True)
class Asked:
    """A field of the form with which it begins. closed: it is one of the values."""

    path: str
    words: str
    value: Any
    values: list[Choice]
    closed: bool
    kind: str


def typed_over(schema: Schema, answers: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The answers as somebody has changed them: what was emptied is not answered."""
    changed = dict(answers)
    for one in fields(schema):
        text = given.get(ANSWER + one.key)
        if text is None:
            continue
        changed[one.key] = value_of(text) if one.type in MANY | {"number", "checkbox"} else text.strip()
        if not text.strip():
            del changed[one.key]
    return changed


def asked(schema: Schema, answers: Mapping[str, Any]) -> list[Asked]:
    """What the form asks for, with what it is filled in with."""
    language = get_language() or ""
    return [
        Asked(
            ANSWER + one.key,
            one.label(language),
            answers.get(one.key, ""),
            [("", _("none")), *one.options(language)] if one.type in CHOICES else [],
            one.type in CHOICES - MANY,
            "date" if one.type == "datetime" and one.kind_of_moment == DATE else "text",
        )
        for one in fields(schema)
        if one.key and one.type != "filepicker"
    ]
