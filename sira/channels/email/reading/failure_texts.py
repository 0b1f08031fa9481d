"""Bounces written for people only: who was not reached, and what the servers said about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 60_000  # characters of a report that are looked at

# Where the returned mail begins; what stands below is ours, not the server's.
_RETURNED = re.compile(
    r"^[ \t>*=#-]*(?:"
    r"(?:-+ ?)?(?:this is a copy of (?:the|your) message|(?:the header of the )?original (?:message|mail)\b(?! was)|"
    r"below (?:this line|is a copy)|(?:unsent|returned|undelivered) message|(?:included|enclosed|attached)? "
    r"?(?:is|below) (?:is )?a copy of|"
    r"message headers? follow|start of returned|body of (?:the )?message|text of (?:your|the) (?:message|mail)|"
    r"the (?:body|header|text|first) .{0,40}(?:message|mail)|your (?:original )?(?:message|mail) (?:follows|"
    r"reads|header)|"
    r"original mail as follows|returned mail follows|message (?:text|contents?) follows|"
    r"message header|copy of (?:your|the|this) (?:message|mail)|forwarded message|received message|"
    r"(?:the )?(?:beginning|first \d+ lines) of)"
    r"|-{3,} ?received message"
    r"|(?:-+ ?)?(?:kopie der nachricht|kopia (?:oryginalnej )?wiadomości|(?:özgün|orijinal) (?:ileti|mesaj)|پیام اصلی)"
    r"|received: ?from |received: ?\(|return-path: ?<|message-id: ?<"
    r")",
    re.MULTILINE | re.IGNORECASE,
)
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,100}@(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}")
# A line that names a recipient: the address leads it, but for brackets, bullets and the words that introduce one.
_LEADING = re.compile(
    r"^[ \t>*\"'<(:-]*(?:(?:[245]\d\d[ -])?[ \t]*(?:(?:final |original |bad |invalid |unknown |failed |the )*"
    r"(?:recipient|user|address|mailbox|rcpt to|deliver(?:ed|y)(?: message)?(?: to)?|userid|addressee|for|mailto|"
    r"smtp|rfc822)(?:\(s\)|s)?[ \t]*(?:is|was|:|;)[ \t]*)*)"
    r"[<\"'(]*(?:mailto:)?" + _ADDRESS.pattern,
    re.IGNORECASE,
)
_AFTER_WORDS = re.compile(
    r"(?:deliver\w*(?: (?:your |the |this )?(?:message|mail))?(?: \w+){0,3} to|recipients?(?: \w+){0,4}[: ]|"
    r"unknown user:?|user(?:id)?:|not delivered to|undeliverable to|address(?:es)?[: ]|failed \d+ attempts:|"
    r"mailbox|rcpt to:|could not be (?:sent|delivered) to:?|account|delivery (?:of|for|to)|undeliverable[ \t]+to|"
    r"wiadomości do:?|na adres|odbior(?:ców|cy|ca):?|empfänger:?|alıcı(?:lar)?:|پیام شما به|گیرند(?:ه|گان):|"
    r"errors?:|no such user:?|from reaching|was addressed,|mail to|message to|sent to:?|smtp=)(?:(?<==)|"
    r"[ \t]*[ \t<\"'(:]+)(" + _ADDRESS.pattern + ")",
    re.IGNORECASE,
)
_EXPANDED = re.compile(r"\(expanded from: <?(" + _ADDRESS.pattern + ")", re.IGNORECASE)
_REPLY_LINE = re.compile(r"^\s*(?:<<< )?[45]\d\d[ -].*?<?(" + _ADDRESS.pattern + r")>?", re.IGNORECASE)


@dataclass
class Failure:
    address: str
    said: str


def above_returned_mail(text: str) -> str:
    match = _RETURNED.search(text, min(len(text), 20))
    return text[: match.start()] if match else text


def failures(text: str, not_these: set[str]) -> list[Failure]:
    """Recipients in the order of the report, each with the lines about it.

    not_these: addresses in lower case that the report names without meaning them: its sender, and ours.
    """
    report = above_returned_mail(text[:LONGEST])
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    preface: list[str] = []
    for line in report.split("\n"):
        address = _named_in(line, not_these)
        if address:
            known = next((key for key in found if key.lower() == address.lower()), None)
            current = found[known] if known else found.setdefault(address, [])
        expanded = _EXPANDED.search(line) if current is not None else None
        if expanded and found and next(reversed(found.values())) is current:
            found.popitem()  # an alias of theirs; what we wrote to is the address it came from
            current = found.setdefault(expanded[1], [])
        if line.strip():
            (preface if current is None else current).append(line.strip())
    before = " ".join(preface)
    if not found:
        found = _named_as_to(report, not_these)
    return [
        Failure(address, " ".join(lines) if _says_something(address, lines) else f"{' '.join(lines)} {before}")
        for address, lines in found.items()
    ]


def _named_as_to(report: str, not_these: set[str]) -> dict[str, list[str]]:
    """`To: address`: in most reports it describes our mail, in a few it is all they say."""
    found = {}
    for match in re.finditer(r"^[ \t]*(?:rcpt )?to[ \t]*:[ \t]*<?(" + _ADDRESS.pattern + ")", report, re.I | re.M):
        if match[1].lower() not in not_these and not _is_no_recipient(match[1]):
            found[match[1]] = report.split("\n")
    return found


def _says_something(address: str, lines: list[str]) -> bool:
    return len(" ".join(lines)) > len(address) + 12


def bare_names(text: str, domain: str) -> list[Failure]:
    """Recipients of a server that names its own users without their domain, on lines of their own."""
    report = above_returned_mail(text[:LONGEST])
    listed = re.search(
        r"following (?:recipient|address|user)[^\n]*(?:\n[^\n]+){0,2}:[ \t]*\n((?:[ \t]+[\w.+-]{1,64}[ \t]*\n?){1,50})",
        report,
    )
    return [Failure(f"{name}@{domain}", report) for name in listed[1].split()] if listed else []


def _named_in(line: str, not_these: set[str]) -> str:
    if "@" not in line or len(line) > 2_000:
        return ""
    leading = _LEADING.match(line)
    for found in (
        _ADDRESS.search(leading[0]) if leading else None,
        _AFTER_WORDS.search(line),
        _REPLY_LINE.match(line),
    ):
        if found is None:
            continue
        address = (found[1] if found.re.groups else found[0]).strip("'").rstrip(".")
        if address.lower() not in not_these and not _is_no_recipient(address):
            return address
    return ""


def _is_no_recipient(address: str) -> bool:
    local = address.partition("@")[0].lower()
    return local in ("postmaster", "mailer-daemon", "abuse", "support", "helpdesk") or len(local) > 80
