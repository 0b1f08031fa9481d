"""A mail, as bytes, becomes part of the desk. When `take` returns, it is committed; what it raises means: try again."""

import hashlib
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext

from sira.channels.email.reading import Attachment, Letter, read
from sira.channels.email.reading.authenticity import is_doubted
from sira.channels.email.reading.html import sanitise
from sira.intake import receiving, returning
from sira.intake.incoming import Incoming, Refusal, Sender, Threads
from sira.intake.receiving import Receipt
from sira.people.models import SupportGroup
from sira.people.recognition import normalised_mail
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import CannotKeep
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Ticket, TicketType

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Way:
    """How a mail came. source, key: its identity in a mailbox; without them the digest of its bytes counts.

    recipients: of the envelope.  from_nobody: the envelope's sender was empty, so nothing may be sent back.
    ours: addresses that are the desk's own.  group, type: for a ticket that this mail opens.
    """

    source: str = ""
    key: str = ""
    recipients: Sequence[str] = ()
    from_nobody: bool = False
    ours: Sequence[str] = ()
    group: SupportGroup | None = None
    type: TicketType | None = None


def take(raw: bytes, *, at: datetime, way: Way = Way()) -> Receipt | None:
    """Take in one mail; None for a mail of ours that came back and belongs to no ticket: it is kept, nothing more.

    Raises CannotKeep, OperationalError and InterfaceError: nothing has happened then, and the sender must keep it.
    Whatever else goes wrong with the content, the mail becomes a ticket with its bytes attached and a mark.
    """
    digest = desk_files().keep([raw], packed=True).digest
    way = way if way.key else replace(way, key=digest.hex())
    try:
        letter = read(raw)
        return _received(read_in(letter, raw, digest, way), at=at)
    except (OperationalError, InterfaceError, CannotKeep):
        raise
    except Exception as error:
        log.exception("Mail %s could not be taken in as it is", digest.hex()[:12])
        return receiving.receive(unread(raw, digest, way, trouble=type(error).__name__), at=at)


def read_in(letter: Letter, raw: bytes, digest: bytes, way: Way) -> Incoming:
    return Incoming(
        channel=Ticket.Channel.MAIL,
        source=way.source,
        key=way.key,
        raw=digest,
        fingerprint=fingerprint(letter),
        subject=letter.subject,
        said=said(letter, raw=raw, digest=digest),
        sender=Sender(letter.sender.addr, letter.sender.name),
        copies=[Sender(address.addr, address.name) for address in letter.cc],
        beside=[Sender(address.addr, address.name) for address in letter.to] if letter.cc or letter.to[1:] else (),
        threads=threads(letter, way.recipients),
        refusals=[Refusal(bounce.recipient, bounce.status, bounce.reason) for bounce in letter.bounces],
        doubted=is_doubted(letter.authentication_results, letter.sender.addr, settings.MAIL["authserv"]),
        is_machine=letter.is_machine_mail or way.from_nobody or letter.return_path == "",
        # Where it was delivered is the desk, whatever that address is called.
        ours=[*way.ours, *map(normalised_mail, (*way.recipients, *letter.delivered_to))],
        group=way.group,
        type=way.type,
    )


def _received(incoming: Incoming, *, at: datetime) -> Receipt | None:
    own = returning.own_mail(incoming)
    return returning.receive(incoming, own, at=at) if own else receiving.receive(incoming, at=at)


def said(letter: Letter, *, raw: bytes, digest: bytes) -> Said:
    """What the mail says. One that could not be read as it should carries its own bytes as a file."""
    files = [_attached(attachment) for attachment in letter.attachments]
    if letter.trouble:
        files.append(_original(raw, digest))
    return Said(
        text=letter.reply_text or letter.body_text or letter.html_text,
        full_text=letter.body_text or letter.html_text,
        html=sanitise(letter.html) if letter.html else "",
        files=files,
        message_id=letter.message_id,
        recipients={"to": [a.addr for a in letter.to], "cc": [a.addr for a in letter.cc]},
        is_automatic=letter.is_auto_reply or letter.is_auto_generated or letter.is_bounce or letter.is_complaint,
        trouble=letter.trouble,
    )


def threads(letter: Letter, recipients: Sequence[str]) -> Threads:
    addressed = [*recipients, *(a.addr for a in (*letter.to, *letter.cc)), *letter.delivered_to]
    answers = [letter.in_reply_to, *reversed(letter.references)]
    return Threads(
        addressed=list(dict.fromkeys(addressed)),
        answers=list(dict.fromkeys(answer for answer in answers if answer)),
        bounced=letter.returned_message_ids if letter.is_bounce else (),
    )


def unread(raw: bytes, digest: bytes, way: Way, *, trouble: str) -> Incoming:
    """A mail of which only the bytes are sure: a ticket from the unknown sender, for a person to look into."""
    return Incoming(
        channel=Ticket.Channel.MAIL,
        source=way.source,
        key=way.key,
        raw=digest,
        subject=gettext("A mail that could not be read"),
        said=Said(
            text=gettext("This mail could not be read. It is attached as it came."),
            files=[_original(raw, digest)],
            is_automatic=True,
            trouble=trouble,
        ),
        is_machine=True,
        group=way.group,
    )


def _attached(attachment: Attachment) -> Attached:
    kept = desk_files().keep([attachment.content])
    return Attached(
        name=attachment.name,
        size=kept.size,
        digest=kept.digest,
        content_type=attachment.content_type,
        content_id=attachment.content_id if attachment.inline else "",
    )


def _original(raw: bytes, digest: bytes) -> Attached:
    return Attached(name="message.eml", size=len(raw), digest=digest, content_type="message/rfc822")


def fingerprint(letter: Letter) -> uuid.UUID:
    """One mail over two ways has one: made of what no server on the way changes."""
    parts = [letter.message_id, letter.sender.addr, letter.subject, letter.in_reply_to, *letter.references]
    parts += [letter.date.isoformat() if letter.date else "", letter.body_text, letter.html]
    parts += [address.addr for address in (*letter.to, *letter.cc)]
    parts += [attachment.sha256 for attachment in letter.attachments]
    if not letter.message_id and not letter.date:
        parts.append(letter.digest)
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return uuid.UUID(bytes=hashlib.sha256(whole).digest()[:16])
