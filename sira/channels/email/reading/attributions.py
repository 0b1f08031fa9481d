"""The line above a quote that says who wrote it and when: `On <date>, <name> wrote:`."""

from __future__ import annotations

import re

from . import phrases

LONGEST_ATTRIBUTION = 400
_COLONS = (":", "：", "﹕")
_WROTE_WITHIN = re.compile(rf"(?:^|[\s\"'>)])(?:{phrases.WROTE})[\s,\"'<(]", re.IGNORECASE)
_STARTS = re.compile(rf"^[\s>*]*(?:{phrases.ON})", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+'-]+@[\w.-]+")
_TIME = re.compile(r"\d{1,2}\s?[:.hH]\s?\d{2}|\b(?:19|20)\d\d\b|[۰-۹٠-٩]{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_BRACKETED = re.compile(r"^\s*<[^\s<>@]+@[^\s<>@]+>")
QUOTED = re.compile(r"^[ \t]{0,3}(?:>|&gt;)")


def next_text(lines: list[str], at: int) -> int | None:
    return next((i for i in range(at, min(len(lines), at + 12)) if lines[i].strip()), None)


def end_of_attribution(lines: list[str], at: int) -> int | None:
    """The last line of `On <date>, <name> wrote:` if one begins here, which may be broken into up to four lines."""
    if not _ends_like_attribution(lines[at]) and not (
        any(map(_ends_like_attribution, lines[at + 1 : at + 4]))
        and (_STARTS.match(lines[at]) or _is_name_above_address(lines, at))
    ):
        return None
    text = ""
    for end in range(at, min(len(lines), at + 4)):
        line = lines[end].strip()
        if not line:
            return None
        text = f"{text} {line}".strip()
        if len(text) > LONGEST_ATTRIBUTION:
            return None
        if _ends_like_attribution(line) and _is_attribution(
            text, single=end == at, quoted_next=_quoted_at(lines, end + 1)
        ):
            return end
    return None


def _is_name_above_address(lines: list[str], at: int) -> bool:
    """A name alone above `<its address>, …`, where a mail program broke the line between them."""
    stands_first = at == 0 or not lines[at - 1].strip()
    return stands_first and len(lines[at]) < 60 and bool(_BRACKETED.match(lines[at + 1]))


def _quoted_at(lines: list[str], at: int) -> bool:
    following = next_text(lines, at)
    return following is not None and bool(QUOTED.match(lines[following]))


def _ends_like_attribution(line: str) -> bool:
    return line.rstrip(" *_").endswith(_COLONS) or _says_wrote(line)


def _says_wrote(text: str) -> bool:
    return text[-60:].rstrip(" *_:：﹕").lower().endswith(phrases.WROTE_ENDINGS)


def _is_attribution(text: str, *, single: bool, quoted_next: bool) -> bool:
    dated, addressed = bool(_TIME.search(text)), "@" in text and bool(_ADDRESS.search(text))
    if not (dated or addressed or quoted_next):
        return False
    colon = text.rstrip(" *_").endswith(_COLONS)
    if _says_wrote(text):
        if dated and (colon or addressed):
            return bool(_STARTS.match(text)) or addressed
        return (addressed or quoted_next) and colon
    if not colon:
        return False
    if _WROTE_WITHIN.search(text) and dated and (addressed or _STARTS.match(text)):
        return True
    if dated and addressed and re.search(r"[>\])\"']\s*[:：]?\W*$", text):
        return quoted_next or bool(_STARTS.match(text))
    return single and quoted_next and addressed and len(text) < 150
