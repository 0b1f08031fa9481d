"""What is probably wrong with the ways of a whole drawing, though each of its steps is right. It stops nothing."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.studio import heard

ENDING = ("sira:close", "sira:resolve")
ENDED_BY_DESK = ("ticket withdrawn", "ticket confirmed")

Found = Iterator[tuple[Node, str]]


def of(graph: Graph) -> Found:
    yield from _waits_for_itself(graph)
    yield from _stays_open(graph)
    yield from _not_heard(graph)


def _waits_for_itself(graph: Graph) -> Found:
    """A drawing that calls itself would never come to its end."""
    for node in graph.nodes.values():
        if node.kind is Kind.CALL and node.called is not None and node.called.text == graph.key:
            yield node, _("it calls the very process it stands in, again and again")


def _stays_open(graph: Graph) -> Found:
    """Ends reached past every block that closes, in a drawing that has one: nobody would look at the ticket."""
    nodes = graph.nodes
    if not any(node.task_type in ENDING for node in nodes.values()):
        return
    open_, seen = [node.id for node in nodes.values() if node.kind is Kind.START and node.inside == graph.key], set()
    while open_:
        node = nodes[open_.pop()]
        by_desk = node.event is not None and node.event.kind == "message" and node.event.name in ENDED_BY_DESK
        if node.id in seen or node.task_type in ENDING or by_desk:
            continue
        seen.add(node.id)
        open_ += [flow.target for flow in node.outgoing] + [key for key in node.boundaries if nodes[key].interrupting]
        if node.kind is Kind.END and node.event is None and node.inside == graph.key:
            yield node, _("the ticket stays open when it ends here; put “Close” before it")


def _not_heard(graph: Graph) -> Found:
    for node in heard.unheard(graph):
        yield node, _("it goes on alike whether it is approved or not; draw a way for yes and one for no")
