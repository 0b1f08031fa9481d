"""A place in the tokens of a source text, and the small steps a parser takes from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from sira.decisions.feel.lexer import Kind, Token, tokens
from sira.decisions.feel.names import plain
from sira.decisions.feel.problems import FeelProblem

T = TypeVar("T")
KEYWORDS: Final = frozenset(
    [
        *("for", "return", "if", "then", "else", "some", "every", "satisfies", "in", "and", "or", "between"),
        *("instance", "of", "function", "external", "true", "false", "null"),
    ]
)


class Cursor:
    """next: index of the current token."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.next = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def at_end(self) -> bool:
        return self.tokens[self.next].kind is Kind.END

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.next + ahead, len(self.tokens) - 1)]

    def sees(self, *texts: str) -> bool:
        """Is the current token one of these signs or words?"""
        token = self.token
        return token.text in texts and token.kind in (Kind.SIGN, Kind.WORD)

    def take(self, *texts: str) -> bool:
        if not self.sees(*texts):
            return False
        self.next += 1
        return True

    def need(self, text: str) -> None:
        if not self.take(text):
            self.refuse(f"“{text}”")

    def refuse(self, wanted: str) -> NoReturn:
        token = self.token
        if token.kind is Kind.END:
            raise FeelProblem("unexpected_end", position=token.start, source=self.source, wanted=wanted)
        found = self.source[token.start : token.end]
        raise FeelProblem("unexpected", position=token.start, source=self.source, found=found, wanted=wanted)

    def name_before_colon(self) -> bool:
        """Do words and signs lead straight to a colon, as in `f(start position: 1)`?"""
        for ahead in range(self.next, len(self.tokens)):
            token = self.tokens[ahead]
            if token.text == ":" and token.kind is Kind.SIGN:
                return ahead > self.next
            if token.kind in (Kind.TEXT, Kind.AT, Kind.END) or token.text in "()[]{},":
                return False
        return False

    def separated(self, read: Callable[[], T], closing: str) -> list[T]:
        found = [read()]
        while self.take(","):
            found.append(read())
        self.need(closing)
        return found

    def words_until(self, *ends: str) -> str:
        """A name being given: everything up to one of the ends, as it was written."""
        first = self.token
        while not self.sees(*ends):
            if self.token.kind in (Kind.END, Kind.TEXT, Kind.AT) or self.token.text in "()[]{},":
                self.refuse(f"“{ends[0]}”" if self.next and self.token is not first else "a name")
            self.next += 1
        if self.token is first:
            self.refuse("a name")
        return plain(self.source[first.start : self.tokens[self.next - 1].end])
