"""What the engine says about expressions and drawings, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, pgettext

from sira.decisions.dmn import problems as drawings
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.feel import problems as expressions
from sira.decisions.feel.limits import Note
from sira.decisions.feel.problems import FeelProblem


def say(problem: DrawingProblem | FeelProblem) -> str:
    """The problem with its place: “Priority › row 3 › Impact: …”."""
    if isinstance(problem, FeelProblem):
        return _say_expression(problem)
    sentence = _say_expression(problem.cause) if problem.cause else _fill(drawings.SENTENCES, problem)
    place = " › ".join(part for part in problem.where if part)
    return pgettext("place: what is wrong there", "%(place)s: %(sentence)s") % {
        "place": place, "sentence": sentence,
    } if place else sentence  # fmt: skip


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
    return gettext(sentences[problem.code]) % problem.details
