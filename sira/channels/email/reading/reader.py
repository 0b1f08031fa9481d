"""The way from raw bytes to a Letter."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from . import addresses, automatic, bodies, bounces, quotes, structure
from .cutting import NO_CUTS, Cuts, skeleton
from .headers import Headers
from .letter import Address, Attachment, Letter, digest, digest_of
from .words import one_line

_IDS = re.compile(r"<\s*([^<>\s]+)\s*>")
MOST_REFERENCES = 500
LONGEST_HEAD = 64 * 1024
SHORTENED = "its text is longer than what is shown"


def read(raw: bytes) -> Letter:
    """Whatever the bytes are, a Letter: what can't be read is attached whole, and `trouble` says why."""
    try:
        return _read(raw)
    except Exception as error:  # the mail must reach the desk though this code has a fault
        whole = Attachment("message.eml", raw, "message/rfc822")
        return Letter(digest=digest(raw), attachments=(whole,), trouble=in_words(error), is_broken=True)


def read_file(path: Path) -> Letter:
    """The same for a mail in a file, which may be large: long parts stay there.  Raises what `read` would put down."""
    kept, cuts = skeleton(path)
    letter = _read(kept, cuts)
    return replace(letter, digest=digest_of(path)) if cuts else letter


def read_head(path: Path, *, trouble: str) -> Letter:
    """Who wrote about what: all that is looked at of a mail whose content could not be read."""
    with path.open("rb") as file:
        block, _body = structure.cut(structure.repaired(file.read(LONGEST_HEAD)))
    try:
        letter = replace(_read(block + b"\n"), attachments=(), body_text="", html="", reply_text="")
    except Exception:
        letter = Letter(digest="")
    return replace(letter, digest=digest_of(path), trouble=trouble, is_broken=True)


def in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _read(raw: bytes, cuts: Cuts = NO_CUTS) -> Letter:
    root = structure.parse(raw, cuts)
    headers = root.headers
    headers.charset = headers.charset or _first_charset(root)
    content = bodies.content_of(root)
    text, markup = content.text, content.html
    sender, is_claimed = _sender(headers)
    to, cc = _people_in(headers, "to"), _people_in(headers, "cc")
    failed = bounces.find(root, sender.addr, text)
    marks = automatic.marks(headers, sender.addr, is_bounce=failed.is_bounce, is_complaint=failed.is_complaint)
    return Letter(
        digest=digest(raw),
        sender=sender,
        sender_is_claimed=is_claimed,
        to=to,
        cc=cc,
        reply_to=_people_in(headers, "reply-to"),
        people=_everybody(sender, to, cc),
        subject=_subject(headers),
        date=_date(headers),
        message_id=_first_id(headers.raw("message-id")),
        in_reply_to=_first_id(headers.raw("in-reply-to")),
        references=tuple(_IDS.findall(" ".join(headers.raw_all("references")))[:MOST_REFERENCES]),
        body_text=text,
        reply_text=quotes.new_text(text, markup, text_is_from_html=content.text_is_from_html),
        html=markup.replace("\0", ""),
        attachments=tuple(content.files),
        is_auto_reply=marks.is_auto_reply,
        is_auto_generated=marks.is_auto_generated,
        is_bounce=failed.is_bounce,
        is_complaint=failed.is_complaint,
        bounces=failed.bounces,
        returned_message_ids=failed.returned_message_ids,
        auto_submitted=headers.text("auto-submitted"),
        precedence=headers.text("precedence"),
        list_id=headers.text("list-id"),
        wants_no_answer=automatic.wants_no_answer(headers),
        loop_marks=tuple(headers.text_all("x-loop")),
        return_path=_return_path(headers),
        delivered_to=tuple(
            address.addr
            for name in ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
            for value in headers.raw_all(name)
            for address in addresses.parse(value)
        ),
        authentication_results=tuple(headers.text_all("authentication-results")),
        trouble=SHORTENED if content.is_shortened else "" if headers else "no headers",
    )


def _first_charset(root: structure.Part) -> str:
    return next((part.charset for part in root.walk() if part.charset), "")


def _subject(headers: Headers) -> str:
    return one_line(headers.text("subject"))


def _sender(headers: Headers) -> tuple[Address, bool]:
    """From; where it names no mailbox, whom an answer would go to. And whether From does not say so, or not plainly:
    of several that it names, in one field or more, a server on the way may have judged another."""
    found = addresses.first(headers.raw_all("from"), headers.charset)
    if found.addr:
        real = _real_sender(headers, found)
        is_alone = {other.addr.lower() for other in _people_in(headers, "from")} == {found.addr.lower()}
        is_plain = is_alone and addresses.stands_plainly(found.addr, headers.raw_all("from"))
        return real, not is_plain or real.addr.lower() != found.addr.lower()
    for name in ("reply-to", "sender"):
        other = addresses.first(headers.raw_all(name), headers.charset)
        if other.addr:
            return Address(other.addr, other.name or found.name), True
    return found, False


def _real_sender(headers: Headers, found: Address) -> Address:
    """Lists that rewrite From to pass DMARC keep the writer in X-Original-From and Reply-To; both must agree."""
    original = addresses.first(headers.raw_all("x-original-from"), headers.charset)
    if original.addr:
        reply_to = addresses.first(headers.raw_all("reply-to"), headers.charset)
        if reply_to.addr.lower() == original.addr.lower():
            return original
    return found


def _people_in(headers: Headers, name: str) -> tuple[Address, ...]:
    return tuple(a for value in headers.raw_all(name) for a in addresses.parse(value, headers.charset))


def _everybody(*groups: Address | tuple[Address, ...]) -> tuple[Address, ...]:
    """Each person once, by address in lower case, with the first name given."""
    people: dict[str, str] = {}
    for group in groups:
        for address in (group,) if isinstance(group, Address) else group:
            if address.addr:
                key = address.addr.lower()
                people[key] = people.get(key) or _proper(address.name)
    return tuple(Address(addr, name) for addr, name in people.items())


def _proper(name: str) -> str:
    """A person's name as one would file it: `Doe, Jane (IT)` and `jane doe` are put right, an address is no name."""
    name = re.sub(r"\s*\([^()]*\)$", "", name) or name
    if "@" in name and " " not in name:
        return ""
    if name.count(",") == 1:
        last, first = name.split(",")
        if last.strip() and first.strip() and len(first.split()) <= 3:
            name = f"{first.strip()} {last.strip()}"
    name = re.sub(r"\s+", " ", name).strip()
    return name.title() if " " in name and name == name.lower() else name


def _first_id(value: str) -> str:
    match = _IDS.search(value)
    return match[1] if match else value.strip().strip("<>").split(" ")[0]


def _return_path(headers: Headers) -> str | None:
    if "return-path" not in headers:
        return None
    return addresses.first(headers.raw_all("return-path")).addr


def _date(headers: Headers) -> datetime | None:
    try:
        found = parsedate_to_datetime(headers.raw("date")[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
