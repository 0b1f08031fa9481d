"""What the requester is asked at the very beginning: by the form with which the process begins, or by its first block,
which may ask once more for the same."""

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


def start_form(graph: Graph) -> str:
    """The key of the form with which the drawing itself says that it begins."""
    starts = (node for node in graph.nodes.values() if node.kind is Kind.START and node.inside == graph.key)
    return next((node.form for node in starts if node.form), "")


def begun_with(graph: Graph) -> list[str]:
    """Keys of the forms that may have been filled in before it begins: its own, and those of the portal."""
    own = start_form(graph)
    return list(dict.fromkeys([*([own] if own else []), *sorted(filter(None, filled_in_portal(graph)))]))
