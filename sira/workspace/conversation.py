"""What happened in a ticket in one line of time: messages, notes, and facts folded where several follow each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.notifications import sending
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing.composed import composed
from sira.shell import formats
from sira.tickets import wording
from sira.tickets.facts import METHODS
from sira.tickets.messages import VOUCHED
from sira.tickets.models import HistoryEntry, Message, MessageFile, Ticket
from sira.tickets.pictures import parted
from sira.tickets.wording import Told

STAGES = list(Ticket.Stage)
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
    """A message or note. quoted: what its full text has beyond the new.  mail: as it went out, if it did.

    shown: pictures that stand in it, the rest are files beside it.
    """

    message: Message
    files: list[MessageFile]
    is_own: bool
    quoted_lines: int
    mail: OutgoingMail | None = None
    shown: list[MessageFile] = field(default_factory=list)

    @property
    def pictures(self) -> dict[str, str]:
        """Addresses by name, for the signs in a text of ours."""
        return {file.name: reverse("workspace:picture", args=[file.pk]) for file in self.shown}

    @property
    def at(self) -> datetime:
        return self.message.sent_at

    @property
    def fate(self) -> str:
        return FATES[OutgoingMail.State(self.mail.state)] if self.mail else ""

    @property
    def needs_hand(self) -> bool:
        """Somebody has to decide whether it goes out again."""
        states = (OutgoingMail.State.REFUSED, OutgoingMail.State.UNSURE)
        return self.mail is not None and self.mail.state in states

    @property
    def can_go_again(self) -> bool:
        return self.mail is not None and sending.can_go_again(self.mail)

    @property
    def fate_words(self) -> str:
        """Said only where it is not what one expects; the icon says the rest."""
        usual = (OutgoingMail.State.SENT, OutgoingMail.State.QUEUED)
        return self.mail.get_state_display() if self.mail and self.mail.state not in usual else ""

    @property
    def author_name(self) -> str:
        return str(self.message.author)

    @property
    def tone(self) -> str:
        return "me" if self.is_own else "agent"

    @property
    def via(self) -> str:
        """The channel, where the icon tells more than the rest of the line."""
        return str(self.message.channel)

    @property
    def via_words(self) -> str:
        return str(self.message.get_channel_display())

    @property
    def has_html(self) -> bool:
        return bool(self.message.has_html)  # type: ignore[attr-defined]

    @property
    def doubts(self) -> str:
        """Where our receiving server does not vouch for the sender: what it says of each method."""
        said = (self.message.recipients or {}).get(VOUCHED, {})
        is_sure = said.get("dmarc", "pass") == "pass" and "pass" in said.values()
        return "" if is_sure else ", ".join(f"{way.upper()} {said[way]}" for way in METHODS if way in said)

    @property
    def recipients(self) -> str:
        written = self.message.recipients or {}
        to, copies = ", ".join(written.get("to", [])[:3]), ", ".join(written.get("cc", [])[:3])
        said = _("to %(whom)s") % {"whom": to} if to else ""
        return ", ".join(part for part in (said, f"Cc {copies}" if copies else "") if part)


@dataclass(frozen=True)
class Facts:
    """Facts between two messages."""

    told: list[Told] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.told[0].at


def line_of(ticket: Ticket, history: Sequence[HistoryEntry], *, reader: Person) -> list[Said | Facts]:
    """Oldest first, notes too, so for somebody who works on the ticket. A few queries whatever the length."""
    messages = messages_of(ticket.pk)
    files: dict[int, list[MessageFile]] = {}
    for file in files_of([message.pk for message in messages]):
        files.setdefault(file.message_id, []).append(file)
    mails = {mail.message: mail for mail in mails_of(ticket.pk)}
    said: list[Said | Told] = [
        _said(message, files.get(message.pk, []), mails.get(message.pk), reader) for message in messages
    ]
    entries = [entry for entry in history if not follows(entry)]
    line = sorted([*said, *together(wording.tell(entries))], key=lambda one: one.at)
    found: list[Said | Facts] = []
    for is_fact, run in groupby(line, key=lambda one: isinstance(one, Told)):
        items = list(run)
        found += [Facts(items)] if is_fact else items  # type: ignore[arg-type]
    return found


@composed
def messages_of(ticket: int) -> "QuerySet[Message]":
    rows = Message.objects.filter(ticket=ticket).select_related("author").annotate(has_html=~Q(html=""))
    said = ("ticket", "is_internal", "from_desk", "is_automatic", "channel", "sent_at", "text", "full_text")
    return rows.only(*said, "recipients", "trouble", "author__name", "author__email").order_by("id")


@composed
def files_of(messages: list[int]) -> "QuerySet[MessageFile]":
    return (
        MessageFile.objects.filter(message__in=messages)
        .only("message", "name", "size", "content_type", "content_id")
        .order_by("id")
    )


@composed
def mails_of(ticket: int) -> "QuerySet[OutgoingMail]":
    """With what it takes to know whether they can go out again; of what was sent no text is kept."""
    rows = OutgoingMail.objects.filter(subject=ticket, message__isnull=False)
    return rows.only("message", "state", "answer", "next_at", "placeholders")


def follows(entry: HistoryEntry) -> bool:
    """A step ahead along the stage line, which the line itself shows with its time; a step back is told."""
    if entry.kind != HistoryEntry.Kind.STAGE:
        return False
    before, after = entry.facts["stage"]
    return STAGES.index(before) < STAGES.index(after)


def together(told: Sequence[Told]) -> list[Told]:
    """What happened at one moment as one line; the first reason that can be asked for stands with it."""
    found = []
    for at, run in groupby(told, key=lambda one: one.at):
        same = list(run)
        words = formats.listed((one.words for one in same), get_language() or "en")
        found.append(Told(at, words[:1].upper() + words[1:], next((one.why for one in same if one.why), "")))
    return found


def _said(message: Message, files: list[MessageFile], mail: OutgoingMail | None, reader: Person) -> Said:
    extra = len(message.full_text.splitlines()) - len(message.text.splitlines()) if message.full_text else 0
    shown, beside = parted(message, files)
    return Said(message, beside, message.author_id == reader.pk, max(0, extra), mail, shown)
