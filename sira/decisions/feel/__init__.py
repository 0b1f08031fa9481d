"""FEEL, the Friendly Enough Expression Language of DMN 1.5: read once, evaluated often.

    due = compile_expression("if priority = 1 then created + duration(\\"PT4H\\") else null", {"priority", "created"})
    due.evaluate({"priority": 1, "created": now})

Everything in here is a pure function of its arguments: no database, no files, no network, no Django. A higher room
adds the desk's own functions with `built_in` (see `builtins.registry`) when its app starts.
"""

from sira.decisions.feel.builtins import built_in
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
    "built_in",
    "compile_expression",
    "compile_unary",
]
