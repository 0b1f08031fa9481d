"""One advance under way: the state as it is by now, tokens that still have to move, and what has to be done outside."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sira.processes.bpmn import times
from sira.processes.bpmn.expressions import Value
from sira.processes.bpmn.graph import Event, Graph, Kind, Node
from sira.processes.bpmn.messages import Effect, GotStuck, Listen, Release, SetTimer
from sira.processes.bpmn.state import ROOT, State
from sira.processes.refusals import Stuck

STUCK = "incident"


class Walk:
    """called: another process waits for this one, so an error that nobody catches is handed to it.

    zone: whose clock a date without a zone is read by.  instant: when something is due; Stuck where never.
    """

    def __init__(
        self,
        graph: Graph,
        state: State,
        facts: Mapping[str, Any],
        at: datetime,
        budget: int,
        called: bool,
        zone: times.Zone = times.utc,
        instant: times.Instant = times.as_drawn,
    ) -> None:
        self.graph, self.state, self.facts, self.at = graph, state, facts, at
        self.budget, self.called, self.zone, self.instant = budget, called, zone, instant
        self.effects: list[Effect] = []
        self.steps: list[str] = []
        self.queue: deque[str] = deque()

    def node(self, token: str) -> Node:
        return self.graph.nodes[self.state.tokens[token][0]]

    def context(self, scope: str) -> Mapping[str, Any]:
        return self.state.visible(scope, self.facts)

    def of(self, value: Value | None, scope: str) -> Any:
        return None if value is None else value.of(self.context(scope), self.at)

    # Tokens

    def put(self, node: str, scope: str) -> str:
        """A new token that stays where it is."""
        token = str(self.state.next)
        self.state.next += 1
        self.state.tokens[token] = [node, scope]
        return token

    def place(self, node: str, scope: str) -> str:
        """A new token that has to move."""
        token = self.put(node, scope)
        self.queue.append(token)
        return token

    def remove(self, token: str) -> None:
        """Call off the token, all inside it, and all it waits for."""
        self.steps.append(f"-{self.state.tokens[token][0]}")
        self.empty(token)
        self.drop(token)

    def drop(self, token: str) -> None:
        self.release_all(token)
        self.state.scopes.pop(token, None)
        del self.state.tokens[token]

    def empty(self, scope: str) -> None:
        """Call off every token that moves in the scope."""
        for token in [key for key, (_node, inside) in self.state.tokens.items() if inside == scope]:
            if token in self.state.tokens:
                self.remove(token)
        self.state.joins.pop(scope, None)

    # Waiting

    def wait(self, token: str, element: str, kind: str, *more: Any) -> None:
        self.state.waits.setdefault(token, {})[element] = [kind, *more]

    def waits(self, token: str, element: str) -> list[Any] | None:
        return self.state.waits.get(token, {}).get(element)

    def release(self, token: str, element: str, *, done: bool = False) -> None:
        waits = self.state.waits[token]
        self.effects.append(Release(token, element, waits.pop(element)[0], done))
        if not waits:
            del self.state.waits[token]

    def release_all(self, token: str) -> None:
        for element in list(self.state.waits.get(token, ())):
            self.release(token, element)

    def arm(self, token: str, element: str, event: Event, *, repeats: int | None = None) -> None:
        """Let the token listen to the event. Errors and escalations are not listened to: they look for who catches."""
        if self.waits(token, element) is not None and repeats is None:
            return
        scope = token if token == ROOT else self.state.scope_of(token)
        match event.kind:
            case "timer":
                due = times.due(event.shape, self.of(event.value, scope), self.at, repeats=repeats, zone=self.zone)
                at = self.instant(due.at)
                self.wait(token, element, "timer", *([due.repeats] if due.repeats else ()))
                self.effects.append(SetTimer(token, element, at))
            case "message":
                key = self.of(event.value, scope)
                self.wait(token, element, "message")
                self.effects.append(Listen(token, element, "message", event.name, "" if key is None else str(key)))
            case "signal" | "condition":
                self.wait(token, element, event.kind)
                self.effects.append(Listen(token, element, event.kind, event.name))

    def arm_handlers(self, token: str, container: str) -> None:
        """Let event sub-processes listen while their scope is open. token: the one that opened it."""
        for handler in self.graph.containers[container].handlers:
            start = self.graph.nodes[self.graph.containers[handler].start]
            if start.event is not None:
                self.arm(token, start.id, start.event)

    def stuck(self, token: str, problem: Stuck) -> None:
        node = self.node(token)
        self.wait(token, node.id, STUCK)
        self.steps.append(f"!{node.id}")
        self.effects.append(GotStuck(token, node.id, problem.code, problem.message))

    # Joins

    def arrive(self, token: str, flow: str, target: Node) -> None:
        if target.kind not in (Kind.PARALLEL, Kind.INCLUSIVE) or len(target.incoming) < 2:
            self.state.tokens[token][0] = target.id
            self.queue.append(token)
            return
        scope = self.state.tokens.pop(token)[1]
        came = self.state.joins.setdefault(scope, {}).setdefault(target.id, {})
        came[flow] = came.get(flow, 0) + 1
        if target.kind is Kind.PARALLEL and len(came) == len(target.incoming):
            self.join(scope, target.id)

    def join(self, scope: str, join: str) -> None:
        """One token of each flow that has any goes on as one."""
        joins = self.state.joins[scope]
        joins[join] = {flow: count - 1 for flow, count in joins[join].items() if count > 1}
        if not joins[join]:
            del joins[join]
        if not joins:
            del self.state.joins[scope]
        self.place(join, scope)


def guarded(walk: Walk, token: str, act: Callable[..., None], *given: Any) -> None:
    """A token whose step finds no way on gets stuck there; the others go on."""
    try:
        act(*given)
    except Stuck as problem:
        if token not in walk.state.tokens:
            raise
        walk.stuck(token, problem)
