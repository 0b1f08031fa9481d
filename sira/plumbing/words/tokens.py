"""Takes a text apart into what is indexed of it, in its order.

A name of a thing (mail address, ticket number, machine, error code) is one token, and each of its parts another, so
INC-1042 is found as such and by 1042. Other words joined by signs are their parts only; asked for, the parts must stand
in a row.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Func, Value

from sira.plumbing.words.folding import lowered, without_marks
from sira.plumbing.words.stems import lexeme

MOST_TOKENS = 5000  # of one text: a pasted log need not be indexed to its end
LONGEST = 64
GAP = "."

_LETTER = r"[\w\u0300-\u036f\u064b-\u065f\u0670\u00ad\u200c\u200d]"
COMPOUND = re.compile(rf"{_LETTER}+(?:[-.@+'’ʼ\u2010\u2011]{_LETTER}+)*")
_JOINTS = re.compile(r"[-.@+_\u200c]+")
_JOINED = re.compile(r"[-.@+_]")
_NAMED = re.compile(r"[@0-9]")


def line(text: str, language: str) -> str:
    """The lexemes of a text in its order, each between two spaces; GAP stands for a word that is not worth finding.

    Names of things come last, since their parts stand in their place. What is found by a row's words is found in this
    line; the index is made of it (see indexed). A tsvector that says as much takes twice the room.
    """
    words: list[str] = []
    names: dict[str, None] = {}
    for match in COMPOUND.finditer(text):
        name, parts_of_it = _lexemes(match[0], language)
        words += parts_of_it
        if name:
            names[name] = None
        if len(words) > MOST_TOKENS:
            break
    return joined(words, names)


def joined(words: Iterable[str], names: Iterable[str] = ()) -> str:
    row = " ".join(word or GAP for word in words).strip(f" {GAP}")
    whole = f" {GAP} ".join(part for part in (row, *names) if part)
    return f" {whole} " if whole else ""


def indexed(column: str) -> str:
    """SQL for the tsvector of a column with such lines, as the index has it: a query says the same or scans."""
    return f"array_to_tsvector(array_remove(string_to_array(btrim({column}), ' '), '{GAP}'))"


def indexed_of(field: str) -> Func:
    """The same for an index of a model."""
    words = Func(Func(field, function="btrim"), Value(" "), function="string_to_array")
    return Func(Func(words, Value(GAP), function="array_remove"), function="array_to_tsvector")


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
def _lexemes(compound: str, language: str) -> tuple[str, tuple[str, ...]]:
    """The name of a thing that a compound is, or nothing; and the lexeme of each part, empty where none is indexed."""
    low = lowered(compound)
    name = "" if low.isalpha() else _name_of_thing(low)
    words = [lexeme(part, language) if len(part) <= LONGEST else "" for part in _parts(low)]
    return name, tuple(words) or ("",)


def _before_apostrophe(part: str) -> str:
    """In Ankara'da, printer's and it's the first piece is the word; in l'avion and O'Brien the last."""
    head, _apostrophe, tail = part.strip("'").partition("'")
    is_ending = len(head) > 2 or (len(head) == 2 and len(tail) <= 3)
    return head if is_ending or not tail else tail.replace("'", "")
