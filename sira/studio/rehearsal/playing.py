"""A drawing played with virtual time by the pure engine. Knows no database: the scene answers for the desk."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from sira.plumbing.refusals import Refused
from sira.processes import naming
from sira.processes.bpmn.advancing import BUDGET, advance
from sira.processes.bpmn.expressions import WorkingTime, plain
from sira.processes.bpmn.graph import Graph, Node
from sira.processes.bpmn.messages import (
    Call,
    Cancel,
    Effect,
    Ended,
    Failed,
    Finished,
    GotStuck,
    Listen,
    Looked,
    Occurred,
    OpenTask,
    Perform,
    Release,
    SetTimer,
    Start,
    Stimulus,
    Throw,
)
from sira.processes.bpmn.state import State
from sira.processes.refusals import NotWaiting
from sira.studio.rehearsal import deadlines
from sira.studio.rehearsal.story import Frame, Line, Place, Scene, Wait

MAX_FRAMES, MAX_LINES = 50, 2_000


@dataclass(slots=True)
class Play:
    graph: Graph
    scene: Scene
    at: datetime
    lines: list[Line] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    tasks: dict[Place, tuple[OpenTask, datetime | None]] = field(default_factory=dict)
    timers: dict[Place, datetime] = field(default_factory=dict)
    deadlines: dict[Place, datetime] = field(default_factory=dict)
    heard: dict[Place, Listen] = field(default_factory=dict)
    budget: int = BUDGET

    # What whoever plays can do

    def start(self, variables: Mapping[str, Any] | None = None) -> None:
        self.frames.append(Frame(self.graph, State()))
        self._take(0, Start(variables or {}))

    def finish(self, place: Place, outcome: Mapping[str, Any], *, at: datetime) -> bool:
        """The task is done at that time; what falls due before happens before. Answers whether it was still open."""
        self.until(at)
        if place not in self.tasks or not self._waits(place):
            self.line("closed", self.node(place))
            return False
        node = self.node(place)
        self.line("done", node, detail=dict(outcome))
        self._take(place[0], Finished(place[1], place[2], outcome))
        return True

    def hear(self, place: Place, payload: Mapping[str, Any], *, at: datetime) -> bool:
        """The message or signal comes, or the condition's event, at that time."""
        self.until(at)
        if not self._waits(place):
            return False
        self.line("heard", self.node(place))
        self._take(place[0], Occurred(place[1], place[2], payload))
        return True

    def skip(self, place: Place, outcome: Mapping[str, Any]) -> bool:
        """Go on behind a step that is stuck."""
        if not self._waits(place):
            return False
        self._take(place[0], Finished(place[1], place[2], outcome))
        return True

    def until(self, at: datetime) -> None:
        """Let time pass; timers fire and approvals fall due in the order of their times."""
        while (due := self.next_due()) is not None and due <= at and len(self.lines) < MAX_LINES:
            _due, place, happens = min((due, place, name) for name, place, due in self._dues())
            if happens == "timer":
                self._fire(place)
            else:
                self._fall_due(place)
        self.at = max(self.at, at)

    def next_due(self) -> datetime | None:
        """When something happens though nobody does anything."""
        return min((due for _name, _place, due in self._dues()), default=None)

    def _dues(self) -> Iterator[tuple[str, Place, datetime]]:
        yield from (("timer", place, due) for place, due in self.timers.items())
        yield from (("deadline", place, due) for place, due in self.deadlines.items())

    def _fire(self, place: Place) -> None:
        self.at = max(self.at, self.timers.pop(place))
        if self._waits(place):
            self.line("timer", self.node(place))
            self._take(place[0], Occurred(place[1], place[2]))

    def _fall_due(self, place: Place) -> None:
        self.at = max(self.at, self.deadlines.pop(place))
        if self._waits(place):
            said, outcome = deadlines.passed(self.node(place))
            self.line("late", self.node(place), said)
            if outcome is not None:
                self._take(place[0], Finished(place[1], place[2], outcome))
            else:
                self.scene.overdue(self.node(place), *self.tasks[place], self, place)

    def look(self) -> None:
        """The facts have changed: conditions are asked again."""
        for number, frame in enumerate(self.frames):
            if not frame.ended:
                self._take(number, Looked())

    # Where it stands

    @property
    def ended(self) -> bool:
        return bool(self.frames) and self.frames[0].ended

    def waiting(self) -> list[Wait]:
        return list(self._waiting())

    def _waiting(self) -> Iterator[Wait]:
        for number, frame in enumerate(self.frames):
            for token, waits in frame.state.waits.items():
                for element, wait in waits.items():
                    place = number, token, element
                    asked, due = self.tasks.get(place, (None, None))
                    listen = self.heard.get(place)
                    yield Wait(
                        place,
                        frame.graph.nodes[element],
                        wait[0],
                        due or self.timers.get(place),
                        asked,
                        listen.name if listen else "",
                        place in self.deadlines,
                    )

    def node(self, place: Place) -> Node:
        return self.frames[place[0]].graph.nodes[place[2]]

    def variables(self, place: Place) -> Mapping[str, Any]:
        state = self.frames[place[0]].state
        scope = state.scope_of(place[1]) if place[1] in state.tokens else "0"
        return state.visible(scope, self.scene.facts)

    def line(self, kind: str, node: Node | None, text: str | Promise = "", detail: Any = None) -> None:
        element, name = (node.id, naming.step(node)) if node else ("", "")
        self.lines.append(Line(self.at, kind, element, name, text, detail))

    def _waits(self, place: Place) -> bool:
        number, token, element = place
        return number < len(self.frames) and element in self.frames[number].state.waits.get(token, {})

    # One stimulus, and all that follows from it at once

    def _take(self, number: int, stimulus: Stimulus) -> None:
        self.budget = BUDGET
        todo: deque[tuple[int, Stimulus]] = deque([(number, stimulus)])
        while todo:
            number, stimulus = todo.popleft()
            frame = self.frames[number]
            if frame.ended:
                continue
            try:
                state, effects, steps, spent = advance(
                    frame.graph,
                    frame.state,
                    stimulus,
                    facts=self.scene.facts,
                    at=self.at,
                    budget=self.budget,
                    called=frame.caller is not None,
                    zone=self.scene.zone,
                    instant=self._instant,
                )
            except NotWaiting:
                continue
            frame.state = state
            self.budget -= spent
            if number == 0:
                self.steps += steps
            todo.extend(answer for effect in effects for answer in self._answers(number, effect))

    def _answers(self, number: int, effect: Effect) -> Iterator[tuple[int, Stimulus]]:
        frame = self.frames[number]
        match effect:
            case Perform(token, element):
                place = number, token, element
                if self._waits(place):
                    yield number, self._perform(place)
            case OpenTask(token, element):
                self._open((number, token, element), effect)
            case SetTimer(token, element, due):
                self.timers[number, token, element] = due
            case Listen(token, element):
                self.heard[number, token, element] = effect
            case Release(token, element):
                yield from self._released((number, token, element))
            case Call():
                yield from self._call(number, effect)
            case Throw():
                yield from self._throw(number, effect)
            case GotStuck(token, element, _code, message):
                self.line("wrong", frame.graph.nodes[element], message)
            case Ended():
                yield from self._end(number, effect)

    def _open(self, place: Place, task: OpenTask) -> None:
        node = self.node(place)
        approves = deadlines.counts(node)
        due = task.due or (deadlines.usual(self.at) if approves else None)
        until = self._instant(due) if due else None
        self.tasks[place] = task, until
        if until is not None and approves:
            self.deadlines[place] = until
        self.line("task", node, detail=task)
        self.scene.asks(node, task, until, self, place)

    def _perform(self, place: Place) -> Stimulus:
        node = self.node(place)
        try:
            answer = self.scene.perform(node, self.variables(place), self)
        except Refused as refused:
            return Failed(place[1], place[2], refused.code, refused.message)
        return Finished(place[1], place[2], plain(answer or {}))

    def _instant(self, due: Any) -> datetime:
        return self.scene.after(due, self.at) if isinstance(due, WorkingTime) else due

    def _released(self, place: Place) -> Iterator[tuple[int, Stimulus]]:
        self.tasks.pop(place, None)
        self.timers.pop(place, None)
        self.deadlines.pop(place, None)
        self.heard.pop(place, None)
        for number, frame in enumerate(self.frames):
            if frame.caller == place and not frame.ended:
                yield number, Cancel()

    def _call(self, number: int, call: Call) -> Iterator[tuple[int, Stimulus]]:
        graph = self.scene.graph_of(call.key) if len(self.frames) < MAX_FRAMES else None
        if graph is None:
            reason = f"{call.key}"
            yield number, Failed(call.token, call.element, "no_such_process", reason)
            return
        self.frames.append(Frame(graph, State(), (number, call.token, call.element)))
        yield len(self.frames) - 1, Start(call.variables)

    def _throw(self, number: int, thrown: Throw) -> Iterator[tuple[int, Stimulus]]:
        self.line("sent", None, thrown.name)
        for place, listen in list(self.heard.items()):
            if (listen.kind, listen.name) == (thrown.kind, thrown.name) and thrown.key in ("", listen.key):
                yield place[0], Occurred(place[1], place[2], thrown.payload)

    def _end(self, number: int, ended: Ended) -> Iterator[tuple[int, Stimulus]]:
        frame = self.frames[number]
        frame.ended = True
        if number == 0:
            self.line("ended", None, ended.error)
        if frame.caller is None or ended.cancelled:
            return
        caller, token, element = frame.caller
        if ended.error:
            yield caller, Failed(token, element, ended.error, ended.error)
        else:
            yield caller, Finished(token, element, frame.state.variables)
