"""Takes a text apart into what is indexed of it, with positions.

A name of a thing (mail address, ticket number, machine, error code) is one token, and each of its parts another, so
INC-1042 is found as such and by 1042. Other words joined by signs are their parts only; asked for, the parts must stand
in a row.
"""

import re
from functools import lru_cache

from sira.plumbing.words.folding import lowered, without_marks
from sira.plumbing.words.stems import lexeme

MOST_TOKENS = (
    5000  # of one text: positions in a tsvector end at 16,383, and a pasted log need not be indexed to its end
)
LONGEST = 64

_LETTER = r"[\w\u0300-\u036f\u064b-\u065f\u0670\u00ad\u200c\u200d]"
COMPOUND = re.compile(rf"{_LETTER}+(?:[-.@+'’ʼ\u2010\u2011]{_LETTER}+)*")
_JOINTS = re.compile(r"[-.@+_\u200c]+")
_JOINED = re.compile(r"[-.@+_]")
_NAMED = re.compile(r"[@0-9]")


def tokens(text: str, language: str) -> list[tuple[str, int]]:
    """(lexeme, position) of each word of the text that is worth finding, positions from 1."""
    found, at = [], 1
    for match in COMPOUND.finditer(text):
        words, width = _lexemes(match[0], language)
        for word, offset in words:
            found.append((word, at + offset))
        at += width
        if at > MOST_TOKENS:
            break
    return found


def vector(text: str, language: str) -> str:
    """The tsvector of the text as a literal: a value for a SearchVectorField, or for %s::tsvector."""
    places: dict[str, list[str]] = {}
    for word, at in tokens(text, language):
        places.setdefault(word, []).append(str(at))
    # A lexeme has letters, digits and some signs of COMPOUND in it, never an apostrophe: nothing is to be escaped.
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


def parts(compound: str) -> list[str]:
    """The words of a compound, lower-case; what an ending hangs on an apostrophe is left out (Ankara'da, printer's)."""
    return _parts(lowered(compound))


def _parts(low: str) -> list[str]:
    if low.isalpha():
        return [low]
    return [_before_apostrophe(part) for part in _JOINTS.split(low) if part.strip("'")]


def name_of_thing(compound: str) -> str:
    """The compound as one token, where it is an address or has digits; else empty."""
    return "" if compound.isalpha() else _name_of_thing(lowered(compound))


def _name_of_thing(low: str) -> str:
    if len(low) <= LONGEST and _JOINED.search(low) and _NAMED.search(low):
        return without_marks(low).replace("'", "").replace("\u200c", "").strip("_")
    return ""


@lru_cache(4096)
def _lexemes(compound: str, language: str) -> tuple[tuple[tuple[str, int], ...], int]:
    """(lexeme, offset) of what a compound has in it, and how many positions it takes up."""
    low = lowered(compound)
    whole = "" if low.isalpha() else _name_of_thing(low)
    words = _parts(low)
    found = [(whole, 0)] if whole else []
    for at, part in enumerate(words):
        word = lexeme(part, language) if len(part) <= LONGEST else ""
        if word:
            found.append((word, at))
    return tuple(found), max(1, len(words))


def _before_apostrophe(part: str) -> str:
    """In Ankara'da, printer's and it's the first piece is the word; in l'avion and O'Brien the last."""
    head, _apostrophe, tail = part.strip("'").partition("'")
    is_ending = len(head) > 2 or (len(head) == 2 and len(tail) <= 3)
    return head if is_ending or not tail else tail.replace("'", "")
