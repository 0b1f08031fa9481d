"""What somebody typed into the search field, understood: words, "phrases in a row", -words; the last word may go on."""

import re
from dataclasses import dataclass

from sira.plumbing.words.folding import without_marks
from sira.plumbing.words.stems import lexemes
from sira.plumbing.words.tokens import COMPOUND, name_of_thing, parts

MOST_TERMS = 12
SHORTEST_START = 3  # two letters begin a good part of all words
_PIECE = re.compile(r'(-?)"([^"]*)"|(?<!\S)(-?)([^\s"]+)')


@dataclass(frozen=True)
class Term:
    """Words wanted in a row (most often just one), each as its possible lexemes and its distance from the one before.

    start: what the last of them may begin with instead, empty where it must be whole.
    """

    words: tuple[tuple[int, tuple[str, ...]], ...]
    start: str = ""
    unwanted: bool = False

    def __str__(self) -> str:
        text = ""
        for at, (distance, forms) in enumerate(self.words):
            choices = [f"'{form}'" for form in forms]
            if self.start and at == len(self.words) - 1:
                choices.append(f"'{self.start}':*")
            text += (f" <{distance}> " if at else "") + (f"({' | '.join(choices)})" if len(choices) > 1 else choices[0])
        text = f"({text})" if len(self.words) > 1 else text
        return f"!{text}" if self.unwanted else text


def terms(typed: str) -> list[Term]:
    """The terms, all of which must hold; none where nothing to look for was typed, as with unwanted words alone."""
    found: list[Term] = []
    pieces = list(_PIECE.finditer(typed[:500]))
    for piece in pieces:
        unwanted = bool(piece[1] or piece[3])
        if piece[4] is None:
            found += _in_a_row([part for compound in COMPOUND.findall(piece[2]) for part in parts(compound)], unwanted)
            continue
        compounds = COMPOUND.findall(piece[4])
        for compound in compounds:
            is_last = piece is pieces[-1] and compound is compounds[-1] and not unwanted
            found += _compound(compound, unwanted, is_last)
    found = found[:MOST_TERMS]
    return found if any(not term.unwanted for term in found) else []


def query(typed: str) -> str:
    """The tsquery for what was typed, as a literal for %s::tsquery; empty where nothing can be looked for."""
    return " & ".join(map(str, terms(typed)))


def _compound(compound: str, unwanted: bool, is_last: bool) -> list[Term]:
    whole = name_of_thing(compound)
    if whole:
        return [Term(((1, (whole,)),), whole if is_last else "", unwanted)]
    words = parts(compound)
    start = without_marks(words[-1]) if is_last and words else ""
    return _in_a_row(words, unwanted, start if len(start) >= SHORTEST_START else "")


def _in_a_row(words: list[str], unwanted: bool, start: str = "") -> list[Term]:
    row: list[tuple[int, tuple[str, ...]]] = []
    distance = 1
    for word in words:
        forms = tuple(lexemes(word))
        if forms:
            row.append((distance if row else 1, forms))
            distance = 1
        elif row:
            distance += 1
    ends_so = bool(words) and bool(lexemes(words[-1]))
    return [Term(tuple(row), start if ends_so else "", unwanted)] if row else []
