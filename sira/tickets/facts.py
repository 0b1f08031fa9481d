"""What drawings and decision tables may know of a ticket: plain values under the glossary's names."""

from collections.abc import Iterator, Mapping
from typing import Any

from sira.tickets.worksheet import Worksheet

LEVELS = {1: "high", 2: "medium", 3: "low"}
PRIORITIES = {1: "critical", 2: "high", 3: "medium", 4: "low"}


def of_ticket(sheet: Worksheet) -> dict[str, Any]:
    ticket = sheet.ticket
    return {
        "number": ticket.number,
        "type": ticket.type.key,
        "subject": ticket.subject,
        "impact": LEVELS[ticket.impact],
        "urgency": LEVELS[ticket.urgency],
        "priority": PRIORITIES.get(ticket.priority or 0),
        "stage": ticket.stage,
        "status": ticket.status,
        "channel": ticket.channel,
        "language": ticket.language,
        "category": ticket.category.key if ticket.category else None,
        "service": ticket.service.key if ticket.service else None,
        "group": ticket.group.key if ticket.group else None,
        "has_agent": ticket.agent_id is not None,
        "needs_test": ticket.type.needs_test,
        "tags": list(ticket.tags),
        "fields": ticket.fields,
    }


def of_requester(sheet: Worksheet) -> dict[str, Any]:
    person, organisation = sheet.requester, sheet.ticket.organisation
    return {
        "name": person.name,
        "language": person.language,
        "role": person.role,
        "organisation": organisation.name if organisation else None,
        "kind": organisation.kind if organisation else None,
        "tier": organisation.tier if organisation else "standard",
        "country": organisation.country if organisation else None,
    }


class Facts(Mapping[str, Any]):
    """The sheet as conditions see it, always as it stands now: a block may have changed the ticket a step ago."""

    PARTS = {"ticket": of_ticket, "requester": of_requester}

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet

    def __getitem__(self, name: str) -> Any:
        return self.PARTS[name](self.sheet)

    def __iter__(self) -> Iterator[str]:
        return iter(self.PARTS)

    def __len__(self) -> int:
        return len(self.PARTS)
