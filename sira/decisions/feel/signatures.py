"""What can be known of an expression without evaluating it: the names it uses, and the type of a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Final

from sira.decisions.feel import nodes, types
from sira.decisions.feel.types import ANY, BOOLEAN, ContextType, FunctionType, Kind, ListType, RangeType, Type

_LOGICAL: Final = (nodes.Comparison, nodes.Junction, nodes.Between, nodes.In, nodes.Quantified, nodes.InstanceOf)


def children(node: nodes.Node) -> Iterator[nodes.Node]:
    """The nodes directly inside a node."""
    for field in fields(node):
        yield from _nodes_in(getattr(node, field.name))


def _nodes_in(value: object) -> Iterator[nodes.Node]:
    if isinstance(value, nodes.Node):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from _nodes_in(entry)


def mentions(node: nodes.Node, name: str) -> bool:
    """Does the expression use this name anywhere?"""
    if isinstance(node, nodes.Name) and node.name == name:
        return True
    return any(mentions(inner, name) for inner in children(node))


def called(node: nodes.Node) -> Iterator[nodes.Name]:
    """The names that an expression calls as functions, where they stand."""
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        yield node.function
    for inner in children(node):
        yield from called(inner)


def free_names(node: nodes.Node) -> Iterator[nodes.Name]:
    """The names an expression takes from outside itself, where they stand. Names in filters may be entries."""
    yield from _free(node, frozenset())


def _free(node: nodes.Node, bound: frozenset[str]) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        if node.name not in bound:
            yield node
    elif isinstance(node, nodes.FunctionOf):
        if node.body:
            yield from _free(node.body, bound | {parameter.name for parameter in node.parameters})
    elif isinstance(node, (nodes.For, nodes.Quantified)):
        yield from _free_in_rounds(node, bound | {"partial"})
    elif isinstance(node, nodes.ContextOf):
        for key, value in node.entries:
            yield from _free(value, bound)
            bound |= {key}
    elif isinstance(node, nodes.Filter):
        yield from _free(node.base, bound)  # what the condition names may be parts of the items
    else:
        for inner in children(node):
            yield from _free(inner, bound)


def _free_in_rounds(node: nodes.For | nodes.Quantified, bound: frozenset[str]) -> Iterator[nodes.Name]:
    for one in node.rounds:
        yield from _free(one.source, bound)
        if one.upto:
            yield from _free(one.upto, bound)
        bound |= {one.name}
    yield from _free(node.body, bound)


def of_function(
    node: nodes.FunctionOf, given: tuple[Type | None, ...], type_of: Callable[[nodes.TypeName | None], Type | None]
) -> FunctionType:
    """The type of a function: its parameters as declared, its result as far as its body shows it."""
    names = {one.name: of or ANY for one, of in zip(node.parameters, given, strict=True)}
    result = _of(node.body, names, type_of) if node.body else ANY
    return FunctionType(tuple(of or ANY for of in given), result)


def _of(node: nodes.Node, names: dict[str, Type], type_of: Callable[[nodes.TypeName | None], Type | None]) -> Type:
    if isinstance(node, nodes.Literal):
        return types.NULL if node.value is None else Kind(type(node.value))
    if isinstance(node, nodes.Name):
        return names.get(node.name, ANY)
    if isinstance(node, nodes.ListOf):
        found = {_of(item, names, type_of) for item in node.items}
        return ListType(found.pop() if len(found) == 1 else ANY)
    if isinstance(node, nodes.ContextOf):
        return ContextType(tuple((key, _of(value, names, type_of)) for key, value in node.entries))
    if isinstance(node, (nodes.Interval, nodes.OneSided)):
        return RangeType(_of(node.high if isinstance(node, nodes.Interval) else node.bound, names, type_of))
    if isinstance(node, nodes.FunctionOf):
        return of_function(node, tuple(type_of(parameter.type) for parameter in node.parameters), type_of)
    if isinstance(node, _LOGICAL):
        return BOOLEAN
    if isinstance(node, nodes.If):
        one, other = _of(node.then, names, type_of), _of(node.otherwise, names, type_of)
        return one if one == other else ANY
    return ANY
