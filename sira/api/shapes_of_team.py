"""Shapes of how work is dealt, and of who works when."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from sira.api.instants import Day, Instant
from sira.api.paging import Key
from sira.api.shapes import TRIMMED, Closed

Cap = Annotated[int, Field(ge=0, le=100_000)]
Weight = Annotated[float, Field(ge=0, le=100)]
Minute = Annotated[int, Field(ge=0, le=1440)]
Word = Annotated[str, Field(min_length=1, max_length=60)]
Hours = list[tuple[Minute, Minute]]
Note = Annotated[str, Field(max_length=200)]
Zone = Annotated[str, Field(min_length=1, max_length=60)]


class SeatGiven(Closed):
    """share: per cent of the group's tickets.  The rest: at most so many tickets."""

    person: Key
    share: int | None = Field(None, ge=0, le=100)
    day_cap: Cap | None = None
    week_cap: Cap | None = None
    month_cap: Cap | None = None


class DealingGiven(Closed):
    """silence_minutes: working minutes to react.  weights: what a ticket counts as load; 1 where none is named."""

    strategy: Literal["round_robin", "least_load", "shares", "skill", "free"]
    prefers_known: bool = False
    matches_language: bool = False
    silence_minutes: Cap | None = None
    day_cap: Cap | None = None
    week_cap: Cap | None = None
    month_cap: Cap | None = None
    weights: dict[Literal["priority", "type", "channel"], dict[str, Weight]] = Field(default_factory=dict)
    seats: list[SeatGiven] = Field(default_factory=list, max_length=500)


class SeatShown(Schema):
    person: int
    share: int | None
    day_cap: int | None
    week_cap: int | None
    month_cap: int | None


class DealingShown(Schema):
    strategy: str
    prefers_known: bool
    matches_language: bool
    silence_minutes: int | None
    day_cap: int | None
    week_cap: int | None
    month_cap: int | None
    weights: dict[str, dict[str, float]]
    seats: list[SeatShown]


class CallsGiven(Closed):
    """minute: after midnight, when it changes hands.  days: a turn.  steps: called one after the other."""

    people: list[Key] = Field(default_factory=list, max_length=100)
    since: Day
    minute: int = Field(480, ge=0, le=1439)
    days: int = Field(7, ge=1, le=7)
    steps: int = Field(1, ge=1, le=5)
    time_zone: Zone


class CallsShown(Schema):
    people: list[int]
    since: date | None
    minute: int
    days: int
    steps: int
    time_zone: str


class PatternGiven(Closed):
    """weeks: each of seven days, Monday first, of pairs (starts, ends) in minutes after midnight."""

    weeks: list[Annotated[list[Hours], Field(min_length=7, max_length=7)]] = Field(min_length=1, max_length=12)


class NewPattern(PatternGiven):
    name: Annotated[str, Field(max_length=120, pattern=TRIMMED)]


class PatternShown(Schema):
    id: int
    name: str
    weeks: list[Any]


class WorkGiven(Closed):
    """capacity: open work at once, in the weights of the group.  channels: open tickets at once, 0 for none of it.

    calendar: id.  skills: level 1 to 5 by key.
    """

    by_shifts: bool = False
    calendar: Key | None = None
    capacity: int | None = Field(None, ge=0, le=32_767)
    channels: dict[Literal["mail", "portal", "form", "phone", "chat", "walk_in", "api", "monitoring"],
                   Annotated[int, Field(ge=0, le=1000)]] = Field(default_factory=dict)  # fmt: skip
    day_cap: Cap | None = None
    week_cap: Cap | None = None
    month_cap: Cap | None = None
    skills: dict[Annotated[str, Field(min_length=1, max_length=60, pattern="^[-a-z0-9_]+$")],
                 Annotated[int, Field(ge=1, le=5)]] = Field(default_factory=dict, max_length=100)  # fmt: skip


class WorkShown(Schema):
    by_shifts: bool
    calendar: int | None
    capacity: int | None
    channels: dict[str, int]
    day_cap: int | None
    week_cap: int | None
    month_cap: int | None
    skills: dict[str, int]


class NewRota(Closed):
    """pattern: id.  week: of the pattern, with which it begins.  until: the last day; left out, nobody knows."""

    pattern: Key
    since: Day
    until: Day | None = None
    week: int = Field(1, ge=1, le=12)


class RotaShown(Schema):
    id: int
    pattern: int
    since: date
    until: date | None


class Rotas(Schema):
    items: list[RotaShown]


class NewShift(Closed):
    """kind: on_call asks for the group's key; step: 1 is called first."""

    person: Key
    starts_at: Instant
    ends_at: Instant
    kind: Literal["work", "on_call"] = "work"
    group: str | None = Field(None, max_length=60)
    step: int = Field(1, ge=1, le=5)
    note: Note = ""


class ShiftShown(Schema):
    """person: id.  rota: whether a pattern or a rota of calls laid it."""

    id: int
    person: int
    kind: str
    group: str | None
    step: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    rota: bool
    note: str


class ShiftPage(Schema):
    items: list[ShiftShown]
    next: str | None


class GivenAway(Closed):
    person: Key


class NewSwap(Closed):
    """one: the caller's own shift.  other: the colleague's."""

    one: Key
    other: Key


class SwapAnswer(Closed):
    answer: Literal["agreed", "refused", "withdrawn"]


class SwapShown(Schema):
    id: int
    one: int
    other: int
    asked_by: int
    asked_of: int
    state: str


class Swaps(Schema):
    items: list[SwapShown]


class NewAbsence(Closed):
    """person: left out, oneself.  ends_at: left out while nobody knows; leave needs it.  stand_in: id."""

    kind: Literal["leave", "sick"]
    person: Key | None = None
    starts_at: Instant
    ends_at: Instant | None = None
    stand_in: Key | None = None
    note: Note = ""


class AbsenceShown(Schema):
    id: int
    person: int
    kind: str
    state: str
    starts_at: datetime
    ends_at: datetime | None
    stand_in: int | None
    note: str


class AbsencePage(Schema):
    items: list[AbsenceShown]
    next: str | None


class AbsenceDecision(Closed):
    decision: Literal["approve", "refuse"]


class PresenceGiven(Closed):
    """until: when it lapses, and the person counts as here again."""

    state: Literal["here", "busy", "away", "off"]
    until: Instant | None = None


class PresenceShown(Schema):
    state: str
    until: datetime | None
