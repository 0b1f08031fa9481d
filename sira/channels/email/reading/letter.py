"""What reading a mail yields: a Letter, whole and immutable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from .cutting import Outside
from .html import title, to_text


def digest(raw: bytes) -> str:
    """SHA-256 in hex of a message exactly as it came, line endings included: its identity."""
    return hashlib.sha256(raw).hexdigest()


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as a header names it; the address keeps the case it was written in."""

    addr: str
    name: str = ""


@dataclass(frozen=True)
class Attachment:
    """A part of the mail that is a file. `content` is decoded.

    inline: meant to be shown inside the HTML text, which points to it by `cid:` + content_id.
    outside: the content of a large one, which is not in memory; then `content` is empty.
    """

    name: str
    content: bytes = field(repr=False)
    content_type: str = "application/octet-stream"
    content_id: str = ""
    inline: bool = False
    outside: Outside | None = None

    @property
    def pieces(self) -> Iterable[bytes]:
        return (self.content,) if self.outside is None else self.outside

    @cached_property
    def size(self) -> int:
        return sum(map(len, self.pieces))

    @cached_property
    def sha256(self) -> str:
        summing = hashlib.sha256()
        for piece in self.pieces:
            summing.update(piece)
        return summing.hexdigest()


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient whom a mail of ours did not reach.

    status: RFC 3463 code. Where the report gave none it is made from the reason: x.0.9nn, a range no server uses.
    reason: one word of `reasons.REASONS`.
    """

    recipient: str
    status: str
    reason: str


@dataclass(frozen=True)
class Letter:
    """A mail, read. Text never holds NUL; absent strings are empty, never None.

    body_text: the plain part, or text made from the HTML one.
    reply_text: only what the sender wrote now, without quotes and signature.
    html: the HTML part as it came, not yet safe: `html.sanitise` it before showing.
    sender_is_claimed: the address stands in another field than From, or hidden in it: no server on the way judges it.
    trouble: why the mail could not be read as it should, empty when all is well.
    is_broken: the reader failed on it, so another try may tell more.
    """

    digest: str
    sender: Address = Address("")
    sender_is_claimed: bool = False
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    people: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    body_text: str = ""
    reply_text: str = ""
    html: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    is_auto_reply: bool = False
    is_auto_generated: bool = False
    is_bounce: bool = False
    is_complaint: bool = False
    bounces: tuple[Bounce, ...] = ()
    # What the bounce or complaint is about: Message-ID and References of our own mail, as far as it was given back.
    returned_message_ids: tuple[str, ...] = ()
    auto_submitted: str = ""
    precedence: str = ""
    list_id: str = ""
    wants_no_answer: bool = False
    loop_marks: tuple[str, ...] = ()
    return_path: str | None = None  # "" is the null sender <>, None is no such header
    delivered_to: tuple[str, ...] = ()
    authentication_results: tuple[str, ...] = ()
    trouble: str = ""
    is_broken: bool = False

    @cached_property
    def html_text(self) -> str:
        """Text of the HTML part as a window would show it, title included. Made when first asked for."""
        text = to_text(self.html) if self.html else ""
        return "\n".join(filter(None, (title(self.html), text))) if self.html else ""

    @property
    def is_machine_mail(self) -> bool:
        """Whether an automatic answer would be wrong."""
        by_machine = self.is_auto_reply or self.is_auto_generated or self.is_bounce or self.is_complaint
        return by_machine or self.wants_no_answer or bool(self.list_id)

    def as_json(self) -> dict[str, object]:
        """The fields of the `sira parse` contract, no more and no less."""
        return {
            "from_addr": self.sender.addr or None,
            "from_name": self.sender.name,
            "to": [address.addr for address in self.to],
            "cc": [address.addr for address in self.cc],
            "people": [[person.addr, person.name] for person in self.people],
            "subject": self.subject,
            "message_id": self.message_id,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references),
            "body_text": self.body_text,
            "html_text": self.html_text,
            "reply_text": self.reply_text,
            "attachments": [{"name": a.name, "size": a.size, "sha256": a.sha256} for a in self.attachments],
            "is_auto_reply": self.is_auto_reply,
            "is_auto_generated": self.is_auto_generated,
            "is_bounce": self.is_bounce,
            "is_complaint": self.is_complaint,
            "bounces": [{"recipient": b.recipient, "status": b.status, "reason": b.reason} for b in self.bounces],
        }
