"""Parts that are files: their bytes and their names."""

from __future__ import annotations

import re

from . import transfer
from .headers import Headers, split
from .structure import Part, cut
from .words import decode_words

_EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "message/rfc822": ".eml",
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "application/pdf": ".pdf",
    "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s", "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt", "application/zip": ".zip", "text/csv": ".csv", "image/svg+xml": ".svg",
}  # fmt: skip


def bytes_of(part: Part) -> bytes:
    """The decoded content; of a part that lies outside its beginning."""
    return transfer.decoded(part.cuts.before(part.body), part.headers.raw("content-transfer-encoding"))


def name_of(part: Part) -> str:
    name = clean_name(decode_words(part.filename, part.charset))
    other = clean_name(decode_words(part.params.get("name", ""), part.charset))
    if "?" in name and "?" not in other and len(name) == len(other):
        name = other  # the first was squeezed into a character set that lacks its letters
    if name:
        return name
    if part.content_type == "message/rfc822":
        inner = cut(bytes_of(part))[0]
        subject = Headers(split(inner)).text("subject")
        name = clean_name(subject)
        return (name or "message") + ".eml"
    return "attachment" + _EXTENSIONS.get(part.content_type, ".bin")


def clean_name(name: str) -> str:
    """A file name without folders, control characters and needless length; its ending is kept."""
    name = (
        re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+", " ", name).replace("\\", "/").rpartition("/")[2].strip()
    )
    if len(name.encode("utf-8", "replace")) > 240:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if len(ending) < 12 else ""
        name = (stem or name).encode("utf-8", "replace")[:200].decode("utf-8", "ignore") + ending
    return name if name not in (".", "..") else ""
