"""A state carried from one version of a drawing to another: each token to its counterpart, what it waits for kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.bpmn.messages import Effect
from sira.processes.bpmn.state import ROOT, State
from sira.processes.bpmn.walk import Walk

EVENTS = ("timer", "message", "signal", "condition")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one token stands now and would stand then. to: empty if nowhere; reason: why not.

    name, new_name: of the steps, as people know them.
    """

    token: str
    element: str
    name: str
    to: str = ""
    new_name: str = ""
    reason: str | Promise = ""


@dataclass(slots=True)
class Carried:
    """renamed: (token, element before, element now) of all that is waited for on, so that rows can follow.

    effects: what nothing waits for any more, and what the new version waits for besides.
    """

    state: State
    standing: list[Standing]
    problems: list[str | Promise]
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        return not self.problems and all(each.to for each in self.standing)


def carry(
    old: Graph, new: Graph, state: State, mapping: Mapping[str, str], *, facts: Mapping[str, Any], at: datetime
) -> Carried:
    """What would become of the state. mapping: element before to element now, where ids differ."""
    standing = [_standing(old, new, mapping, token, node) for token, (node, _scope) in state.tokens.items()]
    carried = Carried(state, standing, list(_lost_joins(old, new, state, mapping)))
    if not carried.fits:
        return carried
    walk = Walk(new, state.copy(), facts, at, 0, False)
    for token in walk.state.tokens.values():
        token[0] = mapping.get(token[0], token[0])
    for scope in walk.state.scopes.values():
        _carry_scope(scope, mapping, new)
    walk.state.joins = _carried_joins(old, new, state, mapping)
    carried.renamed = list(_carry_waits(walk, mapping))
    _listen_besides(walk)
    carried.state, carried.effects = walk.state, walk.effects
    return carried


def _standing(old: Graph, new: Graph, mapping: Mapping[str, str], token: str, element: str) -> Standing:
    node, to = old.nodes[element], mapping.get(element, element)
    then = new.nodes.get(to)
    if then is None:
        return Standing(token, element, node.name, reason=_("The other version has no such step."))
    reason = _mismatch(node, then, mapping, old)
    return Standing(token, element, node.name, "" if reason else to, then.name, reason)


def _mismatch(node: Node, then: Node, mapping: Mapping[str, str], old: Graph) -> str | Promise:
    around = old.key if node.inside == old.key else mapping.get(node.inside, node.inside)
    if node.kind is not then.kind:
        return _("It is another kind of step there.")
    if (node.event and node.event.kind) != (then.event and then.event.kind):
        return _("It waits for another kind of event there.")
    if around != then.inside:
        return _("It lies in another sub-process there.")
    if _repeats(node) != _repeats(then):
        return _("It repeats in another way there.")
    return ""


def _repeats(node: Node) -> bool | None:
    return node.loop.sequential if node.loop else None


def _carry_scope(scope: dict[str, Any], mapping: Mapping[str, str], new: Graph) -> None:
    if "at" in scope:
        scope["at"] = mapping.get(scope["at"], scope["at"])
    for kept in ("done", "undo"):
        if kept in scope:
            scope[kept] = list(_carried_entries(scope[kept], mapping, new))


def _carried_entries(entries: list[Any], mapping: Mapping[str, str], new: Graph) -> Iterator[list[Any]]:
    """What was done and is not in the new drawing cannot be taken back there."""
    for key, *inner in entries:
        to = mapping.get(key, key)
        if to in new.nodes:
            yield [to, *(list(_carried_entries(each, mapping, new)) for each in inner)]


# Joins


def _flow_of(old: Graph, new: Graph, flow: str, join: str, mapping: Mapping[str, str]) -> str:
    """The way into the join that comes from the same step; empty if there is none."""
    then = new.nodes.get(mapping.get(join, join))
    if then is None or then.kind is not old.nodes[join].kind:
        return ""
    if flow in then.incoming:
        return flow
    source = next(node.id for node in old.nodes.values() if any(each.id == flow for each in node.outgoing))
    before = new.nodes.get(mapping.get(source, source))
    return next((each.id for each in (before.outgoing if before else ()) if each.target == then.id), "")


def _lost_joins(old: Graph, new: Graph, state: State, mapping: Mapping[str, str]) -> Iterator[Any]:
    for joins in state.joins.values():
        for join, came in joins.items():
            if not all(_flow_of(old, new, flow, join, mapping) for flow in came):
                reason = _("“%(name)s” already waits for other ways, and the other version has no such join.")
                yield reason % {"name": old.nodes[join].name}


def _carried_joins(old: Graph, new: Graph, state: State, mapping: Mapping[str, str]) -> dict[str, Any]:
    return {
        scope: {
            mapping.get(join, join): {_flow_of(old, new, flow, join, mapping): count for flow, count in came.items()}
            for join, came in joins.items()
        }
        for scope, joins in state.joins.items()
    }


# What is waited for


def _carry_waits(walk: Walk, mapping: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Kept as it is, its time too, where the new version waits for it as well; else not waited for any more."""
    for token, waits in list(walk.state.waits.items()):
        for element, wait in list(waits.items()):
            to = mapping.get(element, element)
            if not _is_waited_for(walk, token, to, wait[0]):
                walk.release(token, element)
                continue
            walk.state.waits[token] = {
                to if key == element else key: each for key, each in walk.state.waits[token].items()
            }
            yield token, element, to


def _is_waited_for(walk: Walk, token: str, element: str, kind: str) -> bool:
    node = walk.graph.nodes.get(element)
    if node is None:
        return False
    if kind not in EVENTS:
        return walk.state.tokens[token][0] == element
    return node.event is not None and node.event.kind == kind and element in _listens(walk, token)


def _listens(walk: Walk, token: str) -> list[str]:
    """The events that a token at its place listens to in the new version."""
    containers = walk.graph.containers
    if token == ROOT:
        return [containers[key].start for key in containers[walk.graph.key].handlers]
    node = walk.node(token)
    found = list(node.boundaries)
    if node.event is not None:
        found.append(node.id)
    if node.kind is Kind.EVENT_GATEWAY:
        found += [flow.target for flow in node.outgoing]
    if node.id in containers:
        found += [containers[key].start for key in containers[node.id].handlers]
    return found


def _listen_besides(walk: Walk) -> None:
    """Events that only the new version has begin to be waited for now."""
    for token in [ROOT, *walk.state.tokens]:
        if token != ROOT and (token not in walk.state.waits and token not in walk.state.scopes):
            continue
        around = walk.state.scopes.get(walk.state.tokens[token][1], {}) if token != ROOT else {}
        is_item = "loop" in around
        for element in _listens(walk, token):
            event = walk.graph.nodes[element].event
            skip = is_item and walk.graph.nodes[element].kind is Kind.BOUNDARY
            if event is not None and event.kind in EVENTS and not skip:
                walk.arm(token, element, event)
