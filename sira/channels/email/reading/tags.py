"""HTML cut into tags and texts.

`html.parser` of the library has cost quadratic time on damaged markup in several of its versions, and mail is full of
such markup.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_FAILURES = 20

_TAG = re.compile(
    r"<(?:(?P<close>/)?(?P<name>[A-Za-z][A-Za-z0-9:_-]*+)"
    r"(?P<attrs>[^\"'>]*+(?:(?:\"[^\"]*+\"|'[^']*+')[^\"'>]*+)*+)>)"
)
_NAME = re.compile(r"<(/)?([A-Za-z][A-Za-z0-9:_-]*)")
_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
_RAW_ENDS = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "title")}


class Token(NamedTuple):
    """A piece of HTML: kind is "text", "open" or "close"; attrs is the unread inside of the tag."""

    kind: str
    value: str
    attrs: str = ""


def tokens(markup: str) -> Iterator[Token]:
    """Cuts markup into tags and texts. Linear: the end of a construct that was sought in vain is not sought again."""
    return _Scanner(markup).tokens()


class _Scanner:
    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.position = 0
        self.failures = 0  # tags whose quotes don't close: after many of them, quotes are not looked at any more
        self.comments_end = True
        self.raw_texts_end = True

    def tokens(self) -> Iterator[Token]:
        while self.position < len(self.markup):
            opening = _OPENING.search(self.markup, self.position)
            if opening is None:
                yield Token("text", self.markup[self.position :])
                return
            start = opening.start()
            if start > self.position:
                yield Token("text", self.markup[self.position : start])
            if self.markup[start + 1] in "!?":
                self.skip_declaration(start)
                continue
            found = _TAG.match(self.markup, start) if self.failures < MOST_FAILURES else None
            token = self.tag(found) if found else self.broken_tag(start)
            if token is not None:
                yield token

    def skip_declaration(self, start: int) -> None:
        end = -1
        if self.comments_end and self.markup.startswith("<!--", start):
            end = self.markup.find("-->", start) + 2
            self.comments_end = end > 1
        if end < 2:
            end = self.markup.find(">", start)
        self.position = end + 1 if end >= 0 else len(self.markup)

    def tag(self, found: re.Match[str]) -> Token:
        name = found["name"].lower()
        self.position = found.end()
        if found["close"]:
            return Token("close", name)
        if name in _RAW_ENDS and self.raw_texts_end:
            closing = _RAW_ENDS[name].search(self.markup, self.position)
            self.raw_texts_end = closing is not None
            self.position = closing.start() if closing else self.position
        return Token("open", name, found["attrs"])

    def broken_tag(self, start: int) -> Token | None:
        """A tag whose quotes don't close ends at the next `>`; without any, the mail was cut off within it."""
        self.failures += 1
        end = self.markup.find(">", start)
        self.position = end + 1 if end >= 0 else len(self.markup)
        name = _NAME.match(self.markup[start : start + 80])
        if name is None or end < 0:
            return None
        return Token("close" if name[1] else "open", name[2].lower())


def unescape(text: str) -> str:
    # HTML 4, which is what mail is written in, has other characters for these two than HTML 5.
    if "&lang;" in text or "&rang;" in text:
        text = text.replace("&lang;", "\u2329").replace("&rang;", "\u232a")
    return entities.unescape(text)
