"""What the engine says about expressions and drawings, in the reader's language."""

from __future__ import annotations

import re

from django.utils.translation import gettext

from sira.decisions.dmn import problems as drawings
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.feel import problems as expressions
from sira.decisions.feel.limits import Note
from sira.decisions.feel.problems import FeelProblem

_ROW = re.compile(r"^row (\d+)$")


def say(problem: DrawingProblem | FeelProblem) -> str:
    """The problem with its place: “Priority › row 3 › Impact: …”."""
    if isinstance(problem, FeelProblem):
        return _say_expression(problem)
    sentence = _say_expression(problem.cause) if problem.cause else _fill(drawings.SENTENCES, problem)
    place = " › ".join(_ROW.sub(_say_row, part) for part in problem.where if part)
    return f"{place}: {sentence}" if place else sentence


def _say_row(match: re.Match[str]) -> str:
    return gettext("row %(number)s") % {"number": match[1]}


def say_note(note: Note) -> str:
    """Why a part of an evaluation came out empty."""
    return gettext(expressions.SENTENCES[note.code]) % note.details


def _say_expression(problem: FeelProblem) -> str:
    sentence = _fill(expressions.SENTENCES, problem)
    if problem.position is None:
        return sentence
    where = gettext("line %(line)s, column %(column)s")
    return f"{where % {'line': problem.line, 'column': problem.column}}: {sentence}"


def _fill(sentences: dict[str, str], problem: DrawingProblem | FeelProblem) -> str:
    details = {
        name: gettext(value) if name == "wanted" and value in expressions.WANTED else value
        for name, value in problem.details.items()
    }
    return gettext(sentences[problem.code]) % details
