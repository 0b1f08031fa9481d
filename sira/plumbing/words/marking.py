"""The sentence in which a text answers a search, in pieces, so that a template can mark the hits."""

import re
from functools import lru_cache
from itertools import takewhile

from sira.plumbing.words.asking import terms
from sira.plumbing.words.folding import without_marks
from sira.plumbing.words.stems import lexeme
from sira.plumbing.words.tokens import COMPOUND, name_of_thing, parts

LONGEST = 220
BEFORE = 60
_END = re.compile(r"[.!?؟。]\s|\n\s*\n|\n")

Segment = tuple[str, bool]


def mark(text: str, typed: str, language: str) -> list[Segment]:
    """(piece of text, is it a hit) of the sentence with the first hit, or of the beginning when there is none.

    Plain text, to be escaped like any other; white space is made single.
    """
    exact, starts = _wanted(typed)
    words = COMPOUND.finditer(text)
    first = next((word for word in words if _is_hit(word[0], exact, starts, language)), None)
    begin, end, cut_before, cut_after = _sentence(text, first.start() if first else 0)
    # No further than the sentence goes: the stems of words are most of what a page of hits costs.
    rest = takewhile(lambda word: word.start() < end, words)
    hits = [first, *(word for word in rest if _is_hit(word[0], exact, starts, language))] if first else []
    segments: list[Segment] = [("… ", False)] if cut_before else []
    at = begin
    for hit in hits:
        segments += [(_single_spaced(text[at : hit.start()]), False), (hit[0], True)]
        at = hit.end()
    segments.append((_single_spaced(text[at:end]).rstrip() + (" …" if cut_after else ""), False))
    return [segment for segment in segments if segment[0]]


@lru_cache(maxsize=64)
def _wanted(typed: str) -> tuple[set[str], list[str]]:
    wanted = [term for term in terms(typed) if not term.unwanted]
    exact = {form for term in wanted for _distance, forms in term.words for form in forms}
    return exact, [term.start for term in wanted if term.start]


def _is_hit(compound: str, exact: set[str], starts: list[str], language: str) -> bool:
    whole = name_of_thing(compound)
    if whole and (whole in exact or any(map(whole.startswith, starts))):
        return True
    for part in parts(compound):
        if lexeme(part, language) in exact or any(map(without_marks(part).startswith, starts)):
            return True
    return False


def _sentence(text: str, first: int) -> tuple[int, int, bool, bool]:
    """Begin and end of the sentence around a place, and whether it is cut there to LONGEST characters."""
    near = max(0, first - LONGEST)
    begin = max((near + found.end() for found in _END.finditer(text[near:first])), default=near)
    cut_before = first - begin > LONGEST // 2
    if cut_before:
        begin = text.rfind(" ", begin, first - BEFORE) + 1 or first - BEFORE
    found = _END.search(text, first)
    end = found.start() + 1 if found else len(text)
    cut_after = end - begin > LONGEST
    if cut_after:
        space = text.rfind(" ", first, begin + LONGEST)
        end = space if space > first else begin + LONGEST
    return begin, end, cut_before, cut_after


def _single_spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)
