"""What is probably wrong with the ways of a whole drawing, though each of its steps is right. It stops nothing."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.studio import heard

ENDING = ("sira:close", "sira:resolve")
AGENTS_DO = frozenset({"work", "test", "publish"})
ENDED_BY_DESK = ("ticket withdrawn", "ticket confirmed")

Found = Iterator[tuple[Node, str]]


def of(graph: Graph, *, is_called: Callable[[], bool] = lambda: False) -> Found:
    """is_called: whether another drawing calls this one, which then ends the ticket; asked only where it matters."""
    yield from _nothing_to_choose(graph)
    yield from _waits_for_itself(graph)
    yield from _stays_open(graph, is_called)
    yield from _ends_without_words(graph)
    yield from _not_heard(graph)


def _nothing_to_choose(graph: Graph) -> Found:
    for node in graph.nodes.values():
        if _half_drawn(node):
            yield node, _("only one way leads out of it, so nothing is chosen; draw the other way")


def _half_drawn(node: Node) -> bool:
    """A choice whose other way is still to be drawn; where several ways come together there is none."""
    return node.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) and len(node.outgoing) == 1 and len(node.incoming) == 1


def _waits_for_itself(graph: Graph) -> Found:
    """A drawing that calls itself would never come to its end."""
    for node in graph.nodes.values():
        if node.kind is Kind.CALL and node.called is not None and node.called.text == graph.key:
            yield node, _("it calls the very process it stands in, again and again")


def _stays_open(graph: Graph, is_called: Callable[[], bool]) -> Found:
    """Ends reached past every block that closes: nobody would look at the ticket any more.

    What closes nothing anywhere is meant so where another drawing calls it, or where it asks how all has been.
    """
    nodes = graph.nodes
    closes = any(node.task_type in ENDING for node in nodes.values())
    asks_how_it_was = any(node.plan is not None and node.plan.kind == "survey" for node in nodes.values())
    if not closes and (asks_how_it_was or is_called()):
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


def _ends_without_words(graph: Graph) -> Found:
    """No ticket is resolved without a word of what was done: an agent writes it while working, else the block does."""
    open_, seen = [key for key in (graph.containers[graph.key].start, *graph.starts) if key], set()
    while open_:
        node = graph.nodes[open_.pop()]
        if node.id in seen:
            continue
        seen.add(node.id)
        if node.task_type in ENDING:
            if not node.headers.get("text", "").strip():
                yield node, _("nobody has written by then what was done; write it as its text, or it gets stuck here")
        elif node.kind is not Kind.CALL and (node.plan is None or node.plan.kind not in AGENTS_DO):
            open_ += _onwards(graph, node)


def _onwards(graph: Graph, node: Node) -> list[str]:
    """Where a token goes next; through a sub-process, not past it."""
    holder = graph.nodes.get(node.inside) if node.kind is Kind.END else None
    inner = graph.containers.get(node.id)
    if inner is not None and inner.start:
        return [inner.start, *node.boundaries]
    return [*(flow.target for flow in (holder or node).outgoing), *node.boundaries]


def _not_heard(graph: Graph) -> Found:
    for node in heard.unheard(graph):
        if any(_half_drawn(graph.nodes[flow.target]) for flow in node.outgoing):
            continue  # said of the choice behind it
        yield node, _("it goes on alike whether it is approved or not; draw a way for yes and one for no")
