"""What was said becomes a row: text, files, words for the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sira.people.models import Person
from sira.plumbing import rows
from sira.plumbing.words.tokens import line
from sira.tickets.models import Message, MessageFile, Ticket


@dataclass(frozen=True)
class Attached:
    """A file that already lies in the file store. digest: SHA-256, 32 bytes.  content_id: set if the HTML shows it."""

    name: str
    size: int
    digest: bytes
    content_type: str = ""
    content_id: str = ""


@dataclass(frozen=True)
class Said:
    """The content of a message. full_text: with quotes and signature, if that is more.  html: already sanitised."""

    text: str
    full_text: str = ""
    html: str = ""
    files: Sequence[Attached] = ()
    language: str = ""
    message_id: str = ""
    recipients: dict[str, list[str]] | None = None
    is_automatic: bool = False
    trouble: str = ""


def add(
    ticket: Ticket,
    said: Said,
    *,
    author: Person,
    channel: str,
    at: datetime,
    from_desk: bool = False,
    is_internal: bool = False,
    opens: bool = False,
) -> Message:
    """Write the message and its files. opens: it is the first, and carries the subject's words for the search."""
    searched = f"{ticket.subject}\n{said.text}" if opens else said.text
    searched = "\n".join([searched, *(file.name for file in said.files)])
    message = Message(
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
        recipients={kind: addresses for kind, addresses in (said.recipients or {}).items() if addresses},
        trouble=said.trouble[:200],
        words=line(searched, said.language or ticket.language),
    )
    rows.insert([message])
    MessageFile.objects.bulk_create(
        MessageFile(
            message=message,
            name=file.name[:255],
            content_type=file.content_type[:120],
            size=file.size,
            digest=file.digest,
            content_id=file.content_id[:255],
        )
        for file in said.files
    )
    return message
