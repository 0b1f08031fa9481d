"""Decision tables: compiled once, then a row is found by index instead of by trying all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sira.decisions.dmn import index
from sira.decisions.dmn.constants import constant
from sira.decisions.dmn.drawing import OutputColumn, Rule, Table, Text
from sira.decisions.dmn.evaluation import Evaluation, TableStep
from sira.decisions.dmn.index import Column
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.dmn.surroundings import Surroundings
from sira.decisions.feel.builtins.lists import maximum, minimum, total
from sira.decisions.feel.comparison import equal
from sira.decisions.feel.scope import Closure, Scope
from sira.decisions.feel.types import Type, coerce

SINGLE_HIT: Final = ("UNIQUE", "FIRST", "PRIORITY", "ANY")
MULTIPLE_HIT: Final = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")


@dataclass(frozen=True, slots=True)
class Input:
    label: str
    value_in: Closure
    type: Type | None


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    type: Type | None
    order: tuple[Any, ...]  # allowed values, best first: for PRIORITY and OUTPUT ORDER
    default: Closure | None


class CompiledTable:
    """Call it with a scope to get the table's result."""

    def __init__(self, table: Table, around: Surroundings) -> None:
        if table.hit_policy not in SINGLE_HIT + MULTIPLE_HIT:
            raise DrawingProblem("unknown_hit_policy", where=table.where, found=table.hit_policy)
        around.problems.extend(_oddities(table))
        self.table = table
        self.name = " › ".join(part for part in table.where if part)
        self.inputs = [
            Input(one.label, around.value(one.expression), around.type(one.expression.type_name, one.expression.where))
            for one in table.inputs
        ]
        self.outputs = [_output(one, table, around) for one in table.outputs]
        self.columns = _columns(table, around)
        self.results = [self._compiled_row(rule, around) for rule in table.rules]
        self.everything = (1 << len(table.rules)) - 1
        self.decide = _POLICIES[table.hit_policy]

    def __call__(self, scope: Scope) -> Any:
        run = scope.run
        run.spend(len(self.inputs) + 1)
        values = []
        for one in self.inputs:
            value = one.value_in(scope)
            values.append(value if one.type is None or value is None else coerce(value, one.type))
        rows = self.matching(scope, values)
        if isinstance(run, Evaluation) and run.steps is not None:
            # In a FIRST table the rows behind the first have no say, so they are no reason either.
            told = rows[:1] if self.table.hit_policy == "FIRST" else rows
            notes = [note for row in told for note in self.table.rules[row].annotations if note]
            asked = {one.label: value for one, value in zip(self.inputs, values, strict=True)}
            run.consulted(TableStep(self.name, asked, [row + 1 for row in told], notes))
        if not rows:
            return self._default(scope)
        return self.decide(self, scope, rows)

    def matching(self, scope: Scope, values: Sequence[Any]) -> list[int]:
        """The rows whose every cell allows its value, counted from 0."""
        rows, pending = self.everything, []
        for column, value in zip(self.columns, values, strict=True):
            allowed, to_try = column.rows(value)
            rows &= allowed
            if to_try:
                pending.append((column, value, to_try))
            if not rows:
                return []
        for column, value, to_try in pending:
            rows = _tried(scope, column, value, rows, to_try)
        return index.places(rows)

    def _default(self, scope: Scope) -> Any:
        defaults = [one.default(scope) if one.default else None for one in self.outputs]
        if all(one.default is None for one in self.outputs):
            return None
        values = self._typed(defaults)
        return [values] if self.table.hit_policy in MULTIPLE_HIT and not self.table.aggregation else values

    def result(self, scope: Scope, row: int) -> Any:
        """The value of one row: a context if the table has several output columns."""
        return self.results[row](scope)

    def _compiled_row(self, rule: Rule, around: Surroundings) -> Closure:
        """The outputs of a row; those of constants are made only once."""
        cells = [_output_cell(text, around) for text in rule.results]
        if all(known for known, _, _ in cells):
            made = self._typed([value for _, value, _ in cells])
            return (lambda scope: dict(made)) if isinstance(made, dict) else (lambda scope: made)
        closures = [value_in for _, _, value_in in cells]
        return lambda scope: self._typed([value_in(scope) for value_in in closures])

    def _typed(self, values: list[Any]) -> Any:
        typed = [
            value if one.type is None or value is None else coerce(value, one.type)
            for one, value in zip(self.outputs, values, strict=True)
        ]
        if len(self.outputs) == 1:
            return typed[0]
        return {one.name: value for one, value in zip(self.outputs, typed, strict=True)}


def _oddities(table: Table) -> Iterator[DrawingProblem]:
    """What the table leaves out, so that it would decide by nothing or for nobody."""
    if table.aggregation and table.aggregation not in _AGGREGATORS:
        yield DrawingProblem("unknown_aggregation", where=table.where, found=table.aggregation)
    for number, column in enumerate(table.inputs, 1):
        if not column.expression.text:
            yield DrawingProblem("nothing_asked", where=(*table.where, column.label), number=number)
    names = [column.name for column in table.outputs]
    if not names:
        yield DrawingProblem("no_output", where=table.where)
    elif len(names) > 1 and len({*names, ""}) <= len(names):
        yield DrawingProblem("output_names", where=table.where)


def _output_cell(text: Text, around: Surroundings) -> tuple[bool, Any, Closure]:
    """(is it a constant, which one, how to get it otherwise) of an output cell; an empty one is null."""
    expression = around.expression(text)
    if expression is None:
        return True, None, lambda scope: None
    known, value = constant(expression.node)
    return known, value, expression.value_in


def _output(column: OutputColumn, table: Table, around: Surroundings) -> Output:

    order: tuple[Any, ...] = ()
    if column.allowed is not None:
        tests = around.tests(column.allowed)
        found = [constant(test) for test in tests.node.tests] if tests else []
        order = tuple(value for known, value in found if known)
    default = around.value(column.default) if column.default is not None else None
    return Output(column.name, around.type(column.type_name, table.where), order, default)


def _columns(table: Table, around: Surroundings) -> list[Column]:
    columns = []
    for number in range(len(table.inputs)):
        cells = [around.tests(rule.tests[number]) for rule in table.rules]
        columns.append(index.column([cell.node for cell in cells], [cell.holds_in for cell in cells]))
    return columns


def _tried(scope: Scope, column: Column, value: Any, rows: int, to_try: int) -> int:
    """Take away the rows whose cell, tried on the value, does not allow it."""
    inner = scope.within({"?": value})
    for row in index.places(rows & to_try):
        scope.run.spend()
        if not column.tests[row](inner, value):
            rows &= ~(1 << row)
    return rows


# -- hit policies (chapter 8.2.8) ----------------------------------------------------------------------------------


def _unique(table: CompiledTable, scope: Scope, rows: list[int]) -> Any:
    if len(rows) == 1:
        return table.result(scope, rows[0])
    scope.run.note("not_unique", None, table=table.name, rows=", ".join(str(row + 1) for row in rows[:10]))
    return None


def _first(table: CompiledTable, scope: Scope, rows: list[int]) -> Any:
    return table.result(scope, rows[0])


def _any(table: CompiledTable, scope: Scope, rows: list[int]) -> Any:
    results = [table.result(scope, row) for row in rows]
    if all(equal(results[0], other) is True for other in results[1:]):
        return results[0]
    scope.run.note("not_the_same", None, table=table.name, rows=", ".join(str(row + 1) for row in rows[:10]))
    return None


def _by_priority(table: CompiledTable, scope: Scope, rows: list[int]) -> list[Any]:
    """Results, best first, by the order in which the output columns list their values."""
    results = [table.result(scope, row) for row in rows]

    def rank(result: Any) -> list[int]:
        values = [result] if len(table.outputs) == 1 else list(result.values())
        return [_place(value, one.order) for value, one in zip(values, table.outputs, strict=True)]

    return sorted(results, key=rank)


def _place(value: Any, order: tuple[Any, ...]) -> int:
    return next((number for number, one in enumerate(order) if equal(one, value) is True), len(order))


def _priority(table: CompiledTable, scope: Scope, rows: list[int]) -> Any:
    return _by_priority(table, scope, rows)[0]


def _collect(table: CompiledTable, scope: Scope, rows: list[int]) -> Any:
    results = [table.result(scope, row) for row in rows]
    aggregate = _AGGREGATORS.get(table.table.aggregation)
    if aggregate is None:
        return results
    if len(table.outputs) == 1:
        return aggregate(scope, results)
    return {one.name: aggregate(scope, [result[one.name] for result in results]) for one in table.outputs}


_AGGREGATORS: Final[dict[str, Callable[[Scope, list[Any]], Any]]] = {
    "SUM": lambda scope, results: total(results),
    "MIN": lambda scope, results: minimum(scope.run, results),
    "MAX": lambda scope, results: maximum(scope.run, results),
    "COUNT": lambda scope, results: Decimal(len(results)),
}
_POLICIES: Final[dict[str, Callable[[CompiledTable, Scope, list[int]], Any]]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _priority,
    "OUTPUT ORDER": _by_priority,
    "RULE ORDER": _collect,
    "COLLECT": _collect,
}
