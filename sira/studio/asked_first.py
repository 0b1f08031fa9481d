"""What a drawing asks the requester at its very beginning, which the form in the portal may have asked already."""

from collections.abc import Iterator

from sira.catalogue.models import RequestType
from sira.processes.bpmn.graph import Graph, Kind, Node

REQUESTER = "=requester.id"


def asked_first(graph: Graph) -> Iterator[Node]:
    """Forms for the requester right behind the start."""
    for node in graph.nodes.values():
        if node.kind is Kind.START and node.inside == graph.key:
            for step in (graph.nodes[flow.target] for flow in node.outgoing):
                plan = step.plan
                asks = plan is not None and plan.kind == "ask" and plan.form
                if asks and plan is not None and plan.assignee is not None and plan.assignee.text == REQUESTER:
                    yield step


def filled_in_portal(graph: Graph) -> set[str]:
    """Keys of the forms by which people ask for what this process leads."""
    offered = RequestType.objects.filter(type__process_key=graph.key, is_offered=True)
    return set(offered.values_list("form_key", flat=True))
