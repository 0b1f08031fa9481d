"""A ticket as its requester sees it: how far it is, who has it, by when, what happens next, and whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from sira.people.models import Person
from sira.processes.tasks.models import Ballot
from sira.promises.models import Clock
from sira.shell import formats
from sira.tickets.models import Ticket

Status, Stage = Ticket.Status, Ticket.Stage
NAMED = 3  # approvers that a sentence names
ON_TIME, LATE, PAUSED, NONE = "on_track", "broken", "paused", "none"


@dataclass(frozen=True)
class Promise:
    """state: on_track, broken (its time has passed), paused (the requester is waited for), none."""

    state: str
    due_at: datetime | None = None
    is_answer: bool = False


@dataclass(frozen=True)
class Card:
    """One ticket in a list or at the head of its page. approvers: names of those whose approval it waits for."""

    ticket: Ticket
    promise: Promise
    reader: Person
    approvers: tuple[str, ...] = ()

    @property
    def is_your_turn(self) -> bool:
        return self.is_yours and self.ticket.status in (Status.WAITING, Status.RESOLVED)

    @property
    def asks_to_confirm(self) -> bool:
        return self.is_yours and self.ticket.status == Status.RESOLVED

    @property
    def is_yours(self) -> bool:
        return self.ticket.requester_id == self.reader.pk

    @property
    def is_over(self) -> bool:
        return self.ticket.status == Status.CLOSED

    @property
    def was_solved(self) -> bool:
        """Solved first and closed after; what closes in one step may as well have been refused or withdrawn."""
        solved_at, closed_at = self.ticket.resolved_at, self.ticket.closed_at
        return solved_at is not None and (closed_at is None or solved_at < closed_at)

    @property
    def stage(self) -> str:
        """For the stage line, which has no current stage once it is over."""
        return "" if self.is_over else self.ticket.stage

    @cached_property
    def group_name(self) -> str:
        group = self.ticket.group
        return str(group) if group else ""

    @property
    def who(self) -> str:
        """Who has it, in one line."""
        if self.is_over:
            return _("Done") if self.was_solved else pgettext("stage", "Closed")
        if self.ticket.agent:
            return _("%(agent)s is on it") % {"agent": self.ticket.agent}
        if self.group_name:
            return _("%(group)s has it") % {"group": self.group_name}
        if self.approvers:
            return _("Waits for approval")
        return _("It is being handed out")

    @property
    def group_beside(self) -> str:
        """The group, where the line of who has it does not name it already."""
        return self.group_name if self.is_over or self.ticket.agent else ""

    @property
    def next_step(self) -> str:
        ticket = self.ticket
        if ticket.merged_into_id:
            return _("It goes on in another request that was about the same.")
        if self.is_over:
            if self.was_solved:
                return _("It is closed. Write here if it comes back.")
            return _("It is closed. Write here if there is more to say.")
        if ticket.status == Status.RESOLVED:
            return _("Say whether it works now. Without a word from you it closes by itself after 3 working days.")
        if ticket.status == Status.WAITING:
            return _("An answer from you. Until it comes, the promised time stands still.")
        if ticket.status == Status.HELD:
            return _("It rests for now. You hear from us when it goes on; an answer from you wakes it.")
        if self.approvers:
            return self._approval()
        return {
            Stage.OPENED: _("Somebody takes it and starts."),
            Stage.ASSIGNED: _("Work on it starts; you hear from us as soon as there is something to tell."),
            Stage.IN_WORK: _("You hear from us when it is solved, or if a question comes up."),
            Stage.TESTING: _("We test it; then we ask you whether it works."),
        }[Stage(ticket.stage)]

    def _approval(self) -> str:
        language = get_language() or "en"
        people = formats.listed((formats.apart(name, language) for name in self.approvers[:NAMED]), language)
        if len(self.approvers) > NAMED:
            return _("It waits for approval. Asked for it: %(people)s and others.") % {"people": people}
        return _("It waits for approval. Asked for it: %(people)s.") % {"people": people}


def cards(tickets: Sequence[Ticket], reader: Person, *, at: datetime) -> list[Card]:
    """One query for all promises, one for all approvals."""
    clocks: dict[int, list[Clock]] = {}
    current = [ticket.pk for ticket in tickets if ticket.status in Ticket.ACTIVE]
    for clock in Clock.objects.running().filter(subject__in=current) if current else ():
        clocks.setdefault(clock.subject, []).append(clock)
    asked = approvers_of(current)
    return [
        Card(ticket, promise_of(ticket, clocks.get(ticket.pk, []), at=at), reader, asked.get(ticket.pk, ()))
        for ticket in tickets
    ]


def approvers_of(subjects: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Who is asked to approve right now, by ticket."""
    if not subjects:
        return {}
    rows = Ballot.objects.filter(approval__subject__in=subjects, approval__state="open", state=Ballot.State.OPEN)
    found: dict[int, tuple[str, ...]] = {}
    for ballot in rows.select_related("approver", "approval").order_by("id"):
        found[ballot.approval.subject] = (*found.get(ballot.approval.subject, ()), str(ballot.approver))
    return found


def topics_of(tickets: Sequence[Ticket]) -> str:
    """What the live stream is asked for so that the page hears of these tickets."""
    return ",".join(f"tickets-{ticket.pk}" for ticket in tickets)


def promise_of(ticket: Ticket, running: Sequence[Clock], *, at: datetime) -> Promise:
    """The promise that matters to the requester: the solution, or the first answer where only that is promised."""
    by_target = {clock.target: clock for clock in running}
    clock = by_target.get(Clock.Target.RESOLUTION) or by_target.get(Clock.Target.FIRST_ANSWER)
    if clock is None:
        return Promise(NONE)
    is_answer = clock.target == Clock.Target.FIRST_ANSWER
    if clock.paused_at is not None or clock.due_at is None:
        return Promise(PAUSED, None, is_answer)
    return Promise(LATE if clock.due_at < at else ON_TIME, clock.due_at, is_answer)
