"""What was said becomes a row: text, files, words for the search."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sira.people.models import Person
from sira.plumbing import rows
from sira.plumbing.words.tokens import line
from sira.shell.laying_out import pictures_named
from sira.tickets.models import Message, MessageFile, Ticket

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")  # what a text shows; others are files beside it
VOUCHED = "vouched"  # beside the addresses in Message.recipients


@dataclass(frozen=True)
class Attached:
    """A file that already lies in the file store. digest: SHA-256.  content_id: of a picture in a mail's HTML."""

    name: str
    size: int
    digest: bytes
    content_type: str = ""
    content_id: str = ""


@dataclass(frozen=True)
class Said:
    """The content of a message. full_text: with quotes and signature, if that is more.  html: already sanitised.

    vouched: what our receiving server says of the sender, as {"dmarc": "pass"}.
    """

    text: str
    full_text: str = ""
    html: str = ""
    files: Sequence[Attached] = ()
    language: str = ""
    message_id: str = ""
    recipients: dict[str, list[str]] | None = None
    is_automatic: bool = False
    trouble: str = ""
    vouched: Mapping[str, str] = field(default_factory=dict)


def add(
    ticket: Ticket,
    said: Said,
    *,
    author: Person,
    channel: str,
    at: datetime,
    from_desk: bool = False,
    is_internal: bool = False,
) -> Message:
    """Write the message and its files."""
    message = made(ticket, said, author=author, channel=channel, at=at, from_desk=from_desk, is_internal=is_internal)
    rows.insert([message])
    rows.insert(files_of(message, said))
    return message


def made(
    ticket: Ticket,
    said: Said,
    *,
    author: Person,
    channel: str,
    at: datetime,
    from_desk: bool = False,
    is_internal: bool = False,
    key: int | None = None,
) -> Message:
    """The row, unsaved. key: of a ticket's first message, which carries the subject's words for the search."""
    searched = said.text if key is None else f"{ticket.subject}\n{said.text}"
    searched = "\n".join([searched, *(file.name for file in said.files)])
    return rows.made(
        Message,
        id=key,
        ticket=ticket,
        author=author,
        is_internal=is_internal,
        from_desk=from_desk,
        is_automatic=said.is_automatic,
        channel=channel,
        sent_at=at,
        text=said.text,
        full_text=said.full_text if said.full_text != said.text else "",
        html=said.html,
        message_id=said.message_id,
        recipients=_head(said),
        trouble=said.trouble[:200],
        words=line(searched, said.language or ticket.language),
    )


def _head(said: Said) -> dict[str, Any]:
    """What a mail's head tells beside its text."""
    found: dict[str, Any] = {kind: addresses for kind, addresses in (said.recipients or {}).items() if addresses}
    return found | {VOUCHED: dict(said.vouched)} if said.vouched else found


def files_of(message: Message, said: Said) -> list[MessageFile]:
    """The rows of its files, unsaved; the message has its key. In the desk's texts a sign says which it shows."""
    shown = _in_text(said) if message.from_desk else {}
    return [
        MessageFile(
            message=message,
            name=file.name[:255],
            content_type=file.content_type[:120],
            size=file.size,
            digest=file.digest,
            content_id=shown.get(at) or file.content_id[:255],
        )
        for at, file in enumerate(said.files)
    ]


def _in_text(said: Said) -> dict[int, str]:
    """The content ids of the pictures that the text names, by their places; of two with one name the first counts."""
    names = pictures_named(said.text)
    found: dict[int, str] = {}
    for at, file in enumerate(said.files):
        if file.name in names and file.content_type in PICTURES:
            names.remove(file.name)
            found[at] = hashlib.sha256(file.digest + file.name.encode()).hexdigest()[:32]
    return found
