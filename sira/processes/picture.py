"""Where an instance stands in its drawing: the way it took, since when it waits, and for what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sira.processes import naming, versions
from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.models import Advance, Incident, Instance, Subscription, Task, Timer

MARKS = "+-!~"


@dataclass(frozen=True, slots=True)
class Waiting:
    """kind: task, timer, message, signal, condition, call or incident.  until: a timer's or a task's time.

    text: the message's or signal's name, or what is wrong.  task: its row, if it is one.
    """

    element: str
    name: str
    kind: str
    since: datetime | None
    until: datetime | None = None
    text: str = ""
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What the page paints: elements are ids of the drawing.

    passed: gone through, in order of the first time.  current: where something is waited for.  stuck: with an incident.
    called_off: begun and not finished.  flows: arrows that were walked.
    """

    passed: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    called_off: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


def where(instance: Instance) -> Picture:
    """Five statements, whatever the size of the drawing."""
    graph = versions.graph_of(instance.version_id)
    advances = list(Advance.objects.filter(instance=instance).order_by("id").values_list("at", "way__steps"))
    steps = [step for _at, steps in advances for step in steps]
    passed = list(dict.fromkeys(step for step in steps if step[0] not in MARKS))
    waiting = list(_waiting(instance, graph, _since(advances)))
    current = list(dict.fromkeys(each.element for each in waiting))
    off = dict.fromkeys(step[1:] for step in steps if step[0] == "-")
    return Picture(
        passed=passed,
        current=current,
        stuck=[each.element for each in waiting if each.kind == "incident"],
        called_off=[element for element in off if element not in current and element not in passed],
        flows=list(_flows(graph, passed, {step[1:] for step in steps if step[0] == "~"})),
        waiting=waiting,
    )


def _since(advances: Iterable[tuple[datetime, list[str]]]) -> dict[str, datetime]:
    """When each element was last begun."""
    return {step[1:]: at for at, steps in advances for step in steps if step[0] in "+!"}


def _flows(graph: Graph, passed: list[str], chosen: set[str]) -> Iterator[str]:
    """A step with one way out has walked it; of several the history names those that were taken. Of an event-based
    gateway it names the event that came."""
    for element in passed:
        outgoing = graph.nodes[element].outgoing if element in graph.nodes else ()
        yield from (flow.id for flow in outgoing if len(outgoing) == 1 or flow.id in chosen)
    for gateway in (node for node in graph.nodes.values() if node.kind is Kind.EVENT_GATEWAY):
        yield from (flow.id for flow in gateway.outgoing if flow.target in passed)


def _waiting(instance: Instance, graph: Graph, since: dict[str, datetime]) -> Iterator[Waiting]:
    """What the state waits for, with the words that the rows have for it; events on a border come with their step."""
    waits = [
        (int(token), element, wait[0])
        for token, waited in instance.state.get("waits", {}).items()
        for element, wait in waited.items()
    ]
    kinds = {kind for _token, _element, kind in waits}
    tasks, timers, heard, wrong = _rows(instance, kinds)
    for token, element, kind in waits:
        node = graph.nodes.get(element)
        if node is None:
            continue
        place = token, element
        begun = since.get(element) or since.get(node.host) or instance.started_at
        task = tasks.get(place)
        until = timers.get(place) or (task.due_at if task else None)
        text = wrong.get(place, heard.get(place, ""))
        yield Waiting(element, _words(graph, node), kind, task.created_at if task else begun, until, text, task)


def _rows(
    instance: Instance, kinds: set[str]
) -> tuple[
    dict[tuple[int, str], Task],
    dict[tuple[int, str], datetime],
    dict[tuple[int, str], str],
    dict[tuple[int, str], str],
]:
    """Tasks, times, names and troubles by token and element; only what is waited for is asked for."""
    tasks: dict[tuple[int, str], Task] = {}
    if "task" in kinds:
        rows = Task.objects.filter(instance=instance, state=Task.State.OPEN).select_related("assignee", "group")
        tasks = {(task.token, task.element): task for task in rows}
    timers: dict[tuple[int, str], datetime] = {}
    if kinds & {"timer", "retry"}:
        unfired = Timer.objects.filter(instance=instance, fired_at=None).values_list("token", "element", "due_at")
        timers = {(token, element): due_at for token, element, due_at in unfired}
    heard: dict[tuple[int, str], str] = {}
    if kinds & {"message", "signal"}:
        names = Subscription.objects.filter(instance=instance).values_list("token", "element", "name")
        heard = {(token, element): name for token, element, name in names}
    wrong: dict[tuple[int, str], str] = {}
    if "incident" in kinds:
        troubles = Incident.objects.filter(instance=instance, resolved_at=None).values_list(
            "token", "element", "message"
        )
        wrong = {(token, element): message for token, element, message in troubles}
    return tasks, timers, heard, wrong


def _words(graph: Graph, node: Node) -> str:
    """A start that listens is known by the name of what it starts."""
    if node.kind is Kind.START and node.inside in graph.nodes:
        return naming.step(graph.nodes[node.inside])
    return naming.step(node)
