"""Why a mail came back: from the server's reply to one word and an RFC 3463 status.

The words are those that bounce tools commonly use.
"""

from __future__ import annotations

import re

from . import replies

# The last two digits of a status that had to be made up, grouped as RFC 3463 groups its own: 1 address, 2 mailbox,
# 3 mail system, 4 network, 5 protocol, 6 content, 7 and 8 policy.
REASONS = {
    "undefined": 0, "onhold": 1, "syntaxerror": 2, "norelaying": 9, "filtered": 10, "userunknown": 11,
    "hostunknown": 12, "hasmoved": 16, "rejected": 18, "suspend": 21, "mailboxfull": 22, "exceedlimit": 23,
    "systemerror": 30, "systemfull": 31, "notaccept": 32, "mesgtoobig": 34, "mailererror": 39, "networkerror": 44,
    "toomanyconn": 45, "speeding": 46, "expired": 47, "notcompliantrfc": 50, "contenterror": 60, "securityerror": 70,
    "blocked": 71, "virusdetected": 72, "requireptr": 73, "authfailure": 74, "badreputation": 75,
    "failedstarttls": 76, "policyviolation": 77, "spamdetected": 80,
}  # fmt: skip

# What a code says when the words don't help. Longest prefix first.
_BY_STATUS: tuple[tuple[str, str], ...] = (
    (".7.606", "blocked"), (".7.5", "blocked"), (".7.6", "badreputation"), (".7.25", "requireptr"),
    (".7.26", "authfailure"), (".7.27", "notaccept"), (".7.20", "authfailure"), (".7.23", "authfailure"),
    (".7.24", "authfailure"), (".7.13", "suspend"), (".7.9", "policyviolation"), (".7.1", "securityerror"),
    (".7.0", "securityerror"), (".7", "securityerror"), (".1.10", "notaccept"), (".1.1", "userunknown"),
    (".1.0", "userunknown"), (".1.2", "hostunknown"), (".1.3", "userunknown"), (".1.4", "userunknown"),
    (".1.6", "hasmoved"), (".1.7", "rejected"), (".1.8", "rejected"), (".1.9", "expired"), (".2.1", "suspend"),
    (".2.2", "mailboxfull"), (".2.3", "exceedlimit"), (".2.0", "filtered"), (".3.1", "systemfull"),
    (".3.2", "notaccept"), (".3.3", "systemerror"), (".3.4", "mesgtoobig"), (".3.5", "systemerror"),
    (".3.0", "systemerror"), (".4.1", "expired"), (".4.2", "networkerror"), (".4.3", "systemerror"),
    (".4.4", "hostunknown"), (".4.5", "systemerror"), (".4.6", "networkerror"), (".4.7", "expired"),
    (".4.0", "networkerror"), (".5.4", "networkerror"), (".5.3", "toomanyconn"), (".5", "syntaxerror"),
    (".6", "contenterror"),
)  # fmt: skip

_CERTAIN = {".7.26", ".7.25", ".2.2", ".3.4", ".1.6", ".4.6", ".7.606", ".1.8", ".7.27", ".3.1"}
_AT_RCPT = re.compile(r"rcpt|recipient address rejected|not like recipient|invalid recipient")

# Not part of an address, a version or a longer number.
_STATUS = re.compile(r"(?<![\d.\w])([245])\.(\d{1,2}|[0-9])\.(\d{1,3})(?![\d\w]|\.\d)")
_REPLY = re.compile(r"(?<![\d.\w/\[-])([45]\d\d)(?=[ :-](?!\d{2,}))")
_CODED_REPLY = re.compile(r"(?<!\d)([45]\d\d)[ -]+(?:\d{3}[ -]+)?#?([45])\.(\d{1,2})\.(\d{1,3})(?![\d.])")


def statuses_in(text: str) -> list[str]:
    """Enhanced codes a text gives, those that stand behind a reply code first: other numbers may only look alike."""
    coded = [f"{m[2]}.{m[3]}.{m[4]}" for m in _CODED_REPLY.finditer(text)]
    return coded or [m[0] for m in _STATUS.finditer(text) if m[1] in "45" and int(m[2]) <= 7]


def reply_code_in(text: str) -> str:
    match = _REPLY.search(text)
    return match[1] if match else ""


def status_of(field: str, text: str, reason: str, *, temporary: bool) -> str:
    """The code of a failure.

    field: the report's own Status, may be empty; it is the reporting server's, so what the refusing server said in
    `text` goes before it, unless that is less exact.
    """
    said = statuses_in(text)
    exact = [status for status in said if not status.endswith(".0")] or [s for s in said if not s.endswith(".0.0")]
    if exact:
        return exact[-1]
    found = _STATUS.search(field)
    if found and not (said and found[0].endswith(".0.0")):
        return found[0]
    if said:
        return said[-1]
    code = reply_code_in(text)
    digit = code[0] if code else "4" if temporary else "5"
    return f"{digit}.0.9{REASONS.get(reason, 0):02d}"


def from_words(status: str, text: str) -> str:
    """The reason that words give, empty where none is known. status: the code of the failure, for doubtful words."""
    said = re.sub(r"https?://\S+", " ", text[:3_000].lower())
    said = re.sub(r"\b\d{3}-\d\.\d{1,3}\.\d{1,3}\b", " ", said)  # at the head of each line of a long reply
    said = re.sub(r"\s+", " ", said)
    for word, pattern in replies.BY_TEXT:
        if pattern.search(said):
            return _unknown_or_filtered(status, said) if word == "userunknown" else word
    return ""


def from_status(status: str) -> str:
    """The reason that a code stands for, empty for codes that leave it open."""
    return next((word for prefix, word in _BY_STATUS if status[1:].startswith(prefix)), "")


def certain_from_status(status: str) -> str:
    """As `from_status`, but only for codes that servers use with care."""
    return from_status(status) if status[1:] in _CERTAIN else ""


def _unknown_or_filtered(status: str, said: str) -> str:
    """A server that took the recipient first and refused after the text has filtered, whatever it calls it."""
    if status[1:].startswith(".1.") or _AT_RCPT.search(said):
        return "userunknown"
    return "filtered" if reply_code_in(said) or status else "userunknown"
