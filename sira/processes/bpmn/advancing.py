"""One stimulus through the drawing, until every token waits. Pure: no database, no clock, no person."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn import catching, entering, moving
from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.graph import Graph, Node
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
from sira.processes.bpmn.settling import settle
from sira.processes.bpmn.state import ROOT, State
from sira.processes.bpmn.times import Instant, Zone, as_drawn, utc
from sira.processes.bpmn.walk import STUCK, Walk, guarded
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
    zone: Zone = utc,
    instant: Instant = as_drawn,
) -> Advanced:
    """What becomes of the instance. The given state stays as it was.

    facts: what conditions read besides variables.  budget: steps left in this transaction; a token that needs more
    gets stuck, so that an endless round becomes an incident.  zone: by whose clock dates are read.
    instant: when something is due, by whoever knows the calendar; raises Stuck where that is never.
    Raises NotWaiting if nothing waits for the stimulus.
    """
    walk = Walk(graph, state.copy(), facts, at, budget, called, zone, instant)
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
        guarded(walk, token, entering.enter, walk, token)


# What happens from outside


def start(walk: Walk, stimulus: Start) -> None:
    element = walk.graph.begins_at(stimulus.element)
    if element not in walk.graph.nodes:
        raise NotWaiting(_("This process has no start of that name."))
    walk.state.variables |= {name: plain(value) for name, value in stimulus.variables.items()}
    walk.arm_handlers(ROOT, walk.graph.key)
    walk.place(element, ROOT)


def finished(walk: Walk, stimulus: Finished) -> None:
    node = awaited(walk, stimulus.token, stimulus.element, ("task", "service", "call", STUCK), stimulus.visit)
    walk.release(stimulus.token, node.id, done=True)
    guarded(walk, stimulus.token, moving.leave, walk, stimulus.token, stimulus.result)


def failed(walk: Walk, stimulus: Failed) -> None:
    """What went wrong unforeseen is tried again as often as the drawing says; a refusal would only be repeated."""
    token = stimulus.token
    node = awaited(walk, token, stimulus.element, ("service", "call", "task"), stimulus.visit)
    tried, *visit = (walk.waits(token, node.id) or ["", 0])[1:] or [0]
    walk.release(token, node.id)
    if (stimulus.passing or stimulus.code == UNFORESEEN) and tried < node.retries:
        walk.wait(token, node.id, "retry", tried + 1, *visit)
        due = walk.at + RETRY_AFTER[min(tried, len(RETRY_AFTER) - 1)]
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
        walk.wait(token, element, "service", *wait[1:])
        walk.effects.append(Perform(token, element))
        return
    holder = token if token in walk.state.tokens else ""
    guarded(walk, holder, catching.occur, walk, token, element, stimulus.payload)


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


def awaited(walk: Walk, token: str, element: str, kinds: tuple[str, ...], visit: str = "") -> Node:
    """The node at which the token waits for one of these; no element, no kinds: wherever, whatever it waits for.

    visit: only if it still is the same stay there.
    """
    if token not in walk.state.tokens:
        raise NotWaiting
    node = walk.node(token)
    if element not in ("", node.id):
        raise NotWaiting
    wait = walk.waits(token, node.id)
    if kinds and (wait is None or wait[0] not in kinds):
        raise NotWaiting
    if visit and wait is not None and visit not in wait[2:]:
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
