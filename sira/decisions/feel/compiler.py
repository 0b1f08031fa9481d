"""Nodes -> closures. `compile_node(node)` gives a function of a scope that answers the node's value.

An expression is compiled once and evaluated often, so everything that can be known before is looked up here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from sira.decisions.feel import arithmetic, calls, comparison, iteration, nodes, signatures
from sira.decisions.feel.builtins import BUILT_IN
from sira.decisions.feel.kinds import Range
from sira.decisions.feel.limits import check_tree
from sira.decisions.feel.numbers import ARITHMETIC, ARITHMETIC_ERRORS
from sira.decisions.feel.properties import part_of
from sira.decisions.feel.scope import Closure, Scope
from sira.decisions.feel.types import NULL, Type, UnknownType, resolve


class Compiler:
    """types: item definitions by name, for `instance of` and typed parameters."""

    def __init__(self, types: Mapping[str, Type] | None = None) -> None:
        self.types = types or {}

    def compile(self, node: nodes.Node) -> Closure:
        return _COMPILERS[type(node)](self, node)

    # -- values ----------------------------------------------------------------------------------------------------

    def literal(self, node: nodes.Literal) -> Closure:
        value = node.value
        return lambda scope: value

    def name(self, node: nodes.Name) -> Closure:
        name, at = node.name, node.at
        built_in = BUILT_IN.get(name)

        def read(scope: Scope) -> Any:
            inner: Scope | None = scope
            while inner is not None:
                if name in inner.values:
                    return inner.values[name]
                inner = inner.outer
            if built_in is None:
                scope.run.note("unknown_name", at, name=name)
            return built_in

        return read

    def list_of(self, node: nodes.ListOf) -> Closure:
        items = [self.compile(item) for item in node.items]
        return lambda scope: [item(scope) for item in items]

    def context_of(self, node: nodes.ContextOf) -> Closure:
        entries = [(key, self.compile(value)) for key, value in node.entries]
        twice = len({key for key, _ in entries}) != len(entries)

        def build(scope: Scope) -> dict[str, Any] | None:
            if twice:
                return None
            built: dict[str, Any] = {}
            inner = scope.within(built)
            for key, value in entries:
                built[key] = value(inner)
            return built

        return build

    def interval(self, node: nodes.Interval) -> Closure:
        low, high = self.compile(node.low), self.compile(node.high)
        low_included, high_included = node.low_included, node.high_included

        def build(scope: Scope) -> Range | None:
            start, end = low(scope), high(scope)
            if start is None or end is None or comparison.less_or_equal(start, end) is None:
                return None
            return Range(start, end, low_included, high_included)

        return build

    def one_sided(self, node: nodes.OneSided) -> Closure:
        """`(< 5)` as a value is a range."""
        bound, operator = self.compile(node.bound), node.operator

        def build(scope: Scope) -> Range | None:
            value = bound(scope)
            return None if value is None and operator not in ("=", "!=") else Range.one_sided(operator, value)

        return build

    # -- operators -------------------------------------------------------------------------------------------------

    def chain(self, node: nodes.Chain) -> Closure:
        first = self.compile(node.first)
        steps = [(operator, arithmetic.OPERATIONS[operator], self.compile(part)) for operator, part in node.rest]
        at = node.at

        def calculate(scope: Scope) -> Any:
            value = first(scope)
            for operator, operations, part in steps:
                other = part(scope)
                operation = operations.get((type(value), type(other)))
                if operation is None:
                    scope.run.note("wrong_kinds", at, **arithmetic.explain(operator, value, other))
                    return None
                try:
                    value = operation(value, other)
                except ARITHMETIC_ERRORS:
                    return None
                if type(value) is str:
                    scope.run.spend_on(value)
            return value

        return calculate

    def negation(self, node: nodes.Negation) -> Closure:
        if isinstance(node.operand, nodes.Literal) and isinstance(node.operand.value, Decimal):
            value = ARITHMETIC.minus(node.operand.value)
            return lambda scope: value
        operand = self.compile(node.operand)
        return lambda scope: arithmetic.opposite(operand(scope))

    def junction(self, node: nodes.Junction) -> Closure:
        parts = [self.compile(part) for part in node.parts]
        decisive = node.operator == "or"

        def decide(scope: Scope) -> bool | None:
            answer: bool | None = not decisive
            for part in parts:
                value = part(scope)
                if value is decisive:
                    return decisive
                if type(value) is not bool:
                    answer = None
            return answer

        return decide

    def comparison(self, node: nodes.Comparison) -> Closure:
        left, right, operator = self.compile(node.left), self.compile(node.right), node.operator
        at, ordered = node.at, operator not in ("=", "!=")

        def compare(scope: Scope) -> bool | None:
            one, other = left(scope), right(scope)
            answer = comparison.compare(operator, one, other)
            if answer is None and ordered:
                scope.run.note("wrong_kinds", at, **arithmetic.explain(operator, one, other))
            return answer

        return compare

    def between(self, node: nodes.Between) -> Closure:
        value, low, high = self.compile(node.value), self.compile(node.low), self.compile(node.high)

        def compare(scope: Scope) -> bool | None:
            held = value(scope)
            above = comparison.less_or_equal(low(scope), held)
            below = comparison.less_or_equal(held, high(scope))
            return comparison.both(above, below)

        return compare

    def contained(self, node: nodes.In) -> Closure:
        value = self.compile(node.value)
        tests = [self.test(test) for test in node.tests]

        def decide(scope: Scope) -> bool | None:
            held = value(scope)
            inner = scope.within({"?": held})
            answers = [test(inner, held) for test in tests]
            if True in answers:
                return True
            return None if None in answers else False

        return decide

    def test(self, node: nodes.Node) -> Callable[[Scope, Any], bool | None]:
        """A test of a value: a comparison, or an expression that is it, holds it, or is true of it."""
        if isinstance(node, nodes.OneSided):
            bound, operator = self.compile(node.bound), node.operator
            return lambda scope, held: comparison.compare(operator, held, bound(scope))
        expression = self.compile(node)
        if isinstance(node, nodes.Literal):
            return lambda scope, held: comparison.equal(held, node.value)
        if signatures.mentions(node, "?"):
            return lambda scope, held: _truth(expression(scope))

        def decide(scope: Scope, held: Any) -> bool | None:
            test = expression(scope)
            answer = comparison.matches(held, test)
            return answer if answer is True or type(test) is not bool or type(held) is bool else test

        return decide

    def tests(self, node: nodes.Tests) -> Callable[[Scope, Any], bool]:
        """A table's cell. The scope must hold the value as `?`."""
        tests = [self.test(test) for test in node.tests]
        negated = node.negated
        if not tests:
            return lambda scope, held: True

        def decide(scope: Scope, held: Any) -> bool:
            if not negated:
                return any(test(scope, held) is True for test in tests)
            return all(test(scope, held) is False for test in tests)

        return decide

    # -- control ---------------------------------------------------------------------------------------------------

    def conditional(self, node: nodes.If) -> Closure:
        condition, then, otherwise = map(self.compile, (node.condition, node.then, node.otherwise))
        return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)

    def loop(self, node: nodes.For) -> Closure:
        rounds, body = self._rounds(node.rounds), self.compile(node.body)
        collect = iteration.collecting(body, rounds, partial=signatures.mentions(node.body, "partial"))
        return iteration.null_if_not_iterable(collect)

    def quantified(self, node: nodes.Quantified) -> Closure:
        rounds, body, every = self._rounds(node.rounds), self.compile(node.body), node.every
        return iteration.null_if_not_iterable(
            lambda scope: iteration.decide((body(inner) for inner in iteration.scopes(scope, rounds)), every)
        )

    def _rounds(self, rounds: tuple[nodes.Round, ...]) -> list[iteration.Round]:
        return [
            iteration.Round(one.name, self.compile(one.source), self.compile(one.upto) if one.upto else None)
            for one in rounds
        ]

    # -- functions -------------------------------------------------------------------------------------------------

    def function_of(self, node: nodes.FunctionOf) -> Closure:
        names = tuple(parameter.name for parameter in node.parameters)
        types = tuple(self.type_of(parameter.type) for parameter in node.parameters)
        signature = signatures.of_function(node, types, self.type_of)
        body = self.compile(node.body) if node.body else None
        return lambda scope: calls.Written(names, types, body, scope, signature)

    def type_of(self, name: nodes.TypeName | None) -> Type | None:
        """The type of that name; None for no name or an unknown one."""
        if name is None:
            return None
        try:
            return resolve(name, self.types)
        except UnknownType:
            return None

    def call(self, node: nodes.Call) -> Closure:
        function = self.compile(node.function)
        positional = [self.compile(argument) for argument in node.positional]
        named = None if node.named is None else [(name, self.compile(value)) for name, value in node.named]
        said = node.function.name if isinstance(node.function, nodes.Name) else "function"
        return calls.calling(function, positional, named, said, node.at)

    def instance_of(self, node: nodes.InstanceOf) -> Closure:
        value, named = self.compile(node.value), self.type_of(node.type)
        wanted = named.loosened() if named is not None else None

        def decide(scope: Scope) -> bool | None:
            held = value(scope)
            if wanted is None:
                return None
            check_tree(held)
            return wanted.holds(held) if held is not None else wanted is NULL

        return decide

    # -- parts -----------------------------------------------------------------------------------------------------

    def path(self, node: nodes.Path) -> Closure:
        base, name = self.compile(node.base), node.name
        return lambda scope: part_of(base(scope), name, scope.run.spend)

    def filter(self, node: nodes.Filter) -> Closure:
        base, condition = self.compile(node.base), self.compile(node.condition)
        return lambda scope: iteration.filtered(base(scope), condition, scope)


def _truth(value: Any) -> bool | None:
    return value if type(value) is bool else None


_COMPILERS: Final[dict[type, Callable[[Compiler, Any], Closure]]] = {
    nodes.Literal: Compiler.literal,
    nodes.Name: Compiler.name,
    nodes.ListOf: Compiler.list_of,
    nodes.ContextOf: Compiler.context_of,
    nodes.Interval: Compiler.interval,
    nodes.OneSided: Compiler.one_sided,
    nodes.Chain: Compiler.chain,
    nodes.Negation: Compiler.negation,
    nodes.Junction: Compiler.junction,
    nodes.Comparison: Compiler.comparison,
    nodes.Between: Compiler.between,
    nodes.In: Compiler.contained,
    nodes.If: Compiler.conditional,
    nodes.For: Compiler.loop,
    nodes.Quantified: Compiler.quantified,
    nodes.FunctionOf: Compiler.function_of,
    nodes.Call: Compiler.call,
    nodes.InstanceOf: Compiler.instance_of,
    nodes.Path: Compiler.path,
    nodes.Filter: Compiler.filter,
}
