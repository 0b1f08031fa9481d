"""What drawings know of a ticket, as people read it: codes of the desk by their labels, rows by their names."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.functional import Promise

from sira.people.models import Organisation, Person
from sira.shell.names import named
from sira.tickets.models import Ticket

Labels = Mapping[str, str | Promise]
LEVELS = {1: "high", 2: "medium", 3: "low"}
PRIORITIES = {1: "critical", 2: "high", 3: "medium", 4: "low"}
LANGUAGES: Labels = dict(Person.Language.choices)
_LEVELS: Labels = {LEVELS[one.value]: one.label for one in Ticket.Level}
#: Whose field, which field, value: words, of those whose values are codes of the desk.
CODES: dict[str, dict[str, Labels]] = {
    "ticket": {
        "priority": {PRIORITIES[one.value]: one.label for one in Ticket.Priority},
        "impact": _LEVELS,
        "urgency": _LEVELS,
        "stage": dict(Ticket.Stage.choices),
        "status": dict(Ticket.Status.choices),
        "channel": dict(Ticket.Channel.choices),
        "language": LANGUAGES,
    },
    "requester": {
        "language": LANGUAGES,
        "role": dict(Person.Role.choices),
        "kind": dict(Organisation.Kind.choices),
        "tier": dict(Organisation.Tier.choices),
    },
}
NAMED = ("type", "category", "service", "group")


def codes_of(path: str) -> Labels:
    """path: ticket.priority, requester.tier; nothing of what has no codes."""
    holder, _dot, name = path.partition(".")
    return CODES.get(holder, {}).get(name, {})


def in_words(ticket: Ticket, path: str, value: str, language: str) -> str:
    """Empty where the value stands as people read it."""
    with translation.override(language):
        holder, _dot, name = path.partition(".")
        if holder == "ticket" and name in NAMED:
            row = getattr(ticket, name)
            return named(row) if row and row.key == value else ""
        return str(codes_of(path).get(value, ""))
