"""What stands below a letter: signatures, notes of devices, footers of lists."""

from __future__ import annotations

import re

from . import phrases

MOST_LINES = 25  # a signature is looked for in so many lines at the end
LONGEST_LINE = 120

_DELIMITER = re.compile(r"^\s{0,3}(?:--|- -|—|__|––)\s?$")
_LONG_DELIMITER = re.compile(r"^\s*(?:_{5,}|—{3,}|–{5,}|\*{5,}|={5,}|-{5,})\s*$")
_SENT_FROM = re.compile(rf"^[\s>*_(\[]*(?:{phrases.SENT_FROM})(?:\b|(?<=\W)|$)[^,;!?]{{0,60}}$", re.IGNORECASE)
_CLOSING = re.compile(rf"^[\s*]*(?:{phrases.CLOSING})[\s,.!*]*$", re.IGNORECASE)
_NAME_AFTER_DASH = re.compile(r"^\s{0,3}[-–—~]\s?[A-ZÀ-ÝА-Я][\w.'-]+(?: [A-ZÀ-ÝА-Я][\w.'-]*){0,3}\s*$")
_LIST_FOOTER = re.compile(phrases.LIST_FOOTER, re.IGNORECASE)
_LINK = re.compile(r"<?(?:https?://|mailto:)[^\s>]+>?")


def without_signature(lines: list[str]) -> list[str]:
    """The letter's lines, cut where its signature begins. A letter is never cut to nothing by a doubtful mark."""
    lines = _trimmed(lines)
    for cut in (_at_delimiter, _at_device_note, _at_list_footer, _at_closing, _at_dashed_name):
        at = cut(lines)
        if at is not None:
            lines = _trimmed(lines[:at])
    return lines


def _trimmed(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _tail(lines: list[str], count: int = MOST_LINES) -> range:
    return range(max(0, len(lines) - count), len(lines))


def _at_delimiter(lines: list[str]) -> int | None:
    for at in range(len(lines)):
        if _DELIMITER.match(lines[at]) and (lines[at].strip() == "--" or at >= len(lines) - 12):
            return at
    for at in _tail(lines, 10):
        if _LONG_DELIMITER.match(lines[at]) and at > 0 and lines[at].strip()[0] in "—–_" and _short(lines[at + 1 :]):
            return at
    return None


def _at_device_note(lines: list[str]) -> int | None:
    """`Sent from my …`: what follows it is a quote whose mark was lost."""
    for at, line in enumerate(lines):
        bare = _LINK.sub("", line).strip().rstrip(".") if len(line) < 400 else line
        stands_apart = at == 0 or not lines[at - 1].strip() or at >= len(lines) - 2
        if stands_apart and len(bare) <= 70 and _SENT_FROM.match(bare) and not line.rstrip().endswith((",", ";", ":")):
            return at
    return None


def _at_list_footer(lines: list[str]) -> int | None:
    for at in _tail(lines, 12):
        if _LONG_DELIMITER.match(lines[at]) and any(_LIST_FOOTER.search(line[:500]) for line in lines[at + 1 :]):
            return at
    return None


def _at_closing(lines: list[str]) -> int | None:
    """`Best regards` and a name: a name alone, a thank-you, or a closing with nothing below stay."""
    for at in _tail(lines, 15):
        below = [line for line in lines[at + 1 :] if line.strip()]
        if at > 0 and len(lines[at]) < 60 and _CLOSING.match(lines[at]) and below and _short(below):
            return at
    return None


def _at_dashed_name(lines: list[str]) -> int | None:
    last = len(lines) - 1
    return last if last > 0 and _NAME_AFTER_DASH.match(lines[last]) and not lines[last - 1].strip() else None


def _short(lines: list[str]) -> bool:
    written = [line for line in lines if line.strip()]
    return len(written) <= 12 and all(len(line) <= LONGEST_LINE for line in written)
