"""What is probably wrong with the ways of a whole drawing, though each of its steps is right. It stops nothing."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.bpmn.particulars import DECIDE
from sira.processes.bpmn.reaching import after
from sira.studio import speaking

ENDING = ("sira:close", "sira:resolve")
ENDED_BY_DESK = ("ticket withdrawn", "ticket confirmed")
DECIDED = frozenset({"approved", "decision", "reason", "decided_by", "comments"})

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
    """Approvals whose refusal changes nothing, for nothing behind them asks what was decided."""
    reads = {node.id: _reads(node) for node in graph.nodes.values()}  # each lies behind many approvals
    for node in graph.nodes.values():
        if node.plan is None or node.plan.kind != "approve" or node.loop is not None:
            continue
        names = frozenset(target for target, _source in node.outputs) or DECIDED
        behind = _behind(graph, node, own_names=bool(node.outputs))
        if not any((found := reads[each.id]) is None or names & found for each in behind):
            yield node, _("it goes on alike whether it is approved or not; draw a way for yes and one for no")


def _behind(graph: Graph, approval: Node, *, own_names: bool) -> Iterator[Node]:
    """What can follow; up to the next approval, which answers by the same names unless this one has its own."""
    open_, seen = list(after(graph, approval)), {approval.id}
    while open_:
        key = open_.pop()
        if key in seen or key not in graph.nodes:
            continue
        seen.add(key)
        node = graph.nodes[key]
        if node.plan is not None and node.plan.kind == "approve" and not own_names:
            continue
        yield node
        open_ += after(graph, node)
        if node.kind is Kind.END and node.inside != graph.key:
            open_.append(node.inside)


def _reads(node: Node) -> frozenset[str] | None:
    """The names on which it can depend where it goes from here; None: tables, calls and scripts may read anything."""
    if node.kind in (Kind.CALL, Kind.SCRIPT) or node.task_type == DECIDE:
        return None
    read = [flow.condition for flow in node.outgoing] + [value for _target, value in (*node.inputs, *node.outputs)]
    read.append(node.event.value if node.event is not None else None)
    expressions = (one.expression for one in read if one is not None and one.expression is not None)
    return frozenset(path.partition(".")[0] for one in expressions for path in speaking.paths_in(one.node))
