"""What every channel makes of what reached it, whatever it was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sira.people.models import Person, SupportGroup
from sira.tickets.messages import Said
from sira.tickets.models import Category, Service, Ticket, TicketType


@dataclass(frozen=True)
class Sender:
    """An address as it came; recognised, or a new person. mail: as written."""

    mail: str
    name: str = ""


@dataclass(frozen=True)
class Threads:
    """Every sign of which ticket is meant.

    addressed: addresses it was sent to.  answers: Message-IDs it answers, nearest first.
    bounced: Message-IDs of ours that it reports as not delivered.
    """

    addressed: Sequence[str] = ()
    answers: Sequence[str] = ()
    bounced: Sequence[str] = ()


@dataclass(frozen=True)
class Refusal:
    """A mail of ours did not reach this recipient. status: RFC 3463.  reason: one word."""

    recipient: str
    status: str
    reason: str


@dataclass(frozen=True)
class Incoming:
    """channel, source, key: identity, see Received.  person or sender: who.  ticket: where the channel knows it.

    copies, beside: those in CC; those it was sent to where these are more than one address altogether.
    ours: addresses that are the desk's own, besides those it knows.  group: who gets what this opens, unless an
    address it was sent to belongs to another group.  doubted: the receiving server does not say that the sender is
    who the mail says.  claimed: the sender is named by another field than the one that servers judge by, or hidden
    in it.
    """

    channel: str
    key: str
    subject: str
    said: Said
    source: str = ""
    person: Person | None = None
    sender: Sender = Sender("")
    copies: Sequence[Sender] = ()
    beside: Sequence[Sender] = ()
    threads: Threads = Threads()
    refusals: Sequence[Refusal] = ()
    is_machine: bool = False
    doubted: bool = False
    claimed: bool = False
    raw: bytes | None = None
    fingerprint: UUID | None = None
    ours: Sequence[str] = ()
    ticket: Ticket | None = None
    group: SupportGroup | None = None
    type: TicketType | None = None
    category: Category | None = None
    service: Service | None = None
    impact: int = Ticket.Level.LOW
    urgency: int = Ticket.Level.MEDIUM
    tags: Sequence[str] = ()
    fields: dict[str, Any] = field(default_factory=dict)
