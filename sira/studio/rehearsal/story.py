"""What a play is made of: the desk that it plays before, its runs, what happened, and what is waited for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise

from sira.processes.bpmn.expressions import WorkingTime
from sira.processes.bpmn.graph import Graph, Node
from sira.processes.bpmn.messages import OpenTask
from sira.processes.bpmn.state import State

if TYPE_CHECKING:
    from sira.studio.rehearsal.playing import Play

Place = tuple[int, str, str]  # frame, token, element


class Scene(Protocol):
    """The desk as far as a drawing can see it. facts: what conditions read; steps may change them."""

    facts: dict[str, Any]

    def perform(self, node: Node, variables: Mapping[str, Any], play: "Play") -> Mapping[str, Any]:
        """What an automatic step would answer. Raises Refused."""
        ...

    def asks(self, node: Node, task: OpenTask, due: datetime | None, play: "Play", place: Place) -> None:
        """Who is told that a task waits for them."""
        ...

    def overdue(self, node: Node, task: OpenTask, due: datetime | None, play: "Play", place: Place) -> None:
        """Who is told that an approval is not decided in time."""
        ...

    def after(self, amount: WorkingTime, at: datetime) -> datetime: ...

    def zone(self) -> tzinfo:
        """By whose clock a date without a zone is meant."""
        ...

    def graph_of(self, key: str) -> Graph | None:
        """The published process that a drawing calls."""
        ...


@dataclass(slots=True)
class Line:
    """Something that happened.

    kind: passed, task, done, late, closed, timer, heard, sent, mail, does, wrong, ended.
    detail: what the page shows beneath.
    """

    at: datetime
    kind: str
    element: str
    name: str
    text: str | Promise = ""
    detail: Any = None


@dataclass(slots=True)
class Frame:
    """One run: of the drawing itself (0), or of a process that it calls."""

    graph: Graph
    state: State
    caller: Place | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """What is waited for. kind: as in the state's waits.  due: of a timer or a task.  asked: whom a task asks.
    has_deadline: something happens when its time is over."""

    place: Place
    node: Node
    kind: str
    due: datetime | None = None
    asked: OpenTask | None = None
    name: str = ""
    has_deadline: bool = False
