"""The shapes that go in and out. Names are the glossary's; instants are ISO 8601 with zone."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from ninja import Schema
from pydantic import ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from sira.api.instants import Instant
from sira.people.models import Person
from sira.tickets.models import Message, Ticket

Level = Literal["high", "medium", "low"]
PriorityWord = Literal["critical", "high", "medium", "low"]
# Pages list tags with commas between them.
Tag = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\s,]([^,\n]*[^\s,])?$")]
TRIMMED = r"^\S(.*\S)?$"  # one line that says something, as the field of a page would hand it on
LEVELS = {"high": 1, "medium": 2, "low": 3}
PRIORITIES = {"critical": 1, "high": 2, "medium": 3, "low": 4}
LEVEL_WORDS = {number: word for word, number in LEVELS.items()}
PRIORITY_WORDS = {number: word for word, number in PRIORITIES.items()}


# Not for the whole shape: then instants and days, which JSON has as texts, would be refused too.
PLAIN = ("int", "float", "bool")


def _to_the_letter(part: Any) -> Any:
    if isinstance(part, list | tuple):
        return type(part)(map(_to_the_letter, part))
    if not isinstance(part, dict):
        return part
    found = {name: _to_the_letter(value) for name, value in part.items()}
    return found | {"strict": True} if part.get("type") in PLAIN else found


class Closed(Schema):
    """A body. A field that nobody listed is refused, not ignored: a misspelt one would otherwise be lost in silence.

    So is a value of another kind than described: true is no number, "3" is a text. (In an address all is text.)
    """

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast(CoreSchema, _to_the_letter(handler(source)))


class NewTicket(Closed):
    subject: str = Field(min_length=1, max_length=1000)
    text: str = Field(min_length=1, max_length=1_000_000)
    type: str = "incident"
    requester: str | None = Field(None, description="mail address; without it the token's own person asks")
    requester_name: str = Field("", max_length=200)
    category: str | None = None
    service: str | None = None
    impact: Level = "low"
    urgency: Level = "medium"
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    fields: dict[str, Any] = Field(default_factory=dict)
    attachments: list[str] = Field(default_factory=list, max_length=50, description="tickets from POST /attachments")


class ChangedTicket(Closed):
    """Only what is sent is changed; category and service can be emptied with null, the others cannot."""

    subject: str = Field("", min_length=1, max_length=1000)
    type: str = ""
    category: str | None = None
    service: str | None = None
    impact: Level = "low"
    urgency: Level = "low"
    priority: PriorityWord = "low"
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    fields: dict[str, Any] = Field(default_factory=dict)


class NewMessage(Closed):
    """held: an answer leaves ten seconds later, and can be taken back until then."""

    text: str = Field(min_length=1, max_length=1_000_000)
    internal: bool = False
    held: bool = False
    attachments: list[str] = Field(default_factory=list, max_length=50)


class Assignment(Closed):
    group: str | None = None
    agent: int | None = None
    note: str = Field("", max_length=100_000, description="internal; stands in the mail to the agent who gets it")


class Resolution(Closed):
    resolution: str = Field(min_length=1, max_length=100_000)


class Hold(Closed):
    until: Instant


class NewPerson(Closed):
    mail: str = Field(min_length=3, max_length=254)
    name: str = Field("", max_length=200)
    language: Literal["en", "tr", "fa", "pl"] = "en"


class ChangedPerson(Closed):
    """Only what is sent is changed."""

    name: str = Field("", max_length=200)
    title: str = Field("", max_length=120)
    place: str = Field("", max_length=120)
    language: Literal["en", "tr", "fa", "pl"] = "en"
    time_zone: str = Field("", max_length=60)


class BriefPerson(Schema):
    id: int
    name: str
    mail: str


class PersonShown(BriefPerson):
    role: Literal["requester", "agent", "lead", "manager", "administrator"]
    title: str
    place: str
    organisation: str | None
    language: str
    time_zone: str


class TicketShown(Schema):
    number: str
    type: str
    subject: str
    requester: BriefPerson
    organisation: str | None
    channel: str
    service: str | None
    category: str | None
    group: str | None
    agent: BriefPerson | None
    impact: Level
    urgency: Level
    priority: PriorityWord | None
    stage: Literal["opened", "assigned", "in_work", "testing", "closed"]
    status: Literal["open", "waiting", "held", "resolved", "closed"]
    tags: list[str]
    language: str
    fields: dict[str, Any]
    resolution: str
    merged_into: str | None
    opened_at: datetime
    changed_at: datetime
    due_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    revision: int


class FileShown(Schema):
    id: int
    name: str
    size: int
    type: str


class MessageShown(Schema):
    id: int
    author: BriefPerson
    internal: bool
    from_desk: bool
    automatic: bool
    channel: str
    sent_at: datetime
    text: str
    attachments: list[FileShown]


class MessageSaid(MessageShown):
    """told: colleagues whom a note names behind an @, by id.  untold: named, but the ticket is not theirs to read."""

    told: list[int] = []
    untold: list[int] = []


class Uploaded(Schema):
    upload: str
    size: int


class TicketPage(Schema):
    items: list[TicketShown]
    next: str | None = Field(description="the cursor of the next page; null on the last")


class MessagePage(Schema):
    items: list[MessageShown]
    next: str | None


class PersonPage(Schema):
    items: list[PersonShown]
    next: str | None


class ProblemShown(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


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
