"""One stimulus through the drawing, until every token waits. Pure: no database, no clock, no person."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn import catching, entering, moving
from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.bpmn.messages import (
    Cancel,
    Effect,
    Ended,
    Failed,
    Finished,
    Looked,
    Move,
    Occurred,
    Perform,
    Retry,
    SetTimer,
    Start,
    Stimulus,
)  # fmt: skip
from sira.processes.bpmn.state import ROOT, State
from sira.processes.bpmn.walk import STUCK, Walk
from sira.processes.refusals import NotWaiting, Stuck

BUDGET = 1_000
UNFORESEEN = "failed"
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25), timedelta(hours=1))


class Advanced(NamedTuple):
    """steps: what happened, in order, as the history keeps it (models.Advance).  spent: of the budget."""

    state: State
    effects: list[Effect]
    steps: list[str]
    spent: int


def advance(
    graph: Graph,
    state: State,
    stimulus: Stimulus,
    *,
    facts: Mapping[str, Any],
    at: datetime,
    budget: int = BUDGET,
    called: bool = False,
) -> Advanced:
    """What becomes of the instance. The given state stays as it was.

    facts: what conditions read besides variables.  budget: steps left in this transaction; a token that needs more
    gets stuck, so that an endless round becomes an incident.  Raises NotWaiting if nothing waits for the stimulus.
    """
    walk = Walk(graph, state.copy(), facts, at, budget, called)
    TAKE[type(stimulus)](walk, stimulus)
    step(walk)
    while settle(walk):
        step(walk)
    return Advanced(walk.state, walk.effects, walk.steps, budget - walk.budget)


def step(walk: Walk) -> None:
    while walk.queue:
        token = walk.queue.popleft()
        if token not in walk.state.tokens:
            continue
        if not walk.budget:
            reason = _("It went on for %(steps)s steps without waiting; it would never end.") % {"steps": BUDGET}
            walk.stuck(token, Stuck(reason, code="step_budget"))
            continue
        walk.budget -= 1
        _guarded(walk, token, entering.enter, walk, token)


def _guarded(walk: Walk, token: str, act: Callable[..., None], *given: Any) -> None:
    """A token whose step finds no way on gets stuck there; the others go on."""
    try:
        act(*given)
    except Stuck as problem:
        if token not in walk.state.tokens:
            raise
        walk.stuck(token, problem)


# What happens from outside


def start(walk: Walk, stimulus: Start) -> None:
    element = stimulus.element or walk.graph.containers[walk.graph.key].start
    if element not in walk.graph.nodes:
        raise NotWaiting(_("This process has no start of that name."))
    walk.state.variables |= {name: plain(value) for name, value in stimulus.variables.items()}
    walk.arm_handlers(ROOT, walk.graph.key)
    walk.place(element, ROOT)


def finished(walk: Walk, stimulus: Finished) -> None:
    node = awaited(walk, stimulus.token, stimulus.element, ("task", "service", "call", STUCK))
    walk.release(stimulus.token, node.id, done=True)
    _guarded(walk, stimulus.token, moving.leave, walk, stimulus.token, stimulus.result)


def failed(walk: Walk, stimulus: Failed) -> None:
    """What went wrong unforeseen is tried again as often as the drawing says; a refusal would only be repeated."""
    token = stimulus.token
    node = awaited(walk, token, stimulus.element, ("service", "call"))
    tried = (walk.waits(token, node.id) or ["", 0])[1:] or [0]
    walk.release(token, node.id)
    if stimulus.code == UNFORESEEN and tried[0] < node.retries:
        walk.wait(token, node.id, "retry", tried[0] + 1)
        due = walk.at + RETRY_AFTER[min(tried[0], len(RETRY_AFTER) - 1)]
        walk.effects.append(SetTimer(token, node.id, due))
        walk.steps.append(f"!{node.id}")
        return
    if not catching.catch(walk, token, "error", stimulus.code):
        entering.uncaught(walk, token, stimulus.code, stimulus.message)


def occurred(walk: Walk, stimulus: Occurred) -> None:
    token, element = stimulus.token, stimulus.element
    wait = walk.waits(token, element)
    if wait is not None and wait[0] == "retry":
        walk.release(token, element, done=True)
        walk.wait(token, element, "service", wait[1])
        walk.effects.append(Perform(token, element))
        return
    holder = token if token in walk.state.tokens else ""
    _guarded(walk, holder, catching.occur, walk, token, element, stimulus.payload)


def looked(walk: Walk, stimulus: Looked) -> None:
    """Conditions are asked at the end of every advance."""


def retry(walk: Walk, stimulus: Retry) -> None:
    node = awaited(walk, stimulus.token, "", (STUCK,))
    walk.release(stimulus.token, node.id, done=True)
    walk.queue.append(stimulus.token)


def move(walk: Walk, stimulus: Move) -> None:
    node, target = awaited(walk, stimulus.token, "", ()), walk.graph.nodes.get(stimulus.element)
    if target is None or target.inside != node.inside or moving.is_item(walk, stimulus.token):
        raise NotWaiting(_("It can only be moved to a step of the same process or sub-process."))
    scope = walk.state.tokens[stimulus.token][1]
    walk.remove(stimulus.token)
    walk.place(target.id, scope)


def cancel(walk: Walk, stimulus: Cancel) -> None:
    entering.end_all(walk)
    walk.effects.append(Ended(cancelled=True))


def awaited(walk: Walk, token: str, element: str, kinds: tuple[str, ...]) -> Node:
    """The node at which the token waits for one of these; no element, no kinds: wherever, whatever it waits for."""
    if token not in walk.state.tokens:
        raise NotWaiting
    node = walk.node(token)
    if element not in ("", node.id):
        raise NotWaiting
    wait = walk.waits(token, node.id)
    if kinds and (wait is None or wait[0] not in kinds):
        raise NotWaiting
    return node


TAKE: Mapping[type[Any], Callable[[Walk, Any], None]] = MappingProxyType(
    {
        Start: start,
        Finished: finished,
        Failed: failed,
        Occurred: occurred,
        Looked: looked,
        Retry: retry,
        Move: move,
        Cancel: cancel,
    }
)

# When nothing moves any more


def settle(walk: Walk) -> bool:
    """Let inclusive joins, empty scopes and conditions have their turn. False if nothing came of it."""
    return any(_joins(walk)) or _empty_scope(walk) or _conditions(walk)


def _joins(walk: Walk) -> Iterator[bool]:
    for scope, joins in list(walk.state.joins.items()):
        for join, came in list(joins.items()):
            if walk.graph.nodes[join].kind is Kind.INCLUSIVE and _complete(walk, scope, join, came):
                walk.join(scope, join)
                yield True


def _complete(walk: Walk, scope: str, join: str, came: Mapping[str, int]) -> bool:
    """No token can still come by a flow that has none, unless it could as well come by one that has."""
    reaching = walk.graph.reaching[join]
    missing = frozenset().union(*(nodes for flow, nodes in reaching.items() if flow not in came))
    covered = frozenset().union(*(nodes for flow, nodes in reaching.items() if flow in came))
    elsewhere = {node for node, inside in walk.state.tokens.values() if inside == scope}
    elsewhere |= {other for other in walk.state.joins.get(scope, ()) if other != join}
    return not any(node in missing and node not in covered for node in elsewhere)


def _empty_scope(walk: Walk) -> bool:
    inside = {scope for _node, scope in walk.state.tokens.values()}
    for scope in [key for key, own in walk.state.scopes.items() if "at" in own] + [ROOT]:
        if scope in inside or (scope != ROOT and scope not in walk.state.tokens):
            continue
        if scope in walk.state.joins:
            _release_join(walk, scope)
            return True
        if scope != ROOT:
            _guarded(walk, scope, _close, walk, scope)
            return True
        if not any(isinstance(effect, Ended) for effect in walk.effects):
            walk.release_all(ROOT)
            walk.effects.append(Ended())
    return False


def _close(walk: Walk, scope: str) -> None:
    """All that moved in the scope is done: whoever opened it goes on."""
    if "undo" in walk.state.scopes[scope]:
        entering.take_back_next(walk, scope)
    else:
        moving.leave(walk, scope)


def _release_join(walk: Walk, scope: str) -> None:
    """The tokens that a join waits for cannot come any more: an operator decides whether it goes on without them."""
    join = next(iter(walk.state.joins[scope]))
    if walk.graph.nodes[join].kind is Kind.INCLUSIVE:
        walk.join(scope, join)
        return
    del walk.state.joins[scope][join]
    if not walk.state.joins[scope]:
        del walk.state.joins[scope]
    token = walk.put(join, scope)
    reason = _("It waits for a way that nobody is on any more.")
    walk.stuck(token, Stuck(reason, code="join_waits_in_vain"))


def _conditions(walk: Walk) -> bool:
    for token, waits in list(walk.state.waits.items()):
        for element, wait in list(waits.items()):
            if wait[0] == "condition" and _became_true(walk, token, element, wait):
                _guarded(walk, token, catching.occur, walk, token, element, {})
                return True
    return False


def _became_true(walk: Walk, token: str, element: str, wait: list[Any]) -> bool:
    event = walk.graph.nodes[element].event
    held = len(wait) > 1
    scope = token if token == ROOT else walk.state.scope_of(token)
    holds = event is not None and walk.of(event.value, scope) is True
    wait[1:] = [True] if holds else []
    return holds and not held
