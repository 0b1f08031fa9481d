"""Boxed expressions -> closures (chapter 10.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sira.decisions.dmn import drawing as drawn
from sira.decisions.dmn.drawing import Box
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.dmn.surroundings import Surroundings
from sira.decisions.dmn.tables import CompiledTable
from sira.decisions.feel import iteration
from sira.decisions.feel.calls import Written
from sira.decisions.feel.functions import Function, WrongArguments
from sira.decisions.feel.scope import Closure, Scope
from sira.decisions.feel.types import ANY, FunctionType, Type, coerce


def compile_box(box: Box | None, around: Surroundings) -> Closure:
    """The closure of a boxed expression; of none, null."""
    if box is None:
        return lambda scope: None
    compiled = _BOXES[type(box)](box, around)
    if isinstance(box, drawn.Literal):
        return typed(compiled, around.type(box.text.type_name, box.text.where))
    # A table's type is that of its outputs, which it sees to itself; a function's is not that of its value.
    if isinstance(box, (drawn.Table, drawn.FunctionBox)):
        return compiled
    return typed(compiled, around.type(box.type_name, box.where))


def typed(value_in: Closure, wanted: Type | None) -> Closure:
    """The same, its value made one of the type, or null if it cannot be."""
    if wanted is None:
        return value_in

    def checked(scope: Scope) -> Any:
        value = value_in(scope)
        if value is None:
            return None
        fitting = coerce(value, wanted)
        if fitting is None:
            scope.run.note("wrong_type", None)
        return fitting

    return checked


def _literal(box: drawn.Literal, around: Surroundings) -> Closure:
    return around.value(box.text)


def _context(box: drawn.Context, around: Surroundings) -> Closure:
    """Each entry may use those before it; the value is the entry without a name, else all entries."""
    entries: list[tuple[str, Closure]] = []
    final: Closure | None = None
    for entry in box.entries:
        value = typed(compile_box(entry.value, around), around.type(entry.type_name, box.where))
        if not entry.name:
            final = value
            continue
        entries.append((entry.name, value))
        around = around.within([entry.name])

    def build(scope: Scope) -> Any:
        built: dict[str, Any] = {}
        inner = scope.within(built)
        for name, value in entries:
            built[name] = value(inner)
        return final(inner) if final else built

    return build


def _invocation(box: drawn.Invocation, around: Surroundings) -> Closure:
    function = compile_box(box.function, around)
    bindings = [(name, compile_box(value, around)) for name, value in box.bindings]

    def call(scope: Scope) -> Any:
        called, run = function(scope), scope.run
        if not isinstance(called, Function):
            run.note("unknown_function", None, name=" › ".join(box.where))
            return None
        arguments: dict[str, Any] = dict.fromkeys(called.parameters)
        arguments.update((name, value(scope)) for name, value in bindings)
        run.enter()
        try:
            return called.call_named(run, arguments)
        except WrongArguments:
            run.note("wrong_arguments", None, name=" › ".join(box.where))
            return None
        finally:
            run.leave()

    return call


def _relation(box: drawn.Relation, around: Surroundings) -> Closure:
    rows = [[compile_box(cell, around) for cell in row] for row in box.rows]
    columns = box.columns
    return lambda scope: [{name: cell(scope) for name, cell in zip(columns, row, strict=True)} for row in rows]


def _list(box: drawn.ListBox, around: Surroundings) -> Closure:
    items = [compile_box(item, around) for item in box.items]
    return lambda scope: [item(scope) for item in items]


def _function(box: drawn.FunctionBox, around: Surroundings) -> Closure:
    return compile_function(box, around)


def compile_function(box: drawn.FunctionBox, around: Surroundings, result: Type | None = None) -> Closure:
    """A closure that gives the function. One that is written in another language cannot be called: no host access."""
    if box.kind != "FEEL":
        around.problems.append(DrawingProblem("other_language", where=box.where, language=box.kind))
    names = tuple(name for name, _ in box.parameters)
    types = tuple(around.type(type_name, box.where) for _, type_name in box.parameters)
    body = typed(compile_box(box.body, around.within(names)), result) if box.kind == "FEEL" else None
    signature = FunctionType(tuple(one or ANY for one in types), result or ANY)
    return lambda scope: Written(names, types, body, scope, signature)


def _conditional(box: drawn.Conditional, around: Surroundings) -> Closure:
    """Unlike `if` in FEEL, a condition that is no truth value gives null (conformance kit, 1150)."""
    condition, then, otherwise = (compile_box(part, around) for part in (box.condition, box.then, box.otherwise))

    def choose(scope: Scope) -> Any:
        answer = condition(scope)
        if answer is not None and type(answer) is not bool:
            return None
        return then(scope) if answer else otherwise(scope)

    return choose


def _filter(box: drawn.FilterBox, around: Surroundings) -> Closure:
    source = compile_box(box.source, around)
    match = compile_box(box.match, around.within(["item", *around.parts]))

    def keep(scope: Scope) -> list[Any] | None:
        values = source(scope)
        kept = []
        for item in () if values is None else values if type(values) is list else [values]:
            scope.run.spend()
            answer = match(iteration.item_scope(scope, item))
            if answer is not None and type(answer) is not bool:
                return None
            if answer:
                kept.append(item)
        return None if values is None else kept

    return keep


def _iterator(box: drawn.Iterator, around: Surroundings) -> Closure:
    extra = ["partial"] if box.kind == "for" else []
    body = compile_box(box.body, around.within([box.variable, *extra]))
    rounds = [iteration.Round(box.variable, compile_box(box.source, around), None)]
    if box.kind != "for":
        every = box.kind == "every"
        return iteration.null_if_not_iterable(
            lambda scope: iteration.decide((body(inner) for inner in iteration.scopes(scope, rounds)), every)
        )

    return iteration.null_if_not_iterable(iteration.collecting(body, rounds, partial=True))


_BOXES: Final[dict[type, Callable[[Any, Surroundings], Closure]]] = {
    drawn.Literal: _literal,
    drawn.Table: CompiledTable,
    drawn.Context: _context,
    drawn.Invocation: _invocation,
    drawn.Relation: _relation,
    drawn.ListBox: _list,
    drawn.FunctionBox: _function,
    drawn.Conditional: _conditional,
    drawn.FilterBox: _filter,
    drawn.Iterator: _iterator,
}
