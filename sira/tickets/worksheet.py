"""A locked ticket on the desk: an operation reads it, marks what changes, and it is written in one go.

One UPDATE names the changed fields, one INSERT carries all facts, and whoever watches is told once. Blocks of a
process work on the same sheet as the operation that set the process going.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Model

from sira.decisions import deciding
from sira.decisions.deciding import Published
from sira.decisions.models import Trace
from sira.notifications import outbox
from sira.notifications.outbox import Mail
from sira.people.models import Person, SupportGroup
from sira.plumbing import live, prepared, rows
from sira.processes import running
from sira.routing import waiting
from sira.tickets.models import Fact, HistoryEntry, Ticket, TicketType

# The place in the queue of what has no promise running: after everything that has one, oldest first.
NO_HURRY = datetime(2900, 1, 1, tzinfo=UTC)
# A new ticket has a priority, and who is given one has it.
GOES_WITH = {
    HistoryEntry.Kind.DECIDED.value: HistoryEntry.Kind.OPENED.value,
    HistoryEntry.Kind.STAGE.value: HistoryEntry.Kind.ASSIGNED.value,
}
# The tables by which the desk decides about every ticket.
TABLES = ("priority", "promises", "routing")
# Columns that a drawing's conditions may ask for (facts.of_ticket).
HEARD = frozenset(
    """
    type subject impact urgency priority stage status channel language category service group agent tags fields
    """.split()  # noqa: SIM905
)


@dataclass(slots=True)
class Facts:
    """What became of the facts while the ticket lay on the desk."""

    changed: bool = False
    read: bool = False
    changed_since_read: bool = False


class Told(NamedTuple):
    """An entry of the history to come. by: the key of who did it."""

    kind: str
    facts: dict[str, Any]
    at: datetime
    by: int


class Worksheet:
    """ticket: locked, or new and unsaved.  by, at: who acts and when (aware).

    listened_to: a process of the ticket waits for a condition.  silent: a machine is at the other end, so nothing is
    sent to it automatically.  answers: the Message-ID of a mail that is being taken in and is not among the messages.
    was_told: whether the requester's mail was acknowledged within the hour, or several times within the day, where it
    was asked already.
    answers_ours: it was opened by what answers a mail of the desk's to somebody else, so it is not answered by itself.
    opened_with: the text of its first message and how its sender is vouched for, where it is known already.
    known: what drawings and tables may know of it, until something changes (facts.of).  asker: of it, what is said
    of the requester.
    beside: other rows of a new ticket that are written with it, or as soon as somebody may look for them.
    is_promised: it has clocks since it lies here.
    """

    def __init__(
        self, ticket: Ticket, *, by: Person, at: datetime, is_new: bool = False, listened_to: bool = False
    ) -> None:
        self.ticket, self.by, self.at, self.is_new, self.listened_to = ticket, by, at, is_new, listened_to
        self._was = (ticket.agent_id, ticket.status)
        self._facts = Facts()
        self.known: dict[str, Any] | None = None
        self.asker: dict[str, Any] | None = None
        self.changed: set[str] = set()
        self.entries: list[Told] = []
        self.traces: list[Trace] = []
        self.mails: list[Mail] = []
        self.beside: list[Model] = []
        self.is_promised = False
        self.silent = False
        self.answers = ""
        self.was_told: bool | None = None
        self.answers_ours = False
        self.opened_with: tuple[str, Mapping[str, str]] | None = None

    def set(self, **values: Any) -> dict[str, list[Any]]:
        """Set fields; answers what really changed as {field: [before, after]} in values that JSON can hold."""
        changes = {}
        for name, value in values.items():
            before = getattr(self.ticket, name)
            if before != value:
                setattr(self.ticket, name, value)
                self.known = None
                self.changed.add(name)
                changes[name] = [plain(before), plain(value)]
        if not HEARD.isdisjoint(changes):
            self._facts.changed = self._facts.changed_since_read = True
        return changes

    def was_read(self) -> None:
        """A process took the facts as they are now; after its steps it asks its own conditions with them."""
        self._facts.read, self._facts.changed_since_read = True, False

    @contextmanager
    def acting(self, by: Person) -> Iterator[None]:
        """What is recorded meanwhile was done by this person."""
        before, self.by = self.by, by
        try:
            yield
        finally:
            self.by = before

    def record(self, kind: str, **facts: Any) -> None:
        """Note a fact. One that goes with another of the same sheet is told in its entry: a row fewer."""
        goes_with = GOES_WITH.get(kind)
        for place, entry in enumerate(self.entries):
            if entry.kind == goes_with and not facts.keys() & entry.facts.keys():
                self.entries[place] = entry._replace(facts=entry.facts | facts)
                return
        self.entries.append(Told(kind, facts, self.at, self.by.pk))

    def history(self) -> tuple[list[Fact], list[HistoryEntry]]:
        """The rows of what was recorded, the facts before the entries that name them."""
        facts = [Fact.of(one.kind, one.facts) for one in self.entries]
        return facts, [
            rows.made(HistoryEntry, ticket_id=self.ticket.pk, at=one.at, by_id=one.by, fact=fact)
            for one, fact in zip(self.entries, facts, strict=True)
        ]

    def keep(self, trace: Trace | None) -> None:
        if trace is not None:
            self.traces.append(trace)

    def snapshot(self) -> dict[str, Any]:
        """Enough to put the sheet back to how it is now."""
        columns = {name: value for name, value in vars(self.ticket).items() if name != "_state"}
        return {
            "columns": columns,
            "changed": set(self.changed),
            "lists": ([*self.entries], [*self.traces], [*self.mails], [*self.beside]),
        }

    def restore(self, before: dict[str, Any]) -> None:
        self.known = None
        for name, value in before["columns"].items():
            setattr(self.ticket, name, value)
        self.changed = set(before["changed"])
        self.entries, self.traces, self.mails, self.beside = (list(rows) for rows in before["lists"])

    def write_beside(self) -> None:
        """For what may look for these rows, or add others of their kind."""
        if self.beside:
            rows.insert(*rows.by_kind(self.beside))
            self.beside = []

    def flush(self) -> None:
        """Write the ticket's changed fields now, where rows that are written next are checked against them."""
        self.write_beside()
        if self.changed and not self.is_new:
            rows.update(self.ticket, self.changed)
            self.changed.clear()

    def save(self) -> None:
        ticket = self.ticket
        self.set(changed_at=max(self.at, ticket.changed_at), turn_at=ticket.due_at or NO_HURRY)
        ticket.revision += not self.is_new
        mails = outbox.rows_of(self.mails, subject=ticket.pk, at=self.at)
        reasons = [trace.reason for trace in self.traces]
        rows.write(
            [ticket] if self.is_new else [],
            reasons,
            *self.history(),
            self.traces,
            mails,
            *rows.by_kind(self.beside),
            changed=None if self.is_new else (ticket, {*self.changed, "revision"}),
            notice=live.notice("tickets", ticket.pk),
        )
        self.is_new = False
        self._tell_of_room()
        self.changed.clear()
        self.entries, self.traces, self.mails, self.beside = [], [], [], []

    def close(self) -> None:
        """Write it, and let the processes of the ticket that wait for a condition ask again if a fact has changed.

        Nothing is asked of the database where none of them can have heard the last of it.
        """
        self.save()
        if (self.listened_to and self._facts.changed) or (self._facts.read and self._facts.changed_since_read):
            self._facts = Facts()
            if running.look_again(self.ticket.pk, at=self.at):
                self.ticket.refresh_from_db()

    def _tell_of_room(self) -> None:
        """Whoever had it as open work and has it no longer may be given what waits."""
        agent, status = self._was
        self._was = (self.ticket.agent_id, self.ticket.status)
        if agent and status == Ticket.Status.OPEN and self._was != (agent, status):
            waiting.wake([agent], self.at)

    @cached_property
    def tables(self) -> dict[str, Published]:
        """What was in force when the first of them was asked."""
        return deciding.published(TABLES)

    @cached_property
    def requester(self) -> Person:
        return self.ticket.requester


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return getattr(value, "pk", value)


# What hardly any operation needs is fetched when it is asked for.
_BESIDE: dict[str, type[Model]] = {"type": TicketType, "requester": Person, "group": SupportGroup, "agent": Person}
_COLUMNS = ", ".join(rows.columns(model, f"its_{name}") for name, model in _BESIDE.items())
_LISTENED_TO = "EXISTS (SELECT FROM processes_subscription WHERE subject = ticket.id AND kind = 'condition')"
_LOCKED = f"""
    SELECT {rows.columns(Ticket, "ticket")}, {_COLUMNS}, {_LISTENED_TO}
    FROM tickets_ticket ticket
    JOIN tickets_tickettype its_type ON its_type.id = ticket.type_id
    JOIN people_person its_requester ON its_requester.id = ticket.requester_id
    LEFT JOIN people_supportgroup its_group ON its_group.id = ticket.group_id
    LEFT JOIN people_person its_agent ON its_agent.id = ticket.agent_id
    WHERE ticket.id = %s FOR UPDATE OF ticket
"""


def sheet_of(ticket: int, *, by: Person, at: datetime) -> Worksheet:
    """Lock the ticket until the end of the transaction and lay it on the desk."""
    found = prepared.one(_LOCKED, [ticket])
    if found is None:
        raise Ticket.DoesNotExist(ticket)
    locked, *beside = rows.split(found, Ticket, *_BESIDE.values())
    for name, row in zip(_BESIDE, beside, strict=True):
        setattr(locked, name, row)
    return Worksheet(locked, by=by, at=at, listened_to=found[-1])


@contextmanager
def on_desk(ticket: Ticket | int, *, by: Person, at: datetime) -> Iterator[Worksheet]:
    """Lock the ticket in a transaction, and write its sheet when the block ends well."""
    with transaction.atomic():
        sheet = sheet_of(ticket.pk if isinstance(ticket, Ticket) else ticket, by=by, at=at)
        yield sheet
        sheet.close()
