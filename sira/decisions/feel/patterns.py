"""Regular expressions as XPath and XQuery Functions 3.1 define them, on top of the `regex` package.

`regex` knows most of their syntax; here its own additions are shut out, the rest is translated. A pattern can be
written that would run for years or fill the memory, so every search has a time limit, and repetitions and groups are
counted.
"""

from __future__ import annotations

import re as plain_re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regex

from sira.decisions.feel.limits import MAX_TEXT, Run, check_items, check_text
from sira.decisions.feel.problems import FeelProblem

#: Most signs a pattern may have with its repetitions written out: `(a{100}){100}` has 10,000.
MAX_WEIGHT: Final = 10_000
#: Each group that is kept remembers what it matched in each round: groups times the length of the text.
MAX_KEPT: Final = 5_000_000
_FLAGS: Final = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE, "x": 0, "q": 0}
#: \i and \c: the first and further characters of XML names.
_NAME_START: Final = (
    r"_:A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_NAME_CHAR: Final = _NAME_START + r"\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_ESCAPES: Final = "nrt\\|.?*+(){}-[]^$sSdDwWpPiIcC"


class BadPattern(Exception):
    """Not a regular expression."""


def found(text: str, pattern: str, flags: str, run: Run) -> bool | None:
    """Does the pattern occur in the text? None for a bad pattern."""
    try:
        return next(_matches(_compiled(pattern, flags), run, text), None) is not None
    except BadPattern:
        return None


def replaced(text: str, pattern: str, replacement: str, flags: str, run: Run) -> str | None:
    """The text with every match replaced; $1 to $9 stand for groups, $0 for the match. None for a bad pattern."""
    try:
        compiled = _compiled(pattern, flags)
        if next(_matches(compiled, run, ""), None):
            return None  # a pattern that matches nothing at all is an error in XPath
        template = _template(replacement, compiled.groups) if "q" not in flags else replacement.replace("\\", r"\\")
        return _assembled(compiled, template, text, run)
    except BadPattern:
        return None


def _assembled(compiled: regex.Pattern[str], template: str, text: str, run: Run) -> str:
    """The text with matches replaced, stopped before it outgrows what is allowed."""
    pieces, size, begin = [], len(text), 0
    for match in _matches(compiled, run, text):
        new = match.expand(template)
        size += len(new)
        if size > MAX_TEXT:
            raise FeelProblem("too_large", limit=MAX_TEXT)
        pieces += [text[begin : match.start()], new]
        begin = match.end()
    return check_text("".join([*pieces, text[begin:]]))


def parts(text: str, delimiter: str, run: Run) -> list[str] | None:
    """The text cut wherever the pattern matches. None for a bad pattern."""
    try:
        compiled = _compiled(delimiter, "")
    except BadPattern:
        return None
    cut, begin = [], 0
    for match in _matches(compiled, run, text):
        if match.end() > match.start():
            cut.append(text[begin : match.start()])
            begin = match.end()
    return check_items([*cut, text[begin:]])


def _matches(compiled: regex.Pattern[str], run: Run, text: str) -> Iterator[regex.Match[str]]:
    if compiled.groups * len(text) > MAX_KEPT:
        raise FeelProblem("too_large", limit=MAX_KEPT)
    try:
        for match in compiled.finditer(text, timeout=run.seconds_left()):
            run.spend()
            yield match
    except TimeoutError:
        raise run.too_slow() from None


@lru_cache(maxsize=1_000)
def _compiled(pattern: str, flags: str) -> regex.Pattern[str]:
    if not set(flags) <= set(_FLAGS) or len(pattern) > 5_000:
        raise BadPattern
    chosen = regex.VERSION1
    for flag in flags:
        chosen |= _FLAGS[flag]
    translated = regex.escape(pattern) if "q" in flags else _Translation(pattern, flags).text()
    try:
        return regex.compile(translated, chosen)
    except (regex.error, OverflowError, RecursionError, ValueError, KeyError, IndexError):
        raise BadPattern from None


def _template(replacement: str, groups: int) -> str:
    """XPath's `$1`, `\\$` and `\\\\` as `regex` writes them."""
    pieces, at = [], 0
    while at < len(replacement):
        char, after = replacement[at], replacement[at + 1 : at + 2]
        if char == "\\":
            if after not in ("\\", "$"):
                raise BadPattern
            pieces.append(r"\\" if after == "\\" else "$")
            at += 2
        elif char == "$":
            if not after.isdigit():
                raise BadPattern
            digits = plain_re.match(r"\d+", replacement[at + 1 :], plain_re.ASCII)[0]  # type: ignore[index]
            while len(digits) > 1 and int(digits) > groups:
                digits = digits[:-1]
            pieces.append(rf"\g<{int(digits)}>" if int(digits) <= groups else "")
            at += 1 + len(digits)
        else:
            pieces.append(char)
            at += 1
    return "".join(pieces)


def _without_space(pattern: str) -> str:
    """What the flag x means: white space counts only inside character classes."""
    kept, depth, escaped = [], 0, False
    for char in pattern:
        if not depth and char in " \t\n\r":
            continue
        kept.append(char)
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
    return "".join(kept)


class _Translation:
    """Reads an XPath pattern from left to right and writes the same for `regex`."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.source = _without_space(pattern) if "x" in flags else pattern
        self.signs = {
            "^": "^",
            "|": "|",
            "$": "$" if "m" in flags else r"\Z",
            ".": "." if "s" in flags else r"[^\n\r]",
        }
        self.at = 0
        self.closed: set[int] = set()  # groups that may be referred to
        self.open: list[int] = []
        self.groups = 0
        self.weights = [0]  # of what has been read, in each group that is open
        self.latest = 0  # weight of what a quantifier would repeat

    def text(self) -> str:
        written = []
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "\\":
                written.append(self._escape(in_class=False))
                self._weigh(1)
            elif char == "[":
                written.append(self._class())
                self._weigh(1)
            elif char == "(":
                written.append(self._group())
            elif char == ")":
                if not self.open:
                    raise BadPattern
                self.closed.add(self.open.pop())
                self.at += 1
                self._weigh(self.weights.pop())
                written.append(")")
            elif char in "]}":
                raise BadPattern
            elif char in "*+?{":
                written.append(self._quantifier())
            else:
                self.at += 1
                written.append(self.signs.get(char) or _plain(char))
                self._weigh(1)
        return "".join(written)

    def _weigh(self, weight: int) -> None:
        self.latest = weight
        self.weights[-1] += weight
        if self.weights[-1] > MAX_WEIGHT:
            raise FeelProblem("pattern_too_large", limit=MAX_WEIGHT)

    def _group(self) -> str:
        self.at += 1
        self.weights.append(1)
        if self.source.startswith("?", self.at):
            if not self.source.startswith("?:", self.at):
                raise BadPattern
            self.at += 2
            self.open.append(0)
            return "(?:"
        self.groups += 1
        self.open.append(self.groups)
        return "("

    def _quantifier(self) -> str:
        match = plain_re.compile(r"([*+?]|\{(\d{1,5})(?:,(\d{0,5}))?\})(\??)").match(self.source, self.at)
        if not match or self.source[match.end() : match.end() + 1] in ("*", "+", "?", "{"):
            raise BadPattern
        self.at = match.end()
        times = int(match[3] or match[2] or 1)
        self._weigh(self.latest * max(times - 1, 0))
        return match[0]

    def _escape(self, *, in_class: bool) -> str:
        after = self.source[self.at + 1 : self.at + 2]
        if after.isdigit() and after.isascii():
            return self._back_reference(in_class)
        if not after or after not in _ESCAPES:
            raise BadPattern
        self.at += 2
        if after in "pP":
            return self._category(after)
        if after in "iI":
            return f"[{'^' if after == 'I' else ''}{_NAME_START}]"
        if after in "cC":
            return f"[{'^' if after == 'C' else ''}{_NAME_CHAR}]"
        if after == "w":
            return r"[^\p{P}\p{Z}\p{C}]"
        if after == "W":
            return r"[\p{P}\p{Z}\p{C}]"
        if after in "sS":
            return r"[ \t\n\r]" if after == "s" else r"[^ \t\n\r]"
        return {"d": r"\p{Nd}", "D": r"\P{Nd}", "n": r"\n", "r": r"\r", "t": r"\t"}.get(after, "\\" + after)

    def _back_reference(self, in_class: bool) -> str:
        digits = plain_re.compile(r"\d+", plain_re.ASCII).match(self.source, self.at + 1)[0]  # type: ignore[index]
        while len(digits) > 1 and int(digits) > self.groups:
            digits = digits[:-1]
        if in_class or int(digits) not in self.closed or digits[0] == "0":
            raise BadPattern
        self.at += 1 + len(digits)
        return rf"(?:\{digits})"

    def _category(self, letter: str) -> str:
        closing = self.source.find("}", self.at)
        if not self.source.startswith("{", self.at) or closing < 0:
            raise BadPattern
        name = self.source[self.at + 1 : closing]
        self.at = closing + 1
        if not plain_re.fullmatch(r"Is[A-Za-z0-9-]+|[LMNPZSC][a-z]?", name):
            raise BadPattern
        return rf"\{letter}{{In{name[2:]}}}" if name.startswith("Is") else rf"\{letter}{{{name}}}"

    def _class(self) -> str:
        """A character class: [...], [^...] or [...-[...]]."""
        self.at += 1
        negated = self.source.startswith("^", self.at)
        self.at += negated
        members: list[str] = []
        minus = ""
        while True:
            if self.at >= len(self.source):
                raise BadPattern
            if self.source[self.at] == "]" and members:
                self.at += 1
                break
            if self.source.startswith("-[", self.at) and members:
                self.at += 1
                minus = self._class()
                if not self.source.startswith("]", self.at):
                    raise BadPattern
                self.at += 1
                break
            members.append(self._class_part(first=not members))
        inner = f"[{'^' if negated else ''}{''.join(members)}]"
        return f"[{inner}--{minus}]" if minus else inner

    def _class_part(self, *, first: bool) -> str:
        low = self._class_char(first=first)
        if not self.source.startswith("-", self.at):
            return low
        after = self.source[self.at + 1 : self.at + 2]
        if after in ("]", "[", "") or len(low) > 2:
            return low
        self.at += 1
        high = self._class_char(first=False)
        if len(high) > 2:
            raise BadPattern
        if self.source.startswith("-", self.at) and self.source[self.at + 1 : self.at + 2] not in ("]", "["):
            raise BadPattern
        return f"{low}-{high}"

    def _class_char(self, *, first: bool) -> str:
        char = self.source[self.at]
        if char == "\\":
            return self._escape(in_class=True)
        if char == "[" or (char == "]" and first):
            raise BadPattern
        self.at += 1
        if char == "-" and not first and self.source[self.at : self.at + 1] not in ("]", "-"):
            raise BadPattern
        return _plain(char)


def _plain(char: str) -> str:
    """A character that means itself, whatever `regex` would make of it."""
    return char if char.isalnum() or char.isspace() else regex.escape(char, special_only=False)
