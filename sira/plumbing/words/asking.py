"""What somebody typed into the search field, understood: words, "phrases in a row", -words; the last word may go on."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

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

    @property
    def is_row(self) -> bool:
        return len(self.words) > 1

    @property
    def query(self) -> str:
        """As a tsquery, which knows no order; empty where it would leave out too much."""
        if self.is_row and self.unwanted:
            return ""
        text = " & ".join(f"({' | '.join(self._choices(at))})" for at in range(len(self.words)))
        return f"!{text}" if self.unwanted else text

    def _choices(self, at: int) -> list[str]:
        starts = [f"'{self.start}':*"] if self.start and at == len(self.words) - 1 else []
        return [f"'{form}'" for form in self._forms(at)] + starts

    def _forms(self, at: int) -> list[str]:
        """The forms of a word, without those that its start finds anyway."""
        is_last = bool(self.start) and at == len(self.words) - 1
        return [form for form in self.words[at][1] if not (is_last and form.startswith(self.start))]

    @cached_property
    def begins(self) -> str:
        """What a line (tokens.line) that answers has in it: quicker to look for than `pattern`."""
        forms = [*self._forms(0), *([self.start] if self.start and not self.is_row else [])]
        alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*forms, strict=False))
        return " " + "".join(letters[0] for letters in alike)

    @property
    def is_all(self) -> bool:
        """Whether what has `begins` in it answers."""
        return not self.is_row and not self._forms(0)

    @property
    def pattern(self) -> str:
        """A regular expression of PostgreSQL for such a line."""
        text = " "
        for at, (distance, _forms) in enumerate(self.words):
            choices = [re.escape(form) for form in self._forms(at)]
            if self.start and at == len(self.words) - 1:
                choices.append(re.escape(self.start) + "[^ ]*")
            text += ("[^ ]+ " * (distance - 1) if at else "") + f"({'|'.join(choices)}) "
        return text


@dataclass(frozen=True)
class Asked:
    """What is looked for; false where nothing can be."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def query(self) -> str:
        """The tsquery, as a literal for %s::tsquery, that the index answers; it knows nothing of words in a row."""
        return " & ".join(term.query for term in self.terms if term.query)

    def condition(self, column: str, *, beside_index: bool = False) -> tuple[str, list[str]]:
        """SQL and its values: whether a line answers.  beside_index: what the index has not answered already."""
        parts, values = ["true"], []
        for term in self.terms:
            if beside_index and not term.is_row:
                continue
            sql = f"strpos({column}, %s) > 0" + ("" if term.is_all else f" AND {column} ~ %s")
            parts.append(f"NOT ({sql})" if term.unwanted else sql)
            values += [term.begins] if term.is_all else [term.begins, term.pattern]
        return " AND ".join(parts), values


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


def asked(typed: str) -> Asked:
    return Asked(tuple(terms(typed)))


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
