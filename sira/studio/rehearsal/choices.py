"""What can be answered to a step, found in the drawing: the values that the ways behind it ask for."""

from collections.abc import Iterator
from typing import Any

from sira.decisions.feel import nodes
from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.graph import Graph, Kind, Node

WAITING = (Kind.TASK, Kind.RECEIVE, Kind.CATCH, Kind.EVENT_GATEWAY, Kind.CALL)
TURNED_DOWN = ("no", "rejected", "declined", "refused", "failed", "false")


def asked_behind(graph: Graph, node: Node, known: frozenset[str]) -> dict[str, list[Any]]:
    """Variable and the values that conditions between the step and the next wait compare it with.

    known: names that facts already give, such as ticket.
    """
    found: dict[str, list[Any]] = {}
    for flow in _ways(graph, node):
        if flow is None or flow.expression is None:
            continue
        for name, value in compared(flow.expression.node):
            if name.partition(".")[0] not in known and value not in found.setdefault(name, []):
                found[name].append(value)
    return {name: _both(values) for name, values in found.items()}


def likely(asked: dict[str, list[Any]], *, again: int = 0) -> dict[str, Any]:
    """An answer to assume where nobody gives one: what does not turn it down. again: the next ones after that, so that
    what is asked in a circle comes out of it."""
    ordered = {name: sorted(values, key=_turns_down) for name, values in asked.items()}
    return {name: values[again % len(values)] for name, values in ordered.items()}


def _turns_down(value: Any) -> bool:
    return str(value).lower() in TURNED_DOWN


def nested(outcome: dict[str, Any]) -> dict[str, Any]:
    """Answers by path as values by name."""
    made: dict[str, Any] = {}
    for path, value in outcome.items():
        place, names = made, path.split(".")
        for name in names[:-1]:
            place = place.setdefault(name, {})
        place[names[-1]] = value
    return made


def _ways(graph: Graph, node: Node) -> Iterator[Any]:
    seen: set[str] = set()
    open_ = [flow.target for flow in node.outgoing]
    open_ += [node.inside] if not node.outgoing and node.inside in graph.nodes else []
    yield from (flow.condition for flow in node.outgoing)
    if node.loop is not None and node.loop.until is not None:
        yield node.loop.until
    while open_:
        key = open_.pop()
        if key in seen or key not in graph.nodes:
            continue
        seen.add(key)
        reached = graph.nodes[key]
        yield from (flow.condition for flow in reached.outgoing)
        if reached.kind not in WAITING:
            open_ += [flow.target for flow in reached.outgoing]


def _both(values: list[Any]) -> list[Any]:
    if values == [True] or values == [False]:
        return [True, False]
    return values


def compared(node: nodes.Node) -> Iterator[tuple[str, Any]]:
    """(path, constant) of every comparison; a path alone is one with true."""
    match node:
        case nodes.Comparison(_at, _operator, left, right):
            for path, other in ((_path(left), right), (_path(right), left)):
                if path and isinstance(other, nodes.Literal):
                    yield path, _plain(other.value)
        case nodes.Junction(_at, _operator, parts):
            for part in parts:
                yield from compared(part)
        case nodes.In(_at, value, tests):
            for test in tests:
                if (path := _path(value)) and isinstance(test, nodes.Literal):
                    yield path, _plain(test.value)
        case nodes.Call(_at, _function, positional):
            for argument in positional:
                yield from compared(argument)
        case _ if path := _path(node):
            yield path, True


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Path):
        base = _path(node.base)
        return f"{base}.{node.name}" if base else ""
    return ""


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool) or value is None else plain(value)
