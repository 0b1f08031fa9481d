"""FEEL, the Friendly Enough Expression Language of DMN 1.5: read once, evaluated often.

    due = compile_expression("if priority = 1 then created + duration(\\"PT4H\\") else null", {"priority", "created"})
    due.evaluate({"priority": 1, "created": now})

Everything in here is a pure function of its arguments: no database, no files, no network, no Django.
"""

from sira.decisions.feel.expressions import Expression, UnaryTests, compile_expression, compile_unary
from sira.decisions.feel.limits import Limits, Note, Run
from sira.decisions.feel.problems import FeelProblem

__all__ = [
    "Expression",
    "FeelProblem",
    "Limits",
    "Note",
    "Run",
    "UnaryTests",
    "compile_expression",
    "compile_unary",
]
