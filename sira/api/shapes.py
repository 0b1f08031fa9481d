"""The shapes that go in and out. Names are the glossary's; instants are ISO 8601 with zone."""

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from sira.people.models import Person
from sira.tickets.models import Message, Ticket

Level = Literal["high", "medium", "low"]
PriorityWord = Literal["critical", "high", "medium", "low"]
LEVELS = {"high": 1, "medium": 2, "low": 3}
PRIORITIES = {"critical": 1, "high": 2, "medium": 3, "low": 4}
LEVEL_WORDS = {number: word for word, number in LEVELS.items()}
PRIORITY_WORDS = {number: word for word, number in PRIORITIES.items()}


class Closed(Schema):
    """A field that nobody listed is refused, not ignored: a misspelt one would otherwise be lost in silence."""

    model_config = ConfigDict(extra="forbid")


class NewTicket(Closed):
    subject: str = Field(min_length=1, max_length=1000)
    text: str = Field(min_length=1, max_length=1_000_000)
    type: str = "incident"
    requester: str | None = Field(None, description="mail address; without it the token's own person asks")
    requester_name: str = ""
    category: str | None = None
    service: str | None = None
    impact: Level = "low"
    urgency: Level = "medium"
    tags: list[str] = Field(default_factory=list, max_length=20)
    fields: dict[str, Any] = Field(default_factory=dict)
    attachments: list[str] = Field(default_factory=list, max_length=50, description="tickets from POST /attachments")


class ChangedTicket(Closed):
    """Only what is sent is changed."""

    subject: str | None = Field(None, min_length=1, max_length=1000)
    type: str | None = None
    category: str | None = None
    service: str | None = None
    impact: Level | None = None
    urgency: Level | None = None
    priority: PriorityWord | None = None
    tags: list[str] | None = Field(None, max_length=20)
    fields: dict[str, Any] | None = None


class NewMessage(Closed):
    text: str = Field(min_length=1, max_length=1_000_000)
    internal: bool = False
    attachments: list[str] = Field(default_factory=list, max_length=50)


class Assignment(Closed):
    group: str | None = None
    agent: int | None = None


class Resolution(Closed):
    resolution: str = Field(min_length=1, max_length=100_000)


class Hold(Closed):
    until: datetime


class NewPerson(Closed):
    mail: str = Field(min_length=3, max_length=254)
    name: str = Field("", max_length=200)
    language: Literal["en", "tr", "fa", "pl"] = "en"


class ChangedPerson(Closed):
    name: str | None = Field(None, max_length=200)
    title: str | None = Field(None, max_length=120)
    place: str | None = Field(None, max_length=120)
    language: Literal["en", "tr", "fa", "pl"] | None = None
    time_zone: str | None = Field(None, max_length=60)


def moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def ticket(row: Ticket) -> dict[str, Any]:
    return {
        "number": row.number,
        "type": row.type.key,
        "subject": row.subject,
        "requester": brief(row.requester),
        "organisation": row.organisation.name if row.organisation else None,
        "channel": row.channel,
        "service": row.service.key if row.service else None,
        "category": row.category.key if row.category else None,
        "group": row.group.key if row.group else None,
        "agent": brief(row.agent) if row.agent else None,
        "impact": LEVEL_WORDS[row.impact],
        "urgency": LEVEL_WORDS[row.urgency],
        "priority": PRIORITY_WORDS.get(row.priority or 0),
        "stage": row.stage,
        "status": row.status,
        "tags": row.tags,
        "language": row.language,
        "fields": row.fields,
        "resolution": row.resolution,
        "merged_into": row.merged_into.number if row.merged_into else None,
        "opened_at": moment(row.opened_at),
        "changed_at": moment(row.changed_at),
        "due_at": moment(row.due_at),
        "resolved_at": moment(row.resolved_at),
        "closed_at": moment(row.closed_at),
        "revision": row.revision,
    }


def brief(person: Person) -> dict[str, Any]:
    return {"id": person.pk, "name": person.name, "mail": person.email}


def person(row: Person) -> dict[str, Any]:
    return {
        **brief(row),
        "role": row.role,
        "title": row.title,
        "place": row.place,
        "organisation": row.organisation.name if row.organisation else None,
        "language": row.language,
        "time_zone": row.time_zone,
    }


def message(row: Message) -> dict[str, Any]:
    return {
        "id": row.pk,
        "author": brief(row.author),
        "internal": row.is_internal,
        "from_desk": row.from_desk,
        "automatic": row.is_automatic,
        "channel": row.channel,
        "sent_at": moment(row.sent_at),
        "text": row.text,
        "attachments": [
            {"id": file.pk, "name": file.name, "size": file.size, "type": file.content_type} for file in row.files.all()
        ],
    }
