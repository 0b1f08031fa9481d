"""The compiled drawing: immutable, and all that running needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sira.processes.bpmn.expressions import Value


class Kind(StrEnum):
    START = "start"
    END = "end"
    TASK = "task"
    SERVICE = "service"
    RECEIVE = "receive"
    SCRIPT = "script"
    CALL = "call"
    SUBPROCESS = "subprocess"
    EVENT_SUBPROCESS = "event_subprocess"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    EVENT_GATEWAY = "event_gateway"
    CATCH = "catch"
    THROW = "throw"
    BOUNDARY = "boundary"


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: Value | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """kind: timer, message, signal, error, escalation, condition, link, compensate, terminate.

    name: of the message, signal or link; the code of the error or escalation, empty for any.
    value: a timer's time, a condition, a message's correlation key.  shape: date, duration or cycle, of a timer.
    reference: the activity to compensate.
    """

    kind: str
    name: str = ""
    value: Value | None = None
    shape: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """The same activity once for each item of a list."""

    items: Value
    item: str
    sequential: bool
    until: Value | None
    result: Value | None
    results: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a task for a person is about."""

    kind: str
    mandatory: bool
    form: str
    assignee: Value | None
    groups: Value | None
    due: Value | None


@dataclass(frozen=True, slots=True)
class Node:
    """A step of the drawing. inside: the id of the process or sub-process that holds it.

    boundaries: events on its border.  host: for one of those, what it sits on.  undo: what takes back what it did.
    inputs, outputs: variable path and value.  headers: zeebe task headers and properties, but for those name:tr and so
    on, which are names: what it is called, by language.
    called: the key of a called process.  binding, tag: which version of it (see versions.bound).
    form: of a start, what people fill in to ask for the process; that of a task stands in its plan.
    """

    id: str
    name: str
    kind: Kind
    element: str
    inside: str
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[str, ...] = ()
    default: str = ""
    event: Event | None = None
    interrupting: bool = True
    host: str = ""
    boundaries: tuple[str, ...] = ()
    undo: str = ""
    undoes: bool = False
    task_type: str = ""
    retries: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[tuple[str, Value], ...] = ()
    outputs: tuple[tuple[str, Value], ...] = ()
    loop: Loop | None = None
    plan: Plan | None = None
    called: Value | None = None
    binding: str = "latest"
    tag: str = ""
    script: Value | None = None
    result: str = ""
    whole_result: bool = True
    form: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """A process or sub-process: where it starts, and the event sub-processes that listen while it is open.

    undo: the event sub-process that takes back what the whole sub-process did.
    """

    id: str
    start: str = ""
    handlers: tuple[str, ...] = ()
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """starts: start events with an event at the top level.  reaching: for each incoming flow of an inclusive join,
    the nodes from which a token can still come by it."""

    key: str
    name: str
    nodes: Mapping[str, Node]
    containers: Mapping[str, Container]
    starts: tuple[str, ...] = ()
    reaching: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    def begins_at(self, chosen: str = "") -> str:
        """The start that was chosen, else the one without an event, else the first with one."""
        return chosen or self.containers[self.key].start or next(iter(self.starts), "")
