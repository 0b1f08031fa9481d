"""What this room refuses."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from sira.decisions import wording
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.feel.problems import FeelProblem
from sira.plumbing.refusals import Refused


class BadDrawing(Refused):
    """The drawing cannot be published. problems: one sentence each, with the place."""

    code = "bad_drawing"
    status = 422

    def __init__(self, problems: Sequence[DrawingProblem | FeelProblem]) -> None:
        self.problems = [wording.say(problem) for problem in problems]
        super().__init__("\n".join(self.problems))


class NoSuchDecision(Refused):
    """Nothing is published under that key, or the drawing has no decision of that name."""

    code = "no_such_decision"
    status = 404

    def __init__(self, key: str) -> None:
        super().__init__(_("There is no published decision “%(key)s”.") % {"key": key}, key=key)


class Stopped(Refused):
    """A decision took too long or grew too large."""

    code = "decision_stopped"

    def __init__(self, key: str, problem: FeelProblem) -> None:
        super().__init__(wording.say(problem), key=key)
