"""What a piece of FEEL inside a drawing may refer to, and how it is compiled there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sira.decisions.dmn.drawing import Text
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.dmn.types import TypeTable
from sira.decisions.feel.expressions import Expression, UnaryTests, Unknown, compile_expression, compile_unary
from sira.decisions.feel.problems import FeelProblem
from sira.decisions.feel.scope import Closure
from sira.decisions.feel.types import Type


@dataclass(frozen=True, slots=True)
class Surroundings:
    """names: variables in scope.  parts: names that may follow a dot anywhere in the drawing.

    problems: collects what cannot be compiled and what is unknown; such text evaluates to null.
    any_name: an unknown name is no problem, because the drawing does not say what its inputs are.
    """

    names: frozenset[str]
    parts: frozenset[str]
    types: TypeTable
    problems: list[DrawingProblem]
    any_name: bool = False
    _tests: dict[str, UnaryTests] = field(default_factory=dict)
    _expressions: dict[str, Expression] = field(default_factory=dict)

    def within(self, names: Iterable[str]) -> Surroundings:
        """The same with more names in scope."""
        return replace(self, names=self.names | frozenset(names), _tests={}, _expressions={})

    def expression(self, text: Text) -> Expression | None:
        """The compiled expression; None for an empty or unreadable one."""
        if not text.text or text.text == "-":
            return None
        known = self._expressions.get(text.text)
        if known is None:
            try:
                known = compile_expression(text.text, self.names, parts=self.parts, types=self.types)
            except FeelProblem as problem:
                self.problems.append(DrawingProblem("feel", where=text.where, cause=problem))
                return None
            self._expressions[text.text] = known
        self._report_unknown(known.unknown, text)
        return known

    def value(self, text: Text) -> Closure:
        expression = self.expression(text)
        return expression.value_in if expression else _nothing

    def tests(self, text: Text) -> UnaryTests:
        """The compiled cell; one that allows nothing if it cannot be read."""
        known = self._tests.get(text.text)
        if known is None:
            try:
                known = compile_unary(text.text, self.names, parts=self.parts, types=self.types)
            except FeelProblem as problem:
                self.problems.append(DrawingProblem("feel", where=text.where, cause=problem))
                return compile_unary("false and false")
            self._tests[text.text] = known
        self._report_unknown(known.unknown, text)
        return known

    def type(self, name: str, where: tuple[str, ...]) -> Type | None:
        return self.types.named(name, where)

    def _report_unknown(self, unknown: tuple[Unknown, ...], text: Text) -> None:
        for one in unknown:
            if one.called:
                self.problems.append(DrawingProblem("unknown_function", where=text.where, name=one.name))
            elif not self.any_name:
                self.problems.append(DrawingProblem("unknown_name", where=text.where, name=one.name))


def _nothing(scope: object) -> None:
    return None
