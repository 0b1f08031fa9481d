"""Text of an expression -> tokens.

FEEL names may hold spaces and signs (`Applicant data`, `Date-Time 2`), so words and signs stay separate here and
the parser joins them into names, knowing which names are in scope.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from sira.decisions.feel.limits import MAX_SOURCE
from sira.decisions.feel.problems import FeelProblem


class Kind(Enum):
    NUMBER = auto()
    TEXT = auto()
    AT = auto()  # @"2024-01-31"
    WORD = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str  # as written; of TEXT and AT the meaning, escapes resolved
    start: int
    end: int


_SPACE = re.compile(
    r"(?:[\s\u0085\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]|//[^\n\r]*|/\*.*?\*/)+", re.DOTALL
)
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w])|\d+(?:\.\d+)?|\.\d+", re.ASCII)
_TEXT = re.compile(r'@?"((?:[^"\\]|\\.)*)"', re.DOTALL)
# The name characters of the DMN grammar (rules 27-29): letters, digits after the first place, and pictographs.
_START = (
    r"?A-Z_a-z\u00b7\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_WORD = re.compile(rf"[{_START}][{_START}0-9\u203f-\u2040]*")
_SIGN = re.compile(r"\*\*|\.\.|->|<=|>=|!=|[-+*/=<>()\[\]{},.:;']")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|([nrt'\"\\]))")
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "'": "'", '"': '"', "\\": "\\"}


def tokens(source: str) -> list[Token]:
    """All tokens of the source, ending with one of kind END. Raises FeelProblem."""
    if len(source) > MAX_SOURCE:
        raise FeelProblem("too_long", size=len(source), limit=MAX_SOURCE)
    found: list[Token] = []
    at = 0
    while True:
        if space := _SPACE.match(source, at):
            at = space.end()
        if at >= len(source):
            found.append(Token(Kind.END, "", at, at))
            return found
        token = _token(source, at)
        found.append(token)
        at = token.end


def _token(source: str, at: int) -> Token:
    first = source[at]
    if first == '"' or source.startswith('@"', at):
        match = _TEXT.match(source, at)
        if not match:
            raise FeelProblem("open_text", position=at, source=source)
        return Token(Kind.AT if first == "@" else Kind.TEXT, unescape(match[1]), at, match.end())
    if source.startswith("/*", at):
        raise FeelProblem("open_comment", position=at, source=source)
    # A number is tried before a sign, so that `.5` is a number; `1..5` is still two of them.
    for kind, pattern in ((Kind.NUMBER, _NUMBER), (Kind.WORD, _WORD), (Kind.SIGN, _SIGN)):
        if match := pattern.match(source, at):
            return Token(kind, match[0], at, match.end())
    raise FeelProblem("strange_character", position=at, source=source, found=first)


def unescape(text: str) -> str:
    """Resolve the escapes of a text literal; an unknown one stays as written (patterns need `\\s`)."""
    if "\\" not in text:
        return text
    resolved = _ESCAPE.sub(_escaped, text)
    # \ud83d\udca9 is one character written as two halves.
    return resolved.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def _escaped(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        point = int(code, 16)
        return chr(point) if point <= 0x10FFFF else match[0]
    return _SIMPLE_ESCAPES[match[3]]


def words_of(name: str) -> tuple[str, ...]:
    """A name cut into the pieces the parser compares: `Date-Time 2` -> ("Date", "-", "Time", "2")."""
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except FeelProblem:
        return ()
