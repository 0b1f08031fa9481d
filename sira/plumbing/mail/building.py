"""Makes an outgoing message into bytes; the same `Outgoing` always gives the same, so a retry sends what was sent."""

import base64
import hashlib
import quopri
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from sira.plumbing.mail import headers

LINE_OF_BASE64 = 57  # bytes that fill 76 characters
PIECE = 1024 * LINE_OF_BASE64
PLAIN_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*\Z")
OUR_FIELDS = re.compile(
    "(from|to|b?cc|sender|reply-to|subject|date|message-id|in-reply-to|references|auto-submitted|mime-version"
    "|x-auto-response-suppress|content-.*)\\Z"
)


@dataclass(frozen=True)
class Attachment:
    """name: as the receiver shall see it.  open: gives the content in pieces, from the start each time.

    content_id: of a picture that the HTML shows by `cid:`, without angle brackets.
    """

    name: str
    content_type: str
    open: Callable[[], Iterable[bytes]]
    content_id: str = ""


@dataclass(frozen=True)
class Outgoing:
    """A message as the desk means it; nothing in it needs to be safe for a header. People are (name, address) pairs.

    message_id: with its angle brackets, chosen once and kept.  at: aware; the Date.  reply_to: the address with the
    ticket's key.  auto_submitted: empty for what a person wrote, else auto-generated or auto-replied (RFC 3834).
    """

    from_name: str
    from_addr: str
    to: tuple[tuple[str, str], ...]
    subject: str
    text: str
    message_id: str
    at: datetime
    html: str = ""
    cc: tuple[tuple[str, str], ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    auto_submitted: str = ""
    attachments: tuple[Attachment, ...] = ()
    extra_headers: tuple[tuple[str, str], ...] = ()


def build(message: Outgoing) -> bytes:
    """The whole message, RFC 5322 with CRLF.  Raises BadAddress, ValueError for a field this module writes itself."""
    return b"".join(pieces(message))


def pieces(message: Outgoing) -> Iterator[bytes]:
    """The same in pieces of some ten kilobytes, so that large attachments are never in memory whole."""
    yield _head(message)
    shown = [one for one in message.attachments if one.content_id and message.html]
    beside = [one for one in message.attachments if one not in shown]
    if not beside:
        yield from _body(message, shown)
        return
    boundary = _boundary(message, "mixed")
    yield f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n\r\n--{boundary}\r\n'.encode()
    yield from _body(message, shown)
    yield from _parts(beside, boundary)


def _body(message: Outgoing, shown: Sequence[Attachment]) -> Iterator[bytes]:
    """The text in its kinds, and the pictures that its HTML shows (RFC 2387)."""
    if not shown:
        yield _alternatives(message)
        return
    boundary = _boundary(message, "related")
    fields = f'Content-Type: multipart/related; type="multipart/alternative";\r\n boundary="{boundary}"\r\n\r\n'
    yield f"{fields}--{boundary}\r\n".encode()
    yield _alternatives(message)
    yield from _parts(shown, boundary)


def _parts(attachments: Iterable[Attachment], boundary: str) -> Iterator[bytes]:
    """The rest of a multipart whose first part was written."""
    for attachment in attachments:
        yield f"\r\n--{boundary}\r\n".encode()
        yield from _attachment(attachment)
    yield f"\r\n--{boundary}--\r\n".encode()


def _head(message: Outgoing) -> bytes:
    answers_to = [(message.from_name, message.reply_to)] if message.reply_to else []
    fields = [
        headers.addresses_field("From", [(message.from_name, message.from_addr)]),
        headers.addresses_field("To", message.to),
        headers.addresses_field("Cc", message.cc),
        headers.addresses_field("Reply-To", answers_to),
        headers.text_field("Subject", message.subject),
        headers.raw_field("Date", format_datetime(message.at.astimezone(UTC))),
        headers.ids_field("Message-ID", [message.message_id]),
        headers.ids_field("In-Reply-To", [message.in_reply_to]),
        headers.ids_field("References", message.references),
    ]
    if message.auto_submitted:
        fields.append(headers.text_field("Auto-Submitted", message.auto_submitted))
        fields.append(headers.raw_field("X-Auto-Response-Suppress", "All"))  # what Exchange heeds instead of RFC 3834
    for name, value in message.extra_headers:
        if OUR_FIELDS.match(name.lower()):
            raise ValueError(f"{name} is written from its own field of Outgoing")
        fields.append(headers.text_field(name, value))
    fields.append(headers.raw_field("MIME-Version", "1.0"))
    return b"".join(fields)


def _alternatives(message: Outgoing) -> bytes:
    """The body as its own part: header fields, an empty line, content."""
    text = _text_part("plain", message.text)
    if not message.html:
        return text
    boundary = _boundary(message, "alternative")
    line = f"--{boundary}".encode()
    start = f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return b"%b%b\r\n%b\r\n%b\r\n%b\r\n%b--\r\n" % (start, line, text, line, _text_part("html", message.html), line)


def _text_part(kind: str, text: str) -> bytes:
    encoding, content = _encoded(text)
    charset = "us-ascii" if encoding == "7bit" else "utf-8"
    fields = f'Content-Type: text/{kind}; charset="{charset}"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return fields.encode() + content


def _encoded(text: str) -> tuple[str, bytes]:
    """The content and its transfer encoding: as it is where that is safe, else whichever is shorter."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = text.encode("utf-8", "replace")
    if not data.endswith(b"\n"):
        data += b"\n"
    if _safe_as_it_is(data):
        return "7bit", data.replace(b"\n", b"\r\n")
    others = sum(byte > 126 for byte in data)
    if others * 6 > len(data):
        return "base64", _base64_lines(data.replace(b"\n", b"\r\n"))
    # Mail stores write ">From " where a line starts with "From "; quoted, it has no such line.
    quoted = re.sub(rb"(?m)^From ", b"=46rom ", quopri.encodestring(data))
    return "quoted-printable", quoted.replace(b"\n", b"\r\n")


def _safe_as_it_is(data: bytes) -> bool:
    return (
        data.isascii()
        and not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|(?m:^From |^--=_|[ \t]$)", data)
        and all(len(line) <= headers.LONGEST_LINE for line in data.split(b"\n"))
    )


def _attachment(attachment: Attachment) -> Iterator[bytes]:
    # RFC 2046 5.2.1: a message part may not be base64, a multipart would be opened; as plain bytes both arrive whole.
    kind = attachment.content_type.strip().lower()
    if not PLAIN_TYPE.match(kind) or len(kind) > 120 or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    name = file_name(attachment.name)
    shown = "Content-Disposition: attachment"
    if attachment.content_id:
        cid = re.sub(r"[^A-Za-z0-9.@_-]", "", attachment.content_id)
        shown = f"Content-ID: <{cid}>\r\nContent-Disposition: inline"
    yield (
        f"Content-Type: {kind}{headers.parameter('name', headers.in_ascii(name))}\r\n"
        f"Content-Transfer-Encoding: base64\r\n"
        f"{shown}{headers.parameter('filename', name)}\r\n\r\n"
    ).encode()
    for piece in _pieces_of(attachment.open()):
        yield _base64_lines(piece)


def file_name(name: str) -> str:
    """The name without folders, what no file system takes, and too much length; the extension stays."""
    name = re.sub(r'[<>:"|?*]', "_", re.split(r"[/\\]", headers.clean(name))[-1]).strip(". ") or "file"
    stem, dot, extension = name.rpartition(".")
    if len(name) > 120 and dot and len(extension) <= 16:
        return f"{stem[: 119 - len(extension)]}.{extension}"
    return name[:120]


def _pieces_of(content: Iterable[bytes]) -> Iterator[bytes]:
    """The content cut so that each piece but the last fills whole lines of base64."""
    kept = b""
    for chunk in content:
        kept += chunk
        whole = len(kept) - len(kept) % PIECE
        for start in range(0, whole, PIECE):
            yield kept[start : start + PIECE]
        kept = kept[whole:]
    yield kept


def _base64_lines(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _boundary(message: Outgoing, kind: str) -> str:
    """Fixed by the message id; `=_` stands in no quoted-printable and no base64 text."""
    return f"=_{hashlib.sha256(message.message_id.encode('utf-8', 'replace')).hexdigest()[:32]}_{kind}"
