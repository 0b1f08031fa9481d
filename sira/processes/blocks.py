"""Where higher rooms say what an automatic step does, what conditions may read, and what they want to be told.

A block is a function that gets a Step and may answer with variables. It changes rows in the caller's transaction and
sends nothing itself: jobs that it defers commit or vanish with it. If it raises, what it changed is undone, and the
instance is stuck there with an incident, unless the drawing catches the refusal's code as an error.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sira.processes.bpmn.graph import Node
from sira.processes.models import Incident, Instance, Task


class Facts(Protocol):
    """What conditions read about a subject, such as {"ticket": {...}}; asked anew after every block.

    forget: what the blocks of this advance did has been undone; drop whatever was kept in memory.
    in_words: a value of theirs, such as that of ticket.priority, as a text in that language says it; empty where it is
    said as it stands.
    """

    def __call__(self) -> Mapping[str, Any]: ...

    def forget(self) -> None: ...

    def in_words(self, path: str, value: str, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class FixedFacts:
    facts: Mapping[str, Any]

    def __call__(self) -> Mapping[str, Any]:
        return self.facts

    def forget(self) -> None:
        pass

    def in_words(self, path: str, value: str, language: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Step:
    """An automatic step to be done now.

    instance: not saved yet while its very first steps run.  element: id, name, task_type and headers of the node.
    variables: what the drawing's input mappings give, process variables and facts behind them.
    source: what the caller handed in as facts, for blocks that share a loaded subject.
    """

    instance: Instance
    subject: int
    element: Node
    variables: Mapping[str, Any]
    facts: Mapping[str, Any]
    source: Facts
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskChange:
    """opened: the new rows.  done: what a person has just completed.  cancelled: elements no longer asked for.

    source: the subject's facts as whoever set it going handed them in.
    """

    instance: Instance
    at: datetime
    opened: list[Task] = field(default_factory=list)
    done: Task | None = None
    cancelled: list[str] = field(default_factory=list)
    source: Facts = field(default_factory=lambda: FixedFacts({}))


@dataclass(frozen=True, slots=True)
class InstanceChange:
    """ended: it ended or was cancelled just now; see the instance's status.  incidents: where it got stuck."""

    instance: Instance
    at: datetime
    ended: bool = False
    incidents: list[Incident] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A process begins by itself, and nobody has said for what. begin: starts it for a subject, with its facts."""

    key: str
    name: str
    variables: Mapping[str, Any]
    at: datetime
    begin: Callable[[int, Facts | Mapping[str, Any] | None], Instance]


class Prepares(Protocol):
    """Before a task is written: complete its row, or raise Refused so that the step fails.

    wants: whether the node has anything to prepare.  prepare: people and groups as the drawing's values came out.
    findings: words against publishing the node.
    """

    def wants(self, node: Node) -> bool: ...

    def prepare(self, task: Task, step: Step, assignee: Any, groups: Any) -> None: ...

    def findings(self, node: Node) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Later:
    """A block's answer comes by and by: running.answered gives it.

    ask: defers the job that finds it, once the instance is written: (instance, token, element, visit). The visit is the
    same in all tries of one stay at the step, and another when the process comes there again.
    """

    ask: Callable[[Instance, str, str, str], None]


Run = Callable[[Step], Mapping[str, Any] | Later | None]
_blocks: dict[str, Run] = {}
_prepares: list[Prepares] = []
_may_open: list[Callable[[Task, Facts], None]] = []
_told_of_tasks: list[Callable[[TaskChange], None]] = []
_told_of_instances: list[Callable[[InstanceChange], None]] = []
_facts_of: list[Callable[[int], Facts]] = []
_locks: list[tuple[Callable[[int], None], Callable[[int], bool]]] = []
_begins: list[Callable[[Beginning], bool]] = []


def register(task_type: str, run: Run) -> None:
    _blocks[task_type] = run


def block(task_type: str) -> Callable[[Run], Run]:
    """Register the function below as what that task type does."""

    def registered(run: Run) -> Run:
        register(task_type, run)
        return run

    return registered


def find(task_type: str) -> Run | None:
    return _blocks.get(task_type)


def known() -> Iterable[str]:
    """Every task type that some room can do."""
    return sorted(_blocks)


def prepare_by(prepares: Prepares) -> None:
    """Who knows what a drawing says of its tasks."""
    _prepares[:] = [prepares]


def preparing(node: Node) -> Prepares | None:
    return next((each for each in _prepares if each.wants(node)), None)


def may_open(ask: Callable[[Task, Facts], None]) -> None:
    """Who may refuse a task before it is opened, by raising Refused: then its step fails. It must cost next to
    nothing."""
    _may_open.append(ask)


def must_be_open_to(task: Task, facts: Facts) -> None:
    for ask in _may_open:
        ask(task, facts)


def findings_of(node: Node) -> list[str]:
    """What those who prepare its tasks have against the node."""
    return [words for each in _prepares for words in each.findings(node)]


def on_task_change(tell: Callable[[TaskChange], None]) -> None:
    """Be told, in the same transaction, after tasks were written."""
    _told_of_tasks.append(tell)


def on_instance_change(tell: Callable[[InstanceChange], None]) -> None:
    """Be told, in the same transaction, when an instance ends or gets stuck."""
    _told_of_instances.append(tell)


def tell_of_tasks(change: TaskChange) -> None:
    for tell in _told_of_tasks:
        tell(change)


def tell_of_instance(change: InstanceChange) -> None:
    for tell in _told_of_instances:
        tell(change)


def facts_by(read: Callable[[int], Facts]) -> None:
    """Where facts come from when nobody hands them in: a timer fires, another process speaks."""
    _facts_of[:] = [read]


def lock_by(lock: Callable[[int], None], unless_busy: Callable[[int], bool]) -> None:
    """How a subject is locked before its instance, so that timers and people meet in the same order.

    unless_busy: the same, and False at once if another transaction has it.
    """
    _locks[:] = [(lock, unless_busy)]


def begin_by(begin: Callable[[Beginning], bool]) -> None:
    """Who makes the subject of a process that begins by itself; answers whether it began."""
    _begins[:] = [begin]


def begin_for(beginning: Beginning) -> bool:
    return any(begin(beginning) for begin in _begins)


def facts_of(subject: int) -> Facts:
    return _facts_of[0](subject) if _facts_of and subject else FixedFacts({})


def lock(subject: int) -> None:
    for wait, _unless_busy in _locks:
        wait(subject)


def lock_unless_busy(subject: int) -> bool:
    return all(unless_busy(subject) for _wait, unless_busy in _locks)


def as_facts(given: Facts | Mapping[str, Any] | None, subject: int) -> Facts:
    if given is None:
        return facts_of(subject)
    return FixedFacts(given) if isinstance(given, Mapping) else given
