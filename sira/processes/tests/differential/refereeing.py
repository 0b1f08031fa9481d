"""Where two engines disagree, the letter of BPMN 2.0.2 decides, as far as it can be counted."""

from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.tests.differential.players import Place

DROPPED = "a step that is dropped when another token comes by the gateway before it"


def breach(graph: Graph, left: Place, waiting: Place) -> str:
    """What an engine did against the standard, by how often it left each step and where it waits; empty if nothing.

    13.4.1: a parallel join consumes exactly one token of each incoming flow each time.
    13.4.2, 13.4.3: who leaves an exclusive or inclusive gateway takes at least one of its ways.
    13.4.3: an inclusive join waits while a token can still come by a flow that has none.
    """
    source = {flow.id: node for node in graph.nodes.values() for flow in node.outgoing}
    for step in graph.nodes.values():
        if _is_plain(step, graph):
            before = source[step.incoming[0]]
            sure = len(before.outgoing) == 1 or before.kind is Kind.PARALLEL
            if sure and left[before.id] > left[step.id] + waiting[step.id]:
                return DROPPED
    for gateway in graph.nodes.values():
        ways = [graph.nodes[flow.target] for flow in gateway.outgoing]
        chooses = gateway.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) and ways
        gone_on = sum(left[step.id] + waiting[step.id] for step in ways)
        if chooses and all(_is_plain(step, graph) for step in ways) and left[gateway.id] > gone_on:
            return DROPPED
    for join in graph.nodes.values():
        if join.kind not in (Kind.PARALLEL, Kind.INCLUSIVE) or not left[join.id]:
            continue
        came = {flow: left[source[flow].id] for flow in join.incoming if len(source[flow].outgoing) == 1}
        all_known = len(came) == len(join.incoming)
        if all_known and (join.kind is Kind.PARALLEL or len(came) == 1) and left[join.id] < min(came.values()):
            return "a gateway that takes two tokens of one way for one"
        if join.kind is Kind.PARALLEL and came and left[join.id] > min(came.values()):
            return "a parallel join that goes on without a token of each way"
        if join.kind is Kind.INCLUSIVE and left[join.id] >= max(came.values(), default=0):
            for flow, nodes in graph.reaching.get(join.id, {}).items():
                behind = came.get(flow, left[join.id]) < left[join.id]
                if behind and any(element in nodes for element in waiting):
                    return "an inclusive join that goes on while a token can still come"
    return ""


def _is_plain(step: Node, graph: Graph) -> bool:
    """Whether as many tokens left it or wait in it as have come."""
    stays = step.kind is Kind.TASK and step.inside == graph.key and not step.boundaries and step.loop is None
    return stays and len(step.incoming) == 1
