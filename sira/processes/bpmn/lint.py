"""What is probably a mistake in a drawing, or surely one, in plain words."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.findings import Findings
from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.bpmn.reaching import after
from sira.processes.bpmn.reading import Element

CHOOSING = (Kind.EXCLUSIVE, Kind.INCLUSIVE)
AUTOMATIC = (Kind.SERVICE, Kind.SCRIPT, Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.THROW)
NEEDS_NO_WAY_IN = (Kind.START, Kind.BOUNDARY, Kind.EVENT_SUBPROCESS)


def look(graph: Graph, findings: Findings, elements: Mapping[str, Element]) -> None:
    reached = set(_reached(graph, ""))
    for node in graph.nodes.values():
        element = elements[node.id]
        _ways(node, graph, findings, elements)
        if node.id not in reached and not node.undoes and not _takes_back(node):
            findings.warn(element, _("no way leads here, so it never happens"))
        if (
            node.kind is Kind.PARALLEL
            and len(node.incoming) > 1
            and node.id in reached
            and _waits_for_itself(graph, node)
        ):
            findings.refuse(element, _("it waits for itself: one of its ways in begins only after it"))
        if node.kind is Kind.EVENT_GATEWAY:
            _events_follow(graph, node, findings, elements)
    for key in _circles(graph):
        findings.warn(
            elements[key], _("the way round from here back to here has no step that waits; it would be stopped")
        )


def _takes_back(node: Node) -> bool:
    return node.kind is Kind.BOUNDARY and node.event is not None and node.event.kind == "compensate"


def _events_follow(graph: Graph, gateway: Node, findings: Findings, elements: Mapping[str, Element]) -> None:
    for flow in gateway.outgoing:
        if graph.nodes[flow.target].kind not in (Kind.CATCH, Kind.RECEIVE):
            reason = _("it follows an event-based gateway; only something to wait for can stand there")
            findings.refuse(elements[flow.target], reason)


def _ways(node: Node, graph: Graph, findings: Findings, elements: Mapping[str, Element]) -> None:
    element = elements[node.id]
    several = len(node.outgoing) > 1
    if node.kind in CHOOSING and several:
        for flow in node.outgoing:
            if flow.condition is None and flow.id != node.default:
                reason = _("the way “%(way)s” has no condition and is not the default")
                called = elements[flow.id].get("name") or graph.nodes[flow.target].name or flow.id
                findings.refuse(element, reason % {"way": called})
        if node.default not in {flow.id for flow in node.outgoing}:
            findings.warn(element, _("if no condition holds, it gets stuck; mark one way as the default"))
    if node.kind is Kind.EVENT_GATEWAY and not several:
        findings.refuse(element, _("it needs at least two events to wait for"))
    if _takes_back(node):
        return  # it is joined to what takes the activity back; no arrow leads there
    if not node.outgoing and node.kind not in (Kind.END, Kind.EVENT_SUBPROCESS) and not node.undoes:
        findings.warn(element, _("no way leads out of it; draw one to an end"))
    if node.kind is Kind.END and node.outgoing:
        findings.refuse(element, _("nothing can follow an end"))
    if node.incoming and (node.kind in (Kind.START, Kind.BOUNDARY)):
        findings.refuse(element, _("no way can lead into it"))
    if not node.incoming and node.kind not in NEEDS_NO_WAY_IN and not node.undoes and node.event is None:
        findings.warn(element, _("no way leads into it"))


def _reached(graph: Graph, without: str) -> Iterator[str]:
    seen: set[str] = set()
    open_ = [key for key, node in graph.nodes.items() if node.kind in (Kind.START, Kind.EVENT_SUBPROCESS)]
    open_ += [node.undo for node in graph.nodes.values() if node.undo]
    while open_:
        key = open_.pop()
        if key not in seen and key != without:
            seen.add(key)
            yield key
            open_ += after(graph, graph.nodes[key])


def _waits_for_itself(graph: Graph, join: Node) -> bool:
    """Some way into the join can be walked only by who has passed it."""
    without = set(_reached(graph, join.id))
    into = set(join.incoming)
    sources = {flow.source for node in graph.nodes.values() for flow in node.outgoing if flow.id in into}
    return not sources <= without


def _circles(graph: Graph) -> Iterator[str]:
    """One node of each circle of steps that none waits in and none can be left by a choice."""
    inner = {
        key: [flow.target for flow in node.outgoing]
        for key, node in graph.nodes.items()
        if node.kind in AUTOMATIC and not (node.kind in CHOOSING and len(node.outgoing) > 1)
    }
    settled: set[str] = set()
    for begin in inner:
        key = begin
        path: dict[str, None] = {}
        while key in inner and key not in settled and key not in path:
            path[key] = None
            key = inner[key][0] if inner[key] else ""
        if key in path:
            yield key
        settled |= path.keys()


def declared_names(process: Element) -> Iterator[str]:
    """Variables that the drawing itself makes; those with blanks in their names have to be known to read conditions."""
    for element in process.walk():
        if element.local in ("dataObject", "dataObjectReference", "dataInput", "dataOutput", "property"):
            yield element.get("name")
        for attribute in ("target", "resultVariable", "inputElement", "outputCollection"):
            if name := element.get(attribute):
                yield name.partition(".")[0]
