"""A mail, as bytes, becomes part of the desk. When `take` returns, it is committed; what it raises means: try again."""

import hashlib
import logging
import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext

from sira.channels.email import breaking
from sira.channels.email.reading import Attachment, Letter, read
from sira.channels.email.reading.authenticity import is_doubted, results
from sira.channels.email.reading.bounded import CannotRead, is_ordinary, read_kept, sanitised
from sira.channels.email.spooling import Content
from sira.channels.email.ways import PLAIN_WAY, Way, as_json
from sira.intake import receiving, returning
from sira.intake.incoming import Incoming, Refusal, Sender, Threads
from sira.intake.receiving import Receipt
from sira.people.recognition import normalised_mail
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import CannotKeep, Draft, Kept
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Ticket

log = logging.getLogger(__name__)


def take(content: Content, *, at: datetime, way: Way = PLAIN_WAY) -> Receipt | None:
    """Take in one mail; None for a mail of ours that came back and belongs to no ticket: it is kept, nothing more.

    Raises CannotKeep, OperationalError and InterfaceError: nothing has happened then, and the sender must keep it.
    Whatever else goes wrong with the content, the mail becomes a ticket with its bytes attached and a mark.
    """
    raw = kept(content)
    way = way if way.key else replace(way, key=raw.digest.hex())
    try:
        letter = read(content) if is_ordinary(content) else read_kept(desk_files().path(raw.digest))
        return _taken(letter, raw, way, at=at)
    except (OperationalError, InterfaceError, CannotKeep):
        raise
    except Exception as error:
        log.exception("Mail %s could not be taken in as it is", raw.digest.hex()[:12])
        return _taken_unread(raw, way, trouble=type(error).__name__, at=at)


def kept(content: Content) -> Kept:
    """The raw mail on the disk; not packed where another process is to read it."""
    if isinstance(content, Draft):
        return content.keep()
    return desk_files().keep([content], packed=is_ordinary(content))


def _taken(letter: Letter, raw: Kept, way: Way, *, at: datetime) -> Receipt | None:
    incoming = read_in(letter, raw, way)
    if not letter.is_broken:
        return _received(incoming, at=at)
    with transaction.atomic():
        receipt = _received(incoming, at=at)
        breaking.remember(receipt, raw, as_json(way), why=letter.trouble, at=at)
    return receipt


def _taken_unread(raw: Kept, way: Way, *, trouble: str, at: datetime) -> Receipt:
    with transaction.atomic():
        receipt = receiving.receive(unread(raw, way, trouble=trouble), at=at)
        breaking.remember(receipt, raw, as_json(way), why=trouble, at=at)
    return receipt


def read_in(letter: Letter, raw: Kept, way: Way) -> Incoming:
    files = [_attached(attachment) for attachment in letter.attachments]
    return Incoming(
        channel=Ticket.Channel.MAIL,
        source=way.source,
        key=way.key,
        raw=raw.digest,
        fingerprint=fingerprint(letter, files),
        subject=letter.subject,
        said=said(letter, files, raw=raw),
        sender=Sender(letter.sender.addr, letter.sender.name),
        copies=[Sender(address.addr, address.name) for address in letter.cc],
        beside=[Sender(address.addr, address.name) for address in letter.to] if letter.cc or letter.to[1:] else (),
        threads=threads(letter, way.recipients),
        refusals=[Refusal(bounce.recipient, bounce.status, bounce.reason) for bounce in letter.bounces],
        doubted=is_doubted(letter.authentication_results, letter.sender.addr, own_servers()),
        claimed=letter.sender_is_claimed,
        is_machine=letter.is_machine_mail or way.from_nobody or letter.return_path == "" or names_us(letter, way),
        # Where it was delivered is the desk, whatever that address is called.
        ours=[*way.ours, *map(normalised_mail, (*way.recipients, *letter.delivered_to))],
        group=way.group,
        type=way.type,
    )


def _received(incoming: Incoming, *, at: datetime) -> Receipt | None:
    own = returning.own_mail(incoming)
    return returning.receive(incoming, own, at=at) if own else receiving.receive(incoming, at=at)


def said(letter: Letter, files: Sequence[Attached], *, raw: Kept) -> Said:
    """What the mail says. One that could not be read as it should carries its own bytes as a file."""
    html, trouble = safe_html(letter)
    if trouble and raw.digest not in [file.digest for file in files]:
        files = [*files, _original(raw)]
    return Said(
        text=letter.reply_text or letter.body_text or letter.html_text,
        full_text=letter.body_text or letter.html_text,
        html=html,
        files=files,
        message_id=letter.message_id,
        recipients={"to": [a.addr for a in letter.to], "cc": [a.addr for a in letter.cc]},
        is_automatic=letter.is_auto_reply or letter.is_auto_generated or letter.is_bounce or letter.is_complaint,
        trouble=trouble,
        vouched=results(letter.authentication_results, own_servers()),
    )


def safe_html(letter: Letter) -> tuple[str, str]:
    """The HTML that may be shown, and the mail's trouble; where the one cannot be made, its text is all there is."""
    try:
        return (sanitised(letter.html) if letter.html else ""), letter.trouble
    except CannotRead as error:
        return "", letter.trouble or str(error)


def names_us(letter: Letter, way: Way) -> bool:
    """Whether its sender is the desk, as junk likes to say: an answer would come back to us."""
    return normalised_mail(letter.sender.addr) in (normalised_mail(str(settings.MAIL["from"])), *way.ours)


def own_servers() -> Collection[str]:
    """Whose word about a sender counts."""
    return cast("Collection[str]", settings.MAIL.get("authserv", ()))


def threads(letter: Letter, recipients: Sequence[str]) -> Threads:
    addressed = [*recipients, *(a.addr for a in (*letter.to, *letter.cc)), *letter.delivered_to]
    answers = [letter.in_reply_to, *reversed(letter.references)]
    return Threads(
        addressed=list(dict.fromkeys(addressed)),
        answers=list(dict.fromkeys(answer for answer in answers if answer)),
        bounced=letter.returned_message_ids if letter.is_bounce else (),
    )


def unread(raw: Kept, way: Way, *, trouble: str) -> Incoming:
    """A mail of which only the bytes are sure: a ticket from the unknown sender, for a person to look into."""
    return Incoming(
        channel=Ticket.Channel.MAIL,
        source=way.source,
        key=way.key,
        raw=raw.digest,
        subject=gettext("A mail that could not be read"),
        said=Said(
            text=gettext("This mail could not be read. It is attached as it came."),
            files=[_original(raw)],
            is_automatic=True,
            trouble=trouble,
        ),
        is_machine=True,
        group=way.group,
    )


def _attached(attachment: Attachment) -> Attached:
    kept = desk_files().keep(attachment.pieces)
    return Attached(
        name=attachment.name,
        size=kept.size,
        digest=kept.digest,
        content_type=attachment.content_type,
        content_id=attachment.content_id if attachment.inline else "",
    )


def _original(raw: Kept) -> Attached:
    return Attached(name="message.eml", size=raw.size, digest=raw.digest, content_type="message/rfc822")


def fingerprint(letter: Letter, files: Sequence[Attached]) -> uuid.UUID:
    """One mail over two ways has one: made of what no server on the way changes."""
    parts = [letter.message_id, letter.sender.addr, letter.subject, letter.in_reply_to, *letter.references]
    parts += [letter.date.isoformat() if letter.date else "", letter.body_text, letter.html]
    parts += [address.addr for address in (*letter.to, *letter.cc)]
    parts += [file.digest.hex() for file in files]
    if not letter.message_id and not letter.date:
        parts.append(letter.digest)
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return uuid.UUID(bytes=hashlib.sha256(whole).digest()[:16])
