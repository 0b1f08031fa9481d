"""Tickets as rows of a queue: how urgent, since when, who has them, in the order and the groups of the promise."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.functional import Promise as Words
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.calendars.compiled import working_time
from sira.plumbing.composed import composed
from sira.promises import reckoning
from sira.promises.models import NOTHING, Clock
from sira.shell import formats
from sira.tickets.models import Ticket

BROKEN, AT_RISK, ON_TRACK, PAUSED = "broken", "at_risk", "on_track", "paused"
HELD, DONE, NONE = "held", "resolved", "none"
GROUPS: dict[str, Words] = {
    BROKEN: _("Broken"),
    AT_RISK: _("At risk"),
    ON_TRACK: _("On track"),
    NONE: _("Without a promise"),
    HELD: _("On hold"),
    PAUSED: _("Waiting for the requester"),
    DONE: _("Resolved, to be confirmed"),
}
SHAPES = {NONE: PAUSED, HELD: PAUSED, DONE: "kept"}
WORDS: dict[str, Words] = {DONE: _("resolved"), NONE: _("no promise")}


NO_MORE: Mapping[str, Any] = {}


class Shown(NamedTuple):
    """What a row shows of a ticket; people and organisation by name, empty where there is none."""

    pk: int
    number: str
    subject: str
    priority: int | None
    stage: str
    status: str
    has_news: bool
    due_at: datetime | None
    warn_at: datetime | None
    changed_at: datetime
    requester: str
    organisation: str
    agent: str

    def get_absolute_url(self) -> str:
        return f"/tickets/{self.number}/"


@dataclass(frozen=True)
class Row:
    """state: key of GROUPS.  left: working time until the next promise, negative when late.  used: per cent of it.

    more: what was asked for beside the usual, by key of MORE.
    """

    ticket: Shown
    state: str
    left: timedelta | None = None
    used: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        return SHAPES.get(self.state, self.state)

    @property
    def countdown(self) -> str:
        """The words beside the shape; empty where the state's own name says it."""
        if self.state in WORDS:
            return str(WORDS[self.state])
        if self.left is None or self.state == PAUSED:
            return ""
        language = (get_language() or "en")[:2]
        return formats.left(self.left, language) if self.state == BROKEN else formats.span(self.left, language)

    @property
    def has_line(self) -> bool:
        return self.used > 0 and self.state in (BROKEN, AT_RISK, ON_TRACK, PAUSED)


@dataclass(frozen=True)
class Group:
    """state: of the promise; empty where rows are grouped by something else."""

    state: str
    words: Words | str
    rows: list[Row]

    @property
    def shape(self) -> str:
        return SHAPES.get(self.state, self.state)


# Columns of tables that a queue at the left does not show, and where their values lie.
MORE = {
    "group": ("group__name", "group__names"),
    "category": ("category__name", "category__names"),
    "type": ("type__name", "type__names"),
    "channel": ("channel",),
    "tags": ("tags",),
    "opened": ("opened_at",),
}


class Counting(NamedTuple):
    """What is left of a clock's time is reckoned from these."""

    subject: int
    edition: int
    budget: timedelta
    since: datetime
    used: timedelta
    due_at: datetime | None
    paused_at: datetime | None
    stopped_at: None = None


def name_of(person: str) -> Coalesce:
    """As a person is written: by name, else by address."""
    return Coalesce(NullIf(f"{person}__name", Value("")), f"{person}__email", Value(""), output_field=CharField())


@composed
def shown(keys: list[int], *, more: tuple[str, ...]) -> "QuerySet[Ticket, tuple[Any, ...]]":
    plain = [name for name in Shown._fields if name not in ("requester", "organisation", "agent")]
    names = (name_of("requester"), Coalesce("organisation__name", Value("")), name_of("agent"))
    beside = [path for name in more for path in MORE[name]]
    return Ticket.objects.filter(pk__in=keys).values_list(*plain, *names, *beside)


def beside(values: Sequence[Any], more: Sequence[str]) -> dict[str, Any]:
    """The values behind the usual ones; what has a name in each language in the reader's."""
    found: dict[str, Any] = {}
    rest = iter(values)
    for name in more:
        found[name] = next(rest)
        if len(MORE[name]) > 1:
            names = next(rest)
            names = json.loads(names) if isinstance(names, str) else names
            found[name] = (names or {}).get(get_language()) or found[name] or ""
    return found


@composed
def running(keys: list[int]) -> "QuerySet[Clock, tuple[Any, ...]]":
    return Clock.objects.running().filter(subject__in=keys).values_list(*Counting._fields)


def rows_of(ids: Sequence[int], *, at: datetime, more: tuple[str, ...] = ()) -> list[Row]:
    """The tickets in the order of their ids. Two queries.  more: keys of MORE."""
    usual = len(Shown._fields)
    found = shown(list(ids), more=more)
    by_id = {row[0]: Shown(*row[:usual]) for row in found}
    extra = {row[0]: beside(row[usual:], more) for row in found} if more else {}
    clocks: dict[int, list[Counting]] = {}
    for row in running(list(ids)):
        clocks.setdefault(row[0], []).append(Counting(*row))
    return [row_of(by_id[key], clocks.get(key, ()), at=at, more=extra.get(key, NO_MORE)) for key in ids if key in by_id]


def row_of(ticket: Shown, running: Sequence[Counting], *, at: datetime, more: Mapping[str, Any] = NO_MORE) -> Row:
    """running: the clocks that are not stopped. The next deadline counts; while all stand still, the pause shows."""
    clock = min(running, key=lambda one: (one.due_at is None, one.due_at or at), default=None)
    state = state_of(ticket, at=at, is_promised=clock is not None)
    if clock is None:
        return Row(ticket, state, more=more)
    used = reckoning.used_until(clock, working_time(clock.edition), at)
    left = clock.budget - used
    if clock.due_at is not None and clock.due_at < at and left >= NOTHING:
        left = clock.due_at - at  # late outside working hours
    return Row(ticket, state, left, max(0, min(100, round(100 * (used / clock.budget)))), more)


def state_of(ticket: Shown, *, at: datetime, is_promised: bool) -> str:
    """By the ticket's own copy of its next deadline, as the lists go by it too."""
    if ticket.status in Ticket.DONE:
        return DONE
    if ticket.due_at is not None and ticket.due_at < at:
        return BROKEN
    if ticket.warn_at is not None and ticket.warn_at <= at:
        return AT_RISK
    if ticket.status == Ticket.Status.WAITING:
        return PAUSED
    if ticket.status == Ticket.Status.HELD:
        return HELD
    return ON_TRACK if is_promised else NONE


def grouped(rows: Sequence[Row], by: str = "promise") -> list[Group]:
    """By the state of the promise, late first, or by a field in the order in which its values come; inside a group the
    order stays."""
    if by != "promise":
        return grouped_by(rows, by)
    return [
        Group(state, words, found)
        for state, words in GROUPS.items()
        if (found := [row for row in rows if row.state == state])
    ]


def grouped_by(rows: Sequence[Row], by: str) -> list[Group]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(value_of(row, by), []).append(row)
    if by == "priority":
        found = dict(sorted(found.items(), key=lambda one: one[1][0].ticket.priority or 9))
    return [Group("", words, rows) for words, rows in found.items()]


def value_of(row: Row, by: str) -> str:
    """What the row has there, as it is read."""
    one = row.ticket
    if by == "priority":
        return str(Ticket.Priority(one.priority).label) if one.priority else str(_("not set"))
    if by == "stage":
        return str(Ticket.Stage(one.stage).label)
    if by == "agent":
        return one.agent or str(_("nobody yet"))
    if by == "organisation":
        return one.organisation or str(_("none"))
    return str(row.more.get(by) or _("none")) if by else ""
