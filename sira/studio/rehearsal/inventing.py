"""A ticket that nobody has asked: its facts as an administrator chooses them, the rest as usual."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from sira.processes.bpmn.graph import Graph
from sira.studio.rehearsal.choices import compared
from sira.studio.rehearsal.moves import value_of
from sira.tickets.models import Category, Service, Ticket, TicketType
from sira.tickets.wording import named

Choice = tuple[str, str]
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
        ("requester.language", _("Language"), [("en", "English"), ("tr", "Türkçe"), ("fa", "فارسی"), ("pl", "Polski")]),
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


def invented(given: Mapping[str, str], first_type: str) -> dict[str, Any]:
    """The facts; names such as ticket.impact and ticket.fields.laptop, values as typed."""
    facts = {holder: dict(values) for holder, values in USUAL.items()}
    facts["ticket"]["fields"] = {}
    facts["ticket"]["type"] = first_type
    facts["ticket"]["subject"] = given.get("ticket.subject", "") or _("An invented ticket")
    for path, text in given.items():
        holder, _dot, rest = path.partition(".")
        if holder not in facts or not rest or path == "ticket.subject" or not text.strip():
            continue
        place = facts[holder]
        *parts, last = rest.split(".")
        for part in parts:
            place = place.setdefault(part, {}) if isinstance(place.get(part, {}), dict) else {}
        place[last] = value_of(text)
    return facts
