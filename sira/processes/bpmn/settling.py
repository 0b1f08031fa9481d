"""When nothing moves any more: inclusive joins, scopes without tokens and conditions have their turn."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn import catching, entering, moving
from sira.processes.bpmn.graph import Kind
from sira.processes.bpmn.messages import Ended
from sira.processes.bpmn.state import ROOT
from sira.processes.bpmn.walk import Walk, guarded
from sira.processes.refusals import Stuck


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
            guarded(walk, scope, _close, walk, scope)
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
                guarded(walk, token, catching.occur, walk, token, element, {})
                return True
    return False


def _became_true(walk: Walk, token: str, element: str, wait: list[Any]) -> bool:
    event = walk.graph.nodes[element].event
    held = len(wait) > 1
    scope = token if token == ROOT else walk.state.scope_of(token)
    holds = event is not None and walk.of(event.value, scope) is True
    wait[1:] = [True] if holds else []
    return holds and not held
