"""Which approvals of a drawing anything behind them asks about: one walk for all of them, however many they are."""

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_

from sira.processes.bpmn.expressions import Value
from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.bpmn.particulars import DECIDE
from sira.processes.bpmn.reaching import after
from sira.studio import conditions

#: What an approval answers with, unless it gives its answer names of its own.
ANSWER = frozenset({"approved", "decision", "reason", "decided_by", "comments"})
#: Tables, calls and scripts may read any name. Sets of names are whole numbers here, a bit for each.
ALL = -1


def unheard(graph: Graph) -> Iterator[Node]:
    """Approvals whose refusal changes nothing, for nothing behind them asks what was decided."""
    approvals = [node for node in graph.nodes.values() if _approves(node)]
    bits = _bits(approvals)
    following = {node.id: _following(graph, node) for node in graph.nodes.values()}
    reads = {node.id: _read(node, bits) for node in graph.nodes.values()}
    # The next approval answers by the same names, so an answer without a name of its own is heard up to there.
    stopped = {node.id: 0 for node in approvals}
    near = _carried({**following, **{key: [] for key in stopped}}, {**reads, **stopped})
    far = _carried(following, reads)
    for node in approvals:
        if node.loop is None:
            heard = far if node.outputs else near
            asked = reduce(or_, (heard[key] for key in following[node.id]), _conditions(node, bits))
            if not asked & _names(node, bits):
                yield node


def _approves(node: Node) -> bool:
    return node.plan is not None and node.plan.kind == "approve"


def _answers(node: Node) -> frozenset[str]:
    return frozenset(target for target, _source in node.outputs) or ANSWER


def _bits(approvals: list[Node]) -> Mapping[str, int]:
    names = sorted(set().union(*map(_answers, approvals)))
    return {name: 1 << place for place, name in enumerate(names)}


def _names(node: Node, bits: Mapping[str, int]) -> int:
    return reduce(or_, (bits[name] for name in _answers(node)))


def _following(graph: Graph, node: Node) -> list[str]:
    """Where a token can be next, into sub-processes and out of them too."""
    found = list(after(graph, node))
    if (inner := graph.containers.get(node.id)) is not None:
        found += [key for key in (inner.start, *inner.handlers) if key]
    if node.kind is Kind.END and node.inside != graph.key:
        found.append(node.inside)
    return [key for key in found if key in graph.nodes]


def _read(node: Node, bits: Mapping[str, int]) -> int:
    """The names on which it can depend where it goes from here."""
    if node.kind in (Kind.CALL, Kind.SCRIPT) or node.task_type == DECIDE:
        return ALL
    given = [value for _target, value in node.inputs]
    if not _approves(node):  # what those give on is their own answer, by its old names
        given += [value for _target, value in node.outputs]
    if node.event is not None and node.event.value is not None:
        given.append(node.event.value)
    return _conditions(node, bits) | _in(given, bits)


def _conditions(node: Node, bits: Mapping[str, int]) -> int:
    return _in([flow.condition for flow in node.outgoing if flow.condition is not None], bits)


def _in(values: list[Value], bits: Mapping[str, int]) -> int:
    paths = (path for one in values if one.expression is not None for path in conditions.paths_in(one.expression.node))
    return reduce(or_, (bits.get(path.partition(".")[0], 0) for path in paths), 0)


def _carried(following: Mapping[str, list[str]], reads: Mapping[str, int]) -> dict[str, int]:
    """What is read at each place or anywhere behind it.

    Kosaraju: backwards first, so that of the circles found then each comes after all that it leads to.
    """
    before: dict[str, list[str]] = {key: [] for key in following}
    for key, targets in following.items():
        for target in targets:
            before[target].append(key)
    found: dict[str, int] = {}
    for start in reversed(_finished(before)):
        if start in found:
            continue
        circle, open_, read = {start}, [start], 0
        while open_:
            key = open_.pop()
            read |= reads[key]
            for target in following[key]:
                if target in found:
                    read |= found[target]
                elif target not in circle:
                    circle.add(target)
                    open_.append(target)
        found |= dict.fromkeys(circle, read)
    return found


def _finished(ways: Mapping[str, list[str]]) -> list[str]:
    """All places, each after those to which it leads (but for circles)."""
    seen: set[str] = set()
    order: list[str] = []
    for start in ways:
        open_ = [(start, iter(ways[start]))] if start not in seen else []
        seen.add(start)
        while open_:
            key, rest = open_[-1]
            if (onward := next((each for each in rest if each not in seen), None)) is None:
                order.append(key)
                open_.pop()
            else:
                seen.add(onward)
                open_.append((onward, iter(ways[onward])))
    return order
