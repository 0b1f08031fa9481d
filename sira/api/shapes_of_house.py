"""Shapes of links, merges and several tickets at once, and of what administrators set up."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from sira.api.shapes import Closed, PersonShown

Number = Annotated[str, Field(min_length=1, max_length=20)]
LinkKind = Literal["related", "follow_up", "child", "caused_by", "duplicate"]
RoleWord = Literal["requester", "agent", "lead", "manager", "administrator"]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Names = dict[Literal["tr", "fa", "pl"], Annotated[str, Field(max_length=120)]]
NewKey = Annotated[str, Field(min_length=1, max_length=60, pattern="^[-a-z0-9_]+$")]
Shelf = Literal["processes", "decisions", "forms"]


class NewLink(Closed):
    ticket: Number
    kind: LinkKind = "related"


class LinkShown(Schema):
    id: int
    kind: str
    ticket: str


class Links(Schema):
    items: list[LinkShown]


class NewMerge(Closed):
    into: Number


class MergeShown(Schema):
    id: int
    ticket: str
    into: str


class GroupShown(Schema):
    key: str
    name: str
    names: dict[str, str]
    address: str
    signature: str
    reopen_days: int
    members: list[int]


class Groups(Schema):
    items: list[GroupShown]


class NewGroup(Closed):
    key: NewKey
    name: Name


class ChangedGroup(Closed):
    """Only what is sent is changed."""

    name: str = Field("", min_length=1, max_length=120)
    names: dict[Literal["en", "tr", "fa", "pl"], str] = Field(default_factory=dict)
    address: str = Field("", max_length=254)
    signature: str = Field("", max_length=5000)
    reopen_days: int = Field(14, ge=0, le=365)


class NewMember(Closed):
    leads: bool = False


class OrganisationShown(Schema):
    id: int
    name: str
    kind: str
    parent: int | None
    tier: str
    country: str
    mail_domains: list[str]
    shares_tickets: bool


class OrganisationPage(Schema):
    items: list[OrganisationShown]
    next: str | None


class OrganisationGiven(Closed):
    name: str = Field(min_length=1, max_length=200)
    kind: Literal["internal", "customer"] = "internal"
    parent: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    tier: Literal["standard", "silver", "gold"] = "standard"
    country: str = Field("", max_length=2)
    mail_domains: list[Annotated[str, Field(max_length=253)]] = Field(default_factory=list, max_length=100)
    shares_tickets: bool = False


class Role(Closed):
    role: RoleWord


class Standing(Closed):
    active: bool


class Returned(Schema):
    """group: the key of whose queue has it now; null where it is everybody's, or a task is whoever's has the ticket."""

    ticket: str
    group: str | None


class WentBack(Schema):
    """calls: keys of the groups whose calls the others of their turns take."""

    tickets: list[Returned]
    tasks: list[Returned]
    calls: list[str]


class PersonAndWork(PersonShown):
    """went_back: what they had in hand, where they work here no more."""

    went_back: WentBack


class CalendarShown(Schema):
    id: int
    name: str
    time_zone: str
    week: list[Any]
    always_open: bool
    is_default: bool


class Calendars(Schema):
    items: list[CalendarShown]


class Hours(Closed):
    """week: Monday first, pairs of minutes after midnight: opens, closes.  always_open: left out, it stays as it is."""

    time_zone: str = Field(min_length=1, max_length=60)
    week: list[list[tuple[Annotated[int, Field(ge=0, le=2880)], Annotated[int, Field(ge=0, le=2880)]]]] = Field(
        min_length=7, max_length=7
    )
    always_open: bool | None = None


class NewCalendar(Hours):
    name: str = Field(min_length=1, max_length=120)


class Holiday(Closed):
    """opens, closes: of a half day, in minutes after midnight."""

    name: str = Field(min_length=1, max_length=120)
    opens: int | None = Field(None, ge=0, le=1439)
    closes: int | None = Field(None, ge=1, le=1440)


class OtherHours(Closed):
    """openings: pairs of minutes after midnight; none is closed."""

    openings: list[tuple[Annotated[int, Field(ge=0, le=2880)], Annotated[int, Field(ge=0, le=2880)]]] = Field(
        default_factory=list, max_length=20
    )
    reason: str = Field("", max_length=200)


class HolidayShown(Schema):
    """kept: else it is worked in spite of it.  source: where it was loaded from; empty where somebody entered it."""

    on: date
    name: str
    opens: int | None
    closes: int | None
    kept: bool
    source: str


class OtherHoursShown(Schema):
    on: date
    openings: list[Any]
    reason: str


class CalendarDates(Schema):
    holidays: list[HolidayShown]
    overrides: list[OtherHoursShown]


class Country(Closed):
    country: str = Field(pattern="^[A-Z]{2}$")


class FeedGiven(Closed):
    address: str = Field(min_length=8, max_length=500, pattern=r"^(https?|webcal)://\S+$")


class FeedShown(Schema):
    """problem: why it could not be read last."""

    id: int
    address: str
    fetched_at: datetime | None
    problem: str


class Feeds(Schema):
    items: list[FeedShown]


class DrawingShown(Schema):
    key: str
    version: int
    name: str
    status: str
    published_at: datetime | None


class Drawings(Schema):
    items: list[DrawingShown]


class DrawingSource(DrawingShown):
    source: str


class Published(Closed):
    """source: BPMN, DMN or the JSON of a form, as text."""

    source: str = Field(min_length=1, max_length=2_000_000)


class WebhookShown(Schema):
    id: int
    name: str
    url: str
    kinds: list[str]
    active: bool


class Webhooks(Schema):
    items: list[WebhookShown]


class WebhookGiven(Closed):
    name: str = Field(min_length=1, max_length=120)
    url: str = Field(min_length=1, max_length=500)
    kinds: list[str] = Field(default_factory=list, max_length=50)


class WebhookMade(WebhookShown):
    """secret: shown this once."""

    secret: str
