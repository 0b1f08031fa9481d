"""Which names an expression may use, and the longest one that begins at a place.

`Monthly income - tax` is one name if that name is in scope, else a subtraction of two.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sira.decisions.feel.lexer import Kind, Token, words_of

_cut = lru_cache(maxsize=20_000)(words_of)


def plain(name: str) -> str:
    """A name with its white space made even: how names are compared and stored."""
    return " ".join(name.split())


class Names:
    """A set of names that answers longest matches; scopes within scopes are chained by `within`."""

    __slots__ = ("_by_first", "_outer")

    def __init__(self, names: Iterable[str] = (), outer: Names | None = None) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._outer = outer
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        name = plain(name)
        words = _cut(name)
        if not words:
            return
        known = self._by_first.setdefault(words[0], [])
        if (words, name) not in known:
            known.append((words, name))
            known.sort(key=lambda entry: -len(entry[0]))

    def within(self, names: Iterable[str] = ()) -> Names:
        """An inner scope that also knows these names."""
        return Names(names, self)

    def __contains__(self, name: str) -> bool:
        words = _cut(name)
        scope: Names | None = self
        while scope is not None and words:
            if any(entry[0] == words for entry in scope._by_first.get(words[0], ())):
                return True
            scope = scope._outer
        return False

    def longest(self, tokens: list[Token], at: int) -> tuple[str, int] | None:
        """(name, number of tokens) of the longest known name that begins at tokens[at]; inner scopes win ties."""
        best: tuple[str, int] | None = None
        scope: Names | None = self
        while scope is not None:
            for words, name in scope._by_first.get(tokens[at].text, ()):
                if best is not None and len(words) <= best[1]:
                    break
                if _begins_with(tokens, at, words):
                    best = name, len(words)
                    break
            scope = scope._outer
        return best


def _begins_with(tokens: list[Token], at: int, words: tuple[str, ...]) -> bool:
    if at + len(words) > len(tokens):
        return False
    return all(
        token.text == word and token.kind not in (Kind.TEXT, Kind.AT, Kind.END)
        for token, word in zip(tokens[at : at + len(words)], words, strict=True)
    )
