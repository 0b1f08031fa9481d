"""From where a token can still come: what an inclusive join has to know."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sira.processes.bpmn.graph import Graph, Kind, Node

#: Most nodes to be kept for all ways into inclusive joins; a drawing with 2,000 steps could ask for some millions.
MAX_KEPT = 2_500_000


def too_many_joins(nodes: Mapping[str, Node]) -> bool:
    ways = (len(node.incoming) for node in nodes.values() if node.kind is Kind.INCLUSIVE and len(node.incoming) > 1)
    return sum(ways) * len(nodes) > MAX_KEPT


def reaching(graph: Graph) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """For each inclusive join and each of its incoming flows: the nodes that lead to it without passing the join.

    BPMN 2.0.2, 13.4.3: a token that could still come by an empty flow makes the join wait.
    """
    joins = [node for node in graph.nodes.values() if node.kind is Kind.INCLUSIVE and len(node.incoming) > 1]
    if not joins:
        return {}
    before = _before(graph)
    source = {flow.id: flow.source for node in graph.nodes.values() for flow in node.outgoing}
    return {
        join.id: {flow: frozenset(_backwards(source[flow], join.id, before)) for flow in join.incoming}
        for join in joins
    }


def _before(graph: Graph) -> Mapping[str, list[str]]:
    before: dict[str, list[str]] = defaultdict(list)
    for node in graph.nodes.values():
        for following in after(graph, node):
            before[following].append(node.id)
    return before


def after(graph: Graph, node: Node) -> Iterator[str]:
    """The nodes of the same container that can follow this one, by arrow or over its border."""
    for flow in node.outgoing:
        yield flow.target
    yield from node.boundaries


def _backwards(start: str, without: str, before: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    open_ = [] if start == without else [start]
    while open_:
        key = open_.pop()
        if key not in found:
            found.add(key)
            open_ += (each for each in before[key] if each != without)
    return found
