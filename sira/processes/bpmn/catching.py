"""Events that arrive: what listens is left by the event, interrupted, or goes on beside what it starts."""

from collections.abc import Iterator, Mapping
from typing import Any

from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.graph import Kind, Node
from sira.processes.bpmn.moving import is_item, leave
from sira.processes.bpmn.state import ROOT
from sira.processes.bpmn.walk import Walk
from sira.processes.refusals import NotWaiting

STAYS = ("message", "signal", "condition")


def occur(walk: Walk, token: str, element: str, payload: Mapping[str, Any]) -> None:
    """Raises NotWaiting."""
    wait, node = walk.waits(token, element), walk.graph.nodes.get(element)
    if wait is None or node is None:
        raise NotWaiting
    if node.kind is Kind.START:
        begin_handler(walk, token, node, payload)
        return
    for name, value in payload.items():
        walk.state.set(walk.state.scope_of(token), name, plain(value))
    if node.kind is Kind.BOUNDARY:
        cross_border(walk, token, node)
        return
    walk.release(token, element, done=True)
    walk.release_all(token)
    if walk.state.tokens[token][0] != element:  # an event-based gateway has found its way
        walk.steps.append(walk.state.tokens[token][0])
    walk.state.tokens[token][0] = element
    leave(walk, token)


def cross_border(walk: Walk, token: str, boundary: Node) -> None:
    scope = walk.state.tokens[token][1]
    if not boundary.interrupting:
        listen_on(walk, token, boundary)
    else:
        if walk.waits(token, boundary.id) is not None:
            walk.release(token, boundary.id, done=True)
        walk.remove(token)
    walk.place(boundary.id, scope)


def listen_on(walk: Walk, token: str, node: Node) -> None:
    """After an event that interrupts nothing: timers as often as they repeat, all else again."""
    wait = walk.waits(token, node.id)
    if wait is None or wait[0] in STAYS or node.event is None:
        return
    repeats = wait[1] if len(wait) > 1 else 0
    walk.release(token, node.id, done=True)
    if repeats:
        walk.arm(token, node.id, node.event, repeats=max(repeats - 1, -1) if repeats > 0 else repeats)


def begin_handler(walk: Walk, scope: str, start: Node, payload: Mapping[str, Any]) -> None:
    """An event sub-process begins in its scope."""
    handler = walk.graph.nodes[start.inside]
    if start.interrupting:
        for element in [key for key in walk.state.waits.get(scope, ()) if walk.graph.nodes[key].kind is Kind.START]:
            walk.release(scope, element, done=element == start.id)
        walk.empty(scope)
    else:
        listen_on(walk, scope, start)
    token = walk.put(handler.id, scope)
    walk.state.scopes[token] = {"in": scope, "at": handler.id}
    if payload:
        walk.state.scopes[token]["variables"] = {name: plain(value) for name, value in payload.items()}
    walk.steps.append(f"+{handler.id}")
    walk.arm_handlers(token, handler.id)
    walk.place(start.id, token)


def catch(walk: Walk, token: str, kind: str, code: str) -> bool:
    """Hand an error or escalation to the nearest that catches it, a named code before any. False if nobody does."""
    for holder, node in catchers(walk, token):
        event = node.event
        if event is not None and event.kind == kind and event.name in (code, ""):
            if node.kind is Kind.BOUNDARY:
                cross_border(walk, holder, node)
            else:
                begin_handler(walk, holder, node, {})
            return True
    return False


def catchers(walk: Walk, token: str) -> Iterator[tuple[str, Node]]:
    """From inside out: what sits on the border of the step, then what listens in the scope around it."""
    nodes, containers = walk.graph.nodes, walk.graph.containers
    while True:
        if not is_item(walk, token):
            yield from ((token, node) for node in _exact_first(nodes[key] for key in walk.node(token).boundaries))
        scope = walk.state.tokens[token][1]
        container = walk.graph.key if scope == ROOT else walk.state.scopes[scope]["at"]
        handlers = containers[container].handlers if container in containers else ()
        yield from ((scope, node) for node in _exact_first(nodes[containers[key].start] for key in handlers))
        if scope == ROOT:
            return
        token = scope


def _exact_first(nodes: Iterator[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: not (node.event and node.event.name))
