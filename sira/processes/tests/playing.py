"""A drawing played without a database: whoever tests answers for people, blocks and the clock."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sira.processes.bpmn.advancing import advance
from sira.processes.bpmn.compiling import compile_process
from sira.processes.bpmn.messages import (
    Cancel,
    Effect,
    Ended,
    Failed,
    Finished,
    GotStuck,
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
from sira.processes.bpmn.reading import read
from sira.processes.bpmn.state import State
from sira.processes.refusals import Refused

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Block = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]


class Play:
    """blocks: what a task type answers; those not named answer nothing."""

    def __init__(
        self, source: str, *, facts: dict[str, Any] | None = None, blocks: dict[str, Block] | None = None
    ) -> None:
        self.graph = compile_process(read(source))
        self.state, self.facts, self.blocks = State(), facts or {}, blocks or {}
        self.at = MONDAY
        self.steps: list[str] = []
        self.thrown: list[Throw] = []
        self.timers: dict[tuple[str, str], datetime] = {}
        self.stuck: list[GotStuck] = []
        self.ended: Ended | None = None
        self.tasks: list[OpenTask] = []

    def start(self, element: str = "", **variables: Any) -> "Play":
        return self.take(Start(variables, element))

    def finish(self, element: str, **outcome: Any) -> "Play":
        """The first open task at the element is done."""
        return self.take(Finished(self.token_at(element), element, outcome))

    def hear(self, element: str, **payload: Any) -> "Play":
        return self.take(Occurred(self.listening(element), element, payload))

    def look(self, **facts: Any) -> "Play":
        self.facts |= facts
        return self.take(Looked())

    def cancel(self) -> "Play":
        return self.take(Cancel())

    def wait(self, **time: float) -> "Play":
        """Let time pass; timers fire in order of their time."""
        until = self.at + timedelta(**time)
        while due := sorted((at, key) for key, at in self.timers.items() if at <= until):
            self.at, (token, element) = due[0]
            self.take(Occurred(token, element))
        self.at = until
        return self

    def take(self, stimulus: Stimulus) -> "Play":
        todo = [stimulus]
        budget = 1_000
        while todo:
            done = advance(self.graph, self.state, todo.pop(0), facts=self.facts, at=self.at, budget=budget)
            self.state = State.read(done.state.stored())
            self.steps += done.steps
            budget -= done.spent
            todo += [answer for effect in done.effects if (answer := self.answer(effect)) is not None]
            todo = [each for each in todo if not isinstance(each, Finished | Failed) or each.token in self.state.tokens]
        return self

    def answer(self, effect: Effect) -> Stimulus | None:
        match effect:
            case Perform(token, element):
                block = self.blocks.get(self.graph.nodes[element].task_type, lambda _variables: None)
                scope = self.state.scope_of(token) if token in self.state.tokens else "0"
                try:
                    return Finished(token, element, block(self.state.visible(scope, self.facts)) or {})
                except Refused as refusal:
                    return Failed(token, element, refusal.code, refusal.message)
            case SetTimer(token, element, due):
                self.timers[token, element] = due
            case Release(token, element, kind):
                if kind in ("timer", "retry"):
                    del self.timers[token, element]
            case Throw():
                self.thrown.append(effect)
            case GotStuck():
                self.stuck.append(effect)
            case Ended():
                self.ended = effect
            case OpenTask():
                self.tasks.append(effect)
        return None

    def token_at(self, element: str) -> str:
        return self.listening(element)

    def listening(self, element: str) -> str:
        return next(token for token, waits in self.state.waits.items() if element in waits)

    @property
    def waiting(self) -> list[str]:
        """Where something is waited for, by name."""
        return sorted(element for waits in self.state.waits.values() for element in waits)

    @property
    def passed(self) -> list[str]:
        return [step for step in self.steps if step[0] not in "+-!~"]

    @property
    def variables(self) -> dict[str, Any]:
        return self.state.variables
