"""What happened in a ticket in one line of time: messages, notes, and facts folded where several follow each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import Q

from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.tickets import wording
from sira.tickets.models import Message, MessageFile, Ticket
from sira.tickets.wording import Told

FATES = {
    OutgoingMail.State.QUEUED: "waiting",
    OutgoingMail.State.DELAYED: "waiting",
    OutgoingMail.State.SENT: "sent",
    OutgoingMail.State.REFUSED: "refused",
    OutgoingMail.State.UNSURE: "refused",
    OutgoingMail.State.KEPT: "waiting",
}


@dataclass(frozen=True)
class Said:
    """A message or note. quoted: what its full text has beyond the new.  mail: as it went out, if it did."""

    message: Message
    files: list[MessageFile]
    is_own: bool
    quoted_lines: int
    mail: OutgoingMail | None = None

    @property
    def at(self) -> datetime:
        return self.message.sent_at

    @property
    def fate(self) -> str:
        return FATES[OutgoingMail.State(self.mail.state)] if self.mail else ""

    @property
    def needs_hand(self) -> bool:
        """Somebody has to decide whether it goes out again."""
        states = (OutgoingMail.State.REFUSED, OutgoingMail.State.UNSURE, OutgoingMail.State.KEPT)
        return self.mail is not None and self.mail.state in states

    @property
    def has_html(self) -> bool:
        return bool(self.message.has_html)  # type: ignore[attr-defined]

    @property
    def recipients(self) -> str:
        written = self.message.recipients or {}
        return ", ".join([*written.get("to", [])[:3], *(f"Cc {address}" for address in written.get("cc", [])[:3])])


@dataclass(frozen=True)
class Facts:
    """Facts between two messages."""

    told: list[Told] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.told[0].at


def line_of(ticket: Ticket, *, reader: Person) -> list[Said | Facts]:
    """Oldest first. Six queries whatever the length; notes only for who works on the ticket (visible_to)."""
    messages = list(
        Message.objects.filter(ticket=ticket)
        .visible_to(reader)
        .select_related("author")
        .defer("words", "html")
        .annotate(has_html=~Q(html=""))
        .prefetch_related("files")
        .order_by("id")
    )
    mails = {mail.message: mail for mail in OutgoingMail.objects.filter(subject=ticket.pk, message__isnull=False)}
    said: list[Said | Told] = [_said(message, mails.get(message.pk), reader) for message in messages]
    told: Sequence[Told] = wording.tell(ticket.history.order_by("id"))
    line = sorted([*said, *told], key=lambda one: one.at)
    found: list[Said | Facts] = []
    for is_fact, run in groupby(line, key=lambda one: isinstance(one, Told)):
        items = list(run)
        found += [Facts(items)] if is_fact else items  # type: ignore[arg-type, list-item]
    return found


def _said(message: Message, mail: OutgoingMail | None, reader: Person) -> Said:
    extra = len(message.full_text.splitlines()) - len(message.text.splitlines()) if message.full_text else 0
    return Said(message, list(message.files.all()), message.author_id == reader.pk, max(0, extra), mail)
