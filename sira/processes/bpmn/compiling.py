"""A drawing to the graph that runs, or the list of what stands against it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn import lint
from sira.processes.bpmn.elements import ACTIVITIES, EVENT_KINDS, IN_EVENT_SUBPROCESS, NOT_RUN, RUN, SILENT
from sira.processes.bpmn.expressions import NotAnExpression, Value, condition
from sira.processes.bpmn.findings import Findings
from sira.processes.bpmn.graph import Container, Flow, Graph, Kind, Node
from sira.processes.bpmn.particulars import Particulars, local_id
from sira.processes.bpmn.reaching import reaching, too_many_joins
from sira.processes.bpmn.reading import Definitions, Element
from sira.processes.refusals import NotRunnable

MAX_NODES = 2_000
MAX_FLOWS = 3 * MAX_NODES


def compile_process(definitions: Definitions, key: str = "", *, names: Iterable[str] = ()) -> Graph:
    """The process with that id; without one, the only process that is meant to run.

    names: what conditions may speak of besides the drawing's own variables, where a name has blanks.
    Raises NotRunnable.
    """
    graph, findings = examine(definitions, key, names=names)
    if graph is None or findings.stopping:
        raise NotRunnable(findings.stopping)
    return graph


def examine(definitions: Definitions, key: str = "", *, names: Iterable[str] = ()) -> tuple[Graph | None, Findings]:
    """The graph as far as it can be made, and all findings: what stops it first, then what may be a mistake."""
    findings = Findings()
    process = choose(definitions, key)
    if process is None:
        findings.refuse(definitions.root, _("the file holds no process that could run"))
        return None, findings
    if sum(1 for element in process.walk() if element.local == "sequenceFlow") > MAX_FLOWS:
        reason = _("it has more than %(limit)s arrows; divide it with call activities")
        findings.refuse(process, reason % {"limit": f"{MAX_FLOWS:,}"})
        return None, findings
    compiler = _Compiler(definitions, findings, frozenset(names) | set(lint.declared_names(process)))
    if sum(1 for element in process.walk() if (element.local, "") in RUN or "Event" in element.local) > 3 * MAX_NODES:
        findings.refuse(process, too_many_steps())
        return None, findings
    compiler.container(process)
    if len(compiler.drafts) > MAX_NODES:
        findings.refuse(process, too_many_steps())
        return None, findings
    if sum(1 for other in definitions.processes() if other.id == process.id) > 1:
        findings.refuse(process, _("its id is missing or used twice"))
    graph = compiler.graph(process)
    if not findings.stopping:
        lint.look(graph, findings, compiler.elements)
    findings.sort(key=lambda finding: not finding.stops)
    return graph, findings


def choose(definitions: Definitions, key: str = "") -> Element | None:
    processes = definitions.processes()
    if key:
        return next((process for process in processes if process.id == key), None)
    meant = [process for process in processes if process.get("isExecutable") == "true"] or processes
    with_steps = [process for process in meant if any(True for _flow in process.children("sequenceFlow"))]
    return next(iter(with_steps or meant), None)


def too_many_steps() -> Any:
    return _("it has more than %(limit)s steps; divide it with call activities") % {"limit": f"{MAX_NODES:,}"}


@dataclass(slots=True)
class _Compiler:
    definitions: Definitions
    findings: Findings
    names: frozenset[str]
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    containers: dict[str, Container] = field(default_factory=dict)
    declared: dict[str, dict[str, Element]] = field(default_factory=dict)
    undoing: list[tuple[str, str]] = field(default_factory=list)

    def container(self, holder: Element) -> None:
        """Take up a process or sub-process and all it holds."""
        inner: list[Element] = []
        for element in holder.children():
            self.elements[element.id] = element
            if element.local == "sequenceFlow":
                self.flow(element)
            elif element.local == "association":
                self.undoing.append((local_id(element.get("sourceRef")), local_id(element.get("targetRef"))))
            elif element.local in SILENT or element.local.endswith("LoopCharacteristics"):
                continue
            elif "EventDefinition" not in element.local:
                self.node(element, holder)
                inner += [element] if element.local == "subProcess" else []
        if holder.id not in self.containers:
            self.containers[holder.id] = self._entrance(holder)
        for element in inner:
            self.container(element)

    def _entrance(self, holder: Element) -> Container:
        mine = [(key, draft) for key, draft in self.drafts.items() if draft["inside"] == holder.id]
        plain = [key for key, draft in mine if draft["kind"] is Kind.START and draft.get("event") is None]
        armed = [key for key, draft in mine if draft["kind"] is Kind.START and draft.get("event") is not None]
        handlers = tuple(key for key, draft in mine if draft["kind"] is Kind.EVENT_SUBPROCESS)
        is_process, is_handler = holder.local == "process", holder.get("triggeredByEvent") == "true"
        if is_handler and (len(armed) != 1 or plain):
            self.findings.refuse(holder, _("an event sub-process needs exactly one start, and that needs an event"))
        elif not is_handler and len(plain) > 1:
            self.findings.refuse(holder, _("it has more than one start without an event"))
        elif not mine:
            self.findings.refuse(holder, _("it is empty"))
        elif not is_handler and not is_process and (armed or not plain):
            self.findings.refuse(holder, _("a sub-process needs exactly one start, and that without an event"))
        elif is_process and not plain and not armed:
            self.findings.refuse(holder, _("it has no start"))
        return Container(holder.id, next(iter(armed if is_handler else plain), ""), handlers)

    def flow(self, element: Element) -> None:
        written = element.child("conditionExpression")
        compiled: Value | None = None
        if written is not None and written.text:
            try:
                compiled = condition(written.text, self.names, written.get("language"))
            except NotAnExpression as problem:
                name = " ".join(element.get("name").split()) or written.text
                self.findings.refuse(replace_title(element, name), problem.args[0])
        self.flows.append(Flow(element.id, element.get("sourceRef"), element.get("targetRef"), compiled))

    def node(self, element: Element, holder: Element) -> None:
        definitions = [child for child in element.children() if child.local in EVENT_KINDS]
        event = EVENT_KINDS[definitions[0].local] if definitions else ""
        if any(True for _reference in element.children("eventDefinitionRef")):
            self.findings.refuse(element, _("it refers to an event that is defined elsewhere; define it here"))
            return
        if len(definitions) > 1:
            self.findings.refuse(element, _("it waits for several events at once; use an event-based gateway"))
            return
        kind = self._kind(element, event, holder)
        if kind is None:
            reason = NOT_RUN.get(element.local) or NOT_RUN.get(event)
            self.findings.refuse(
                element, reason or _("this element is not run") if not event else reason or _unknown(event)
            )
            return
        if not element.id or element.id in self.drafts or element.id == holder.id or element.id in self.containers:
            self.findings.refuse(element, _("its id is missing or used twice"))
            return
        if {element.get("startQuantity"), element.get("completionQuantity")} - {"", "1"}:
            self.findings.refuse(element, _("it counts tokens (start or completion quantity), which is not run"))
        particulars = Particulars(self.definitions, self.findings, self.names, self.declared)
        draft: dict[str, Any] = {
            "id": element.id,
            "name": element.title,
            "kind": kind,
            "element": element.local,
            "inside": holder.id,
        }
        draft["event"] = particulars.event(element, definitions[0], kind) if definitions else None
        draft["default"] = element.get("default")
        draft["host"] = local_id(element.get("attachedToRef"))
        draft["interrupting"] = "false" not in (element.get("cancelActivity"), element.get("isInterrupting"))
        draft["undoes"] = element.get("isForCompensation") == "true"
        draft |= particulars.of(element, kind)
        self.drafts[element.id] = draft

    def _kind(self, element: Element, event: str, holder: Element) -> Kind | None:
        if element.local == "subProcess" and element.get("triggeredByEvent") == "true":
            return Kind.EVENT_SUBPROCESS
        if element.local == "startEvent" and holder.get("triggeredByEvent") == "true" and event:
            return Kind.START if event in IN_EVENT_SUBPROCESS else None
        return RUN.get((element.local, event))

    def graph(self, process: Element) -> Graph:
        self._links()
        outgoing, incoming = defaultdict(list), defaultdict(list)
        for flow in self.flows:
            if flow.source in self.drafts and flow.target in self.drafts:
                if self.drafts[flow.source]["inside"] != self.drafts[flow.target]["inside"]:
                    self.findings.refuse(self.elements[flow.id], _("it leads into a sub-process or out of one"))
                outgoing[flow.source].append(flow)
                incoming[flow.target].append(flow.id)
            elif not self.findings.stopping:
                self.findings.refuse(self.elements[flow.id], _("it begins or ends nowhere"))
        boundaries: dict[str, list[str]] = defaultdict(list)
        for key, draft in self.drafts.items():
            if draft["kind"] is Kind.BOUNDARY:
                self._boundary(key, draft, boundaries)
        self._undoing_handlers()
        self._undone()
        nodes = {
            key: Node(
                **draft,
                outgoing=tuple(outgoing[key]),
                incoming=tuple(incoming[key]),
                boundaries=tuple(boundaries[key]),
            )
            for key, draft in self.drafts.items()
        }
        if too_many_joins(nodes):
            self.findings.refuse(process, _("it has too many inclusive gateways; divide it with call activities"))
            return Graph(process.id, process.title, nodes, self.containers)
        starts = tuple(n.id for n in nodes.values() if n.kind is Kind.START and n.event and n.inside == process.id)
        graph = Graph(process.id, process.title, nodes, self.containers, starts)
        return replace(graph, reaching=reaching(graph))

    def _boundary(self, key: str, draft: dict[str, Any], boundaries: dict[str, list[str]]) -> None:
        host = self.drafts.get(draft["host"])
        if host is None or host["kind"] not in ACTIVITIES or host["inside"] != draft["inside"]:
            if not self.findings.stopping:
                self.findings.refuse(self.elements[key], _("it sits on nothing that could be left by it"))
        elif draft["event"] is not None and draft["event"].kind == "compensate":
            handlers = [target for source, target in self.undoing if source == key and target in self.drafts]
            if len(handlers) != 1 or not self.drafts[handlers[0]]["undoes"]:
                self.findings.refuse(self.elements[key], _("it must be joined to one activity for compensation"))
            else:
                host["undo"] = handlers[0]
        else:
            boundaries[draft["host"]].append(key)

    def _undoing_handlers(self) -> None:
        """An event sub-process that begins with compensation listens to nothing: it waits to be asked."""
        for key, container in list(self.containers.items()):
            undoing = [handler for handler in container.handlers if self._compensates(handler)]
            listening = tuple(handler for handler in container.handlers if handler not in undoing)
            self.containers[key] = replace(container, handlers=listening, undo=undoing[0] if undoing else "")

    def _undone(self) -> None:
        """What an event takes back by name has to be there."""
        for key, draft in self.drafts.items():
            event = draft["event"]
            if event is not None and event.kind == "compensate" and event.reference not in ("", *self.drafts):
                self.findings.refuse(self.elements[key], _("the activity that it takes back is not there"))

    def _compensates(self, handler: str) -> bool:
        start = self.drafts.get(self.containers[handler].start) if handler in self.containers else None
        return start is not None and start["event"] is not None and start["event"].kind == "compensate"

    def _links(self) -> None:
        """A throwing link goes on at the catching one of the same name in the same container."""
        for source, target in self._link_pairs():
            self.flows.append(Flow(f"{source}>{target}", source, target))

    def _link_pairs(self) -> Iterator[tuple[str, str]]:
        links = [(key, d) for key, d in self.drafts.items() if d["event"] is not None and d["event"].kind == "link"]
        catching = {(d["inside"], d["event"].name): key for key, d in links if d["kind"] is Kind.CATCH}
        for key, draft in links:
            if draft["kind"] is Kind.THROW:
                target = catching.get((draft["inside"], draft["event"].name))
                if target is None:
                    self.findings.refuse(self.elements[key], _("no catching link with this name is near"))
                else:
                    yield key, target


def replace_title(element: Element, title: str) -> Element:
    return Element(element.name, element.attributes | {"name": title}, element.namespace)


def _unknown(event: str) -> Any:
    return _("an event of the kind “%(event)s” is not run here") % {"event": event}
