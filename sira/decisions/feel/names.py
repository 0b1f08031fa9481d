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
    """A set of names that answers longest matches; made of layers, of which inner ones come first."""

    __slots__ = ("_layers",)

    def __init__(self, names: Iterable[str] = (), outer: Names | None = None) -> None:
        self._layers: tuple[dict[str, list[tuple[tuple[str, ...], str]]], ...] = (
            {},
            *(outer._layers if outer is not None else ()),
        )
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make the name known in the innermost layer."""
        name = plain(name)
        words = _cut(name)
        if not words:
            return
        known = self._layers[0].setdefault(words[0], [])
        if (words, name) not in known:
            known.append((words, name))
            known.sort(key=lambda entry: -len(entry[0]))

    def within(self, names: Iterable[str] = ()) -> Names:
        """An inner scope that also knows these names."""
        return Names(names, self)

    def before(self, outer: Names) -> Names:
        """These names in front of others."""
        joined = Names()
        joined._layers = self._layers + outer._layers
        return joined

    def longest(self, tokens: list[Token], at: int) -> tuple[str, int] | None:
        """(name, number of tokens) of the longest known name that begins at tokens[at]; inner scopes win ties."""
        best: tuple[str, int] | None = None
        for layer in self._layers:
            for words, name in layer.get(tokens[at].text, ()):
                if best is not None and len(words) <= best[1]:
                    break
                if _begins_with(tokens, at, words):
                    best = name, len(words)
                    break
        return best


def _begins_with(tokens: list[Token], at: int, words: tuple[str, ...]) -> bool:
    if at + len(words) > len(tokens):
        return False
    return all(
        token.text == word and token.kind not in (Kind.TEXT, Kind.AT, Kind.END)
        for token, word in zip(tokens[at : at + len(words)], words, strict=True)
    )
