"""HTML cut into tags and texts.

`html.parser` of the library has cost quadratic time on damaged markup in several of its versions, and mail is full of
such markup.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from typing import NamedTuple

_TAG = re.compile(
    r"<(?:(?P<close>/)?(?P<name>[A-Za-z][A-Za-z0-9:_-]*+)"
    r"(?P<attrs>[^\"'>]*+(?:(?:\"[^\"]*+\"|'[^']*+')[^\"'>]*+)*+)>)"
)
_ATTRIBUTE = re.compile(r"([A-Za-z_:][\w:.-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_RAW_ENDS = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "title")}


class Token(NamedTuple):
    """A piece of HTML: kind is "text", "open" or "close"; attrs is the unread inside of the tag."""

    kind: str
    value: str
    attrs: str = ""


def tokens(markup: str) -> Iterator[Token]:
    """Cuts markup into tags and texts. Linear: the end of a construct that was sought in vain is not sought again."""
    position, failures = 0, 0
    comments_end = True
    raw_until = ""
    while position < len(markup):
        start = markup.find("<", position)
        if start < 0:
            yield Token("text", markup[position:])
            return
        if start > position:
            yield Token("text", markup[position:start])
        following = markup[start + 1 : start + 2]
        if following in "!?" and following:
            end = markup.find("-->", start) if markup.startswith("<!--", start) and comments_end else -2
            if end == -1:
                comments_end = False
            if end < 0:
                end = markup.find(">", start)
                position = len(markup) if end < 0 else end + 1
            else:
                position = end + 3
            continue
        match = _TAG.match(markup, start) if failures < 20 else None
        if match is not None:
            name = match["name"].lower()
            position = match.end()
            yield Token("close" if match["close"] else "open", name, match["attrs"])
            if not match["close"] and name in _RAW_ENDS and not raw_until:
                closing = _RAW_ENDS[name].search(markup, position)
                if closing is None:
                    raw_until = name  # never closed: don't look again
                else:
                    position = closing.start()
            continue
        if following.isalpha() or following == "/":
            failures += 1
            end = markup.find(">", start)
            if end < 0:
                if failures < 20 and following.isalpha():
                    return  # the mail was cut off within a tag
                yield Token("text", markup[start:])
                return
            tag = re.match(r"</?([A-Za-z][A-Za-z0-9:_-]*)", markup[start : start + 80])
            if tag:
                yield Token("close" if following == "/" else "open", tag[1].lower(), "")
            position = end + 1
            continue
        yield Token("text", "<")
        position = start + 1


def attribute(attrs: str, name: str) -> str:
    for match in _ATTRIBUTE.finditer(attrs[:20_000]):
        if match[1].lower() == name:
            return entities.unescape(match[2] or match[3] or match[4] or "")
    return ""


def unescape(text: str) -> str:
    # HTML 4, which is what mail is written in, has other characters for these two than HTML 5.
    if "&lang;" in text or "&rang;" in text:
        text = text.replace("&lang;", "\u2329").replace("&rang;", "\u232a")
    return entities.unescape(text)
