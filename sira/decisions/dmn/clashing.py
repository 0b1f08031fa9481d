"""Names of a drawing that its expressions could not tell from something else.

A name may hold blanks and signs, and the longest known name is taken: with “price”, “tax” and “price - tax” all known,
no expression can say the difference of the first two any more. Names that only begin alike (“order”, “order date”)
are told apart, and a built-in function keeps its name where it is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sira.decisions.dmn.drawing import Drawing
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.feel.cursor import KEYWORDS
from sira.decisions.feel.lexer import words_of

SIGNS = frozenset({"+", "-", "*", "/", "**", ".", "and", "or", "in", "between", "instance"})


def clashes(drawing: Drawing) -> Iterator[DrawingProblem]:
    made: list[Any] = [*drawing.inputs, *drawing.decisions, *drawing.knowledge, *drawing.services]
    cut = {words: one.name for one in made if (words := words_of(one.name))}
    for words, name in cut.items():
        if words[0] in KEYWORDS:
            yield DrawingProblem("keyword_first", where=(name,), name=name, word=words[0])
        for length in range(1, len(words) - 1):
            if words[:length] in cut and words[length] in SIGNS:
                other = cut[words[:length]]
                yield DrawingProblem("reads_as", where=(name,), name=name, other=other, sign=words[length])
                break
