"""The part of a mail that its sender wrote now.

A letter is looked at line by line. Where somebody else's mail begins (a line of attribution, a header block, a titled
rule), the rest goes, unless the sender's own words come back below: answers between quotes are kept with
the quotes they answer. Each rule looks at a bounded number of lines, so the whole is linear.
"""

from __future__ import annotations

import re

from . import phrases
from .attributions import QUOTED, end_of_attribution, next_text
from .html_quotes import QUOTED_FROM_HERE, marks_quotes, text_with_marks
from .signatures import without_signature
from .signed import without_armour

LONGEST = 200_000  # characters that are looked at
MOST_LINES = 4_000
_HEADER_NAMES = {
    kind: re.compile(rf"^[\s>*_|•]*(?:{names})\s?[*_]*\s?[:：]", re.IGNORECASE)
    for kind, names in (
        ("from", phrases.FROM), ("date", phrases.DATE), ("to", phrases.TO), ("subject", phrases.SUBJECT),
        ("copy", phrases.COPY),
    )
}  # fmt: skip
_ANY_HEADER = re.compile(
    rf"^[\s>*_|•]*(?:{phrases.FROM}|{phrases.DATE}|{phrases.TO}|{phrases.SUBJECT}|{phrases.COPY})\s?[*_]*\s?[:：]",
    re.IGNORECASE,
)
_TITLED_RULE = re.compile(
    rf"^[\s>*]*[-_=—]{{2,}}\s*(?:{phrases.ORIGINAL_MESSAGE})\s*:?\s*[-_=—]{{2,}}\W*$", re.IGNORECASE
)
_PROCESSED = re.compile(r"^original message processed by ", re.IGNORECASE)
_BEGIN_FORWARDED = re.compile(rf"^[\s>*]*(?:{phrases.BEGIN_FORWARDED})\s?:?[\s*]*$", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:_{10,}|-{10,}|={10,}|\*{10,}|[-_]{3}|—{5,})\s*$")
_REPLY_ABOVE = re.compile(phrases.REPLY_ABOVE, re.IGNORECASE)
_PREVIOUS = re.compile(rf"^[\s*_#-]*(?:{phrases.PREVIOUS})[\s*_:#-]*$", re.IGNORECASE)


def new_text(text: str, markup: str, *, text_is_from_html: bool) -> str:
    """The sender's own words.

    text: the mail's text.  markup: its HTML, which tells quotes better where `text` was made from it.
    """
    if text_is_from_html and marks_quotes(markup):
        text = text_with_marks(markup)
    if len(text) > LONGEST:
        text = text[:LONGEST]
    text = without_armour(text.replace("\u200b", "").replace("\r\n", "\n"))
    lines = text.split("\n")[:MOST_LINES]
    return _own([line.rstrip() for line in lines])


def _own(lines: list[str]) -> str:
    kept = _without_quotes(lines)
    found = "\n".join(without_signature(kept)).strip()
    if found:
        return found
    whole = [line for line in lines if line != QUOTED_FROM_HERE]
    return "\n".join(without_signature(_below_headers(lines)) or kept).strip() or "\n".join(whole).strip()


def _below_headers(lines: list[str]) -> list[str]:
    """A mail that begins with a quote's header has its words below it, as when someone forwards without a comment."""
    at = 0
    while at < len(lines):
        if (
            not lines[at].strip()
            or _ANY_HEADER.match(lines[at])
            or _TITLED_RULE.match(lines[at])
            or _RULE.match(lines[at])
        ):
            at += 1
            continue
        if _BEGIN_FORWARDED.match(lines[at]) or lines[at] == QUOTED_FROM_HERE or _REPLY_ABOVE.search(lines[at]):
            at += 1
            continue
        if (end := end_of_attribution(lines, at)) is not None:
            at = end + 1
            continue
        break
    rest = lines[at:]
    return (
        [line[1:].lstrip() if QUOTED.match(line) else line for line in rest]
        if all(QUOTED.match(line) or not line.strip() for line in rest)
        else _without_quotes(rest)
    )


def _without_quotes(lines: list[str]) -> list[str]:
    blocks: list[tuple[bool, list[str]]] = []  # (quoted, lines), in turn

    def add(quoted: bool, line: str) -> None:
        if blocks and (blocks[-1][0] == quoted or not line.strip()):
            blocks[-1][1].append(line)
        else:
            blocks.append((quoted, [line]))

    at = 0
    while at < len(lines):
        line = lines[at]
        if QUOTED.match(line):
            add(True, line)
            at += 1
            continue
        if line.strip():
            end = end_of_attribution(lines, at)
            if end is not None:
                following = next_text(lines, end + 1)
                if following is None or not QUOTED.match(lines[following]):
                    break
                at = end + 1  # quoted lines follow and speak for themselves
                continue
            if _ends_the_letter(lines, at):
                break
        add(False, line)
        at += 1
    return _answers(blocks)


def _answers(blocks: list[tuple[bool, list[str]]]) -> list[str]:
    while blocks and blocks[-1][0]:
        blocks.pop()
    own = sum(not quoted for quoted, _ in blocks)
    quotes = len(blocks) - own
    tail = blocks[-1][1] if blocks else []
    if quotes and own > 1 and not "\n".join(without_signature(tail)).strip():
        return _answers(blocks[:-1])  # only a signature or a list's footer stands below the quote
    # One quote and one answer below or around it: the answer is enough. More of them are a conversation.
    if quotes > 1:
        return [line for _, block in blocks for line in block]
    return [line for quoted, block in blocks if not quoted for line in block]


def _ends_the_letter(lines: list[str], at: int) -> bool:
    """Whether another's mail begins at this line, all the rest being it."""
    line = lines[at]
    if line == QUOTED_FROM_HERE or (
        len(line) < 200
        and (
            _TITLED_RULE.match(line) or _BEGIN_FORWARDED.match(line) or _PREVIOUS.match(line) or _PROCESSED.match(line)
        )
    ):
        return True
    if len(line) < 300 and _line_is_mentioned(line) and _REPLY_ABOVE.search(line):
        return True
    if _RULE.match(line):
        following = next_text(lines, at + 1)
        return following is not None and (_is_header_block(lines, following) or bool(_PREVIOUS.match(lines[following])))
    return _is_header_block(lines, at)


def _line_is_mentioned(line: str) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in phrases.LINE)


def _is_header_block(lines: list[str], at: int) -> bool:
    """From, Sent, To, Subject in any order and language: three of them within a few lines, the sender among them."""
    if not (":" in lines[at][:60] or "：" in lines[at][:60]) or not _ANY_HEADER.match(lines[at]):
        return False
    kinds: set[str] = set()
    misses = 0
    for line in lines[at : at + 10]:
        found = next(
            (kind for kind, pattern in _HEADER_NAMES.items() if pattern.match(line) and kind not in kinds), None
        )
        if found:
            kinds.add(found)
            for kind in ("to", "subject"):  # `To: … Subject: …` in one line
                if kind != found and re.search(
                    rf"\s(?:{phrases.SUBJECT if kind == 'subject' else phrases.TO})\s?:\s", line, re.I
                ):
                    kinds.add(kind)
        elif line.strip():
            misses += 1
            if misses > 3:
                break
    return "from" in kinds and len(kinds - {"copy"}) >= 3
