"""Tickets as rows of a queue: how urgent, since when, who has them, in the order and the groups of the promise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise as Words
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.calendars.compiled import working_time
from sira.promises import reckoning
from sira.promises.models import Clock
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


@dataclass(frozen=True)
class Row:
    """state: key of GROUPS.  left: working time until the next promise, negative when late.  used: per cent of it."""

    ticket: Ticket
    state: str
    left: timedelta | None = None
    used: int = 0

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
    state: str
    words: Words
    rows: list[Row]

    @property
    def shape(self) -> str:
        return SHAPES.get(self.state, self.state)


# What a row shows: half of what a list costs would be reading columns that nobody sees.
SHOWN = (
    *("number", "subject", "priority", "stage", "status", "has_news", "due_at", "warn_at", "changed_at"),
    *("held_until", "requester__name", "requester__email", "agent__name", "agent__email", "organisation__name"),
)
RECKONED = ("subject", "edition", "budget", "since", "used", "due_at", "warn_at", "paused_at", "stopped_at")


def rows_of(ids: Sequence[int], *, at: datetime) -> list[Row]:
    """The tickets in the order of their ids. Two queries."""
    tickets = Ticket.objects.filter(pk__in=ids).select_related("requester", "organisation", "agent").only(*SHOWN)
    by_id = {ticket.pk: ticket for ticket in tickets}
    found = [by_id[key] for key in ids if key in by_id]
    clocks: dict[int, list[Clock]] = {}
    for clock in Clock.objects.filter(subject__in=ids, stopped_at=None).only(*RECKONED):
        clocks.setdefault(clock.subject, []).append(clock)
    return [row_of(ticket, clocks.get(ticket.pk, ()), at=at) for ticket in found]


def row_of(ticket: Ticket, running: Iterable[Clock], *, at: datetime) -> Row:
    """running: the clocks that are not stopped. The next deadline counts; while all stand still, the pause shows."""
    clocks = sorted(running, key=lambda clock: (clock.due_at is None, clock.due_at or at))
    clock = clocks[0] if clocks else None
    state = state_of(ticket, clock, at=at)
    if clock is None:
        return Row(ticket, state)
    hours = working_time(clock.edition_id)
    used = reckoning.used_until(clock, hours, at)
    left = clock.budget - used
    if clock.due_at is not None and clock.due_at < at and left >= timedelta(0):
        left = clock.due_at - at  # late outside working hours
    return Row(ticket, state, left, max(0, min(100, round(100 * (used / clock.budget)))))


def state_of(ticket: Ticket, clock: Clock | None, *, at: datetime) -> str:
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
    return ON_TRACK if clock is not None else NONE


def grouped(rows: Sequence[Row]) -> list[Group]:
    """By the state of the promise, late first; inside a group the order stays."""
    return [
        Group(state, words, found)
        for state, words in GROUPS.items()
        if (found := [row for row in rows if row.state == state])
    ]
