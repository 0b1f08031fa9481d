"""Expressions whose value is known before anything is evaluated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sira.decisions.feel import arithmetic, nodes
from sira.decisions.feel.builtins import BUILT_IN
from sira.decisions.feel.functions import WrongArguments
from sira.decisions.feel.limits import Run

#: Conversions that need nothing but their arguments.
_MAKERS: Final = frozenset(["date", "time", "date and time", "duration", "years and months duration"])


def constant(node: nodes.Node) -> tuple[bool, Any]:
    """(True, value) for a literal, its negation, or a date, time or duration made of literals; else (False, None)."""
    if isinstance(node, nodes.Literal):
        return True, node.value
    if isinstance(node, nodes.Negation):
        known, value = constant(node.operand)
        return (known, arithmetic.opposite(value)) if known and type(value) is Decimal else (False, None)
    if not isinstance(node, nodes.Call) or not isinstance(node.function, nodes.Name):
        return False, None
    name = node.function.name
    if name not in _MAKERS or node.named is not None:
        return False, None
    arguments = [constant(argument) for argument in node.positional]
    if not all(known for known, _ in arguments):
        return False, None
    try:
        return True, BUILT_IN[name].call(Run(), [value for _, value in arguments])
    except WrongArguments:
        return False, None
