"""What each kind of step does when a token comes to it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn import times
from sira.processes.bpmn.catching import catch
from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.graph import Kind, Node
from sira.processes.bpmn.messages import Call, Ended, OpenTask, Perform, Throw
from sira.processes.bpmn.moving import begin_loop, finish, go_on, is_item, leave, take_in
from sira.processes.bpmn.state import ROOT
from sira.processes.bpmn.walk import Walk
from sira.processes.refusals import Stuck


def enter(walk: Walk, token: str) -> None:
    node = walk.node(token)
    if node.kind in ACTIVITY:
        if not is_item(walk, token):
            for key in node.boundaries:
                event = walk.graph.nodes[key].event
                if event is not None:
                    walk.arm(token, key, event)
            if node.loop is not None:
                begin_loop(walk, token, node, node.loop)
                return
        take_in(walk, token, node)
    ENTER[node.kind](walk, token, node)


def pass_on(walk: Walk, token: str, node: Node) -> None:
    walk.steps.append(node.id)
    go_on(walk, token, node)


def wait_for(kind: str) -> Callable[[Walk, str, Node], None]:
    def waits(walk: Walk, token: str, node: Node) -> None:
        scope = walk.state.scope_of(token)
        if node.plan is not None:
            plan = node.plan
            people = plain(walk.of(plan.assignee, scope)), plain(walk.of(plan.groups, scope))
            found = walk.of(plan.due, scope)
            due = None
            if found not in (None, ""):
                due = walk.instant(times.due("due", found, walk.at, zone=walk.zone).at)
            walk.effects.append(OpenTask(token, node.id, *people, due))
        else:
            walk.effects.append(Perform(token, node.id))
        walk.wait(token, node.id, kind)
        walk.steps.append(f"+{node.id}")

    return waits


def listen(walk: Walk, token: str, node: Node) -> None:
    """A catching event or receive task; a catching link is only a place to go on from."""
    if node.event is None or node.event.kind == "link":
        leave(walk, token)
        return
    walk.arm(token, node.id, node.event)
    walk.steps.append(f"+{node.id}")


def listen_to_first(walk: Walk, token: str, node: Node) -> None:
    """What happens first decides the way."""
    for flow in node.outgoing:
        target = walk.graph.nodes[flow.target]
        if target.event is None:
            raise Stuck(_("“%(name)s” is no event that could be waited for.") % {"name": target.name})
        walk.arm(token, target.id, target.event)
    walk.steps.append(f"+{node.id}")


def compute(walk: Walk, token: str, node: Node) -> None:
    found = walk.of(node.script, walk.state.scope_of(token))
    leave(walk, token, {node.result: found} if node.result else {})


def call(walk: Walk, token: str, node: Node) -> None:
    scope = walk.state.scope_of(token)
    key = str(walk.of(node.called, scope) or "")
    variables = dict(walk.state.scopes[token]["variables"]) if node.inputs else dict(walk.state.variables)
    walk.wait(token, node.id, "call")
    walk.steps.append(f"+{node.id}")
    walk.effects.append(Call(token, node.id, key, variables))


def open_inside(walk: Walk, token: str, node: Node) -> None:
    own = walk.state.scopes.setdefault(token, {"in": walk.state.tokens[token][1]})
    own["at"] = node.id
    walk.steps.append(f"+{node.id}")
    walk.arm_handlers(token, node.id)
    walk.place(walk.graph.containers[node.id].start, token)


def throw(walk: Walk, token: str, node: Node) -> None:
    event = node.event
    if node.task_type:
        wait_for("service")(walk, token, node)
        return
    if event is not None:
        match event.kind:
            case "error":
                fail(walk, token, event.name, _("Nobody catches the error “%(code)s”.") % {"code": event.name})
                return
            case "compensate":
                take_back(walk, token, event.reference)
                return
            case "terminate":
                terminate(walk, token, node)
                return
            case "escalation":
                walk.steps.append(node.id)
                catch(walk, token, "escalation", event.name)
                if token in walk.state.tokens:  # who heard it may have called it off
                    finish(walk, token, node)
                return
            case "message" | "signal":
                scope = walk.state.tokens[token][1]
                key = walk.of(event.value, scope)
                payload = dict(walk.state.visible(scope, {}))
                walk.effects.append(Throw(event.kind, event.name, "" if key is None else str(key), payload))
    leave(walk, token)


def terminate(walk: Walk, token: str, node: Node) -> None:
    scope = walk.state.tokens[token][1]
    walk.steps.append(node.id)
    walk.drop(token)
    walk.empty(scope)


def fail(walk: Walk, token: str, code: str, message: Any) -> None:
    """An error ends the scopes up to the one that catches it; if none does, the caller gets it, or an operator."""
    walk.steps.append(walk.node(token).id)
    if not catch(walk, token, "error", code):
        uncaught(walk, token, code, message)
    elif token in walk.state.tokens:
        walk.drop(token)  # who caught it interrupts nothing; the error's own way ends all the same


def uncaught(walk: Walk, token: str, code: str, message: Any) -> None:
    if walk.called:
        end_all(walk)
        walk.effects.append(Ended(error=code))
    else:
        walk.stuck(token, Stuck(message, code=code))


def end_all(walk: Walk) -> None:
    walk.empty(ROOT)
    walk.release_all(ROOT)
    walk.queue.clear()


def take_back(walk: Walk, token: str, reference: str) -> None:
    """Let what was done here be undone, the latest first; an event sub-process speaks for the scope around it."""
    inside = walk.state.tokens[token][1]
    scope = inside
    while scope != ROOT and "done" not in walk.state.scopes[scope] and _is_handler(walk, scope):
        scope = walk.state.scopes[scope]["in"]
    around = walk.state.scopes.get(scope, {})
    done = around.get("done", [])
    chosen = [entry for entry in done if reference in ("", entry[0])]
    if chosen:
        around["done"] = [entry for entry in done if entry not in chosen]
    walk.state.scopes[token] = {"in": inside, "at": walk.node(token).id, "undo": undoing(walk, chosen)}
    take_back_next(walk, token)


def _is_handler(walk: Walk, scope: str) -> bool:
    return walk.graph.nodes[walk.state.scopes[scope]["at"]].kind is Kind.EVENT_SUBPROCESS


def undoing(walk: Walk, entries: list[Any]) -> list[list[Any]]:
    """[what undoes it, what was done inside]; a sub-process that says nothing of undoing is undone part by part."""
    found: list[list[Any]] = []
    for key, *inner in reversed(entries):
        container = walk.graph.containers.get(key)
        undo = walk.graph.nodes[key].undo or (container.undo if container else "")
        found += [[undo, *inner]] if undo else undoing(walk, inner[0])
    return found


def take_back_next(walk: Walk, token: str) -> None:
    left = walk.state.scopes[token]["undo"]
    if not left:
        del walk.state.scopes[token]
        leave(walk, token)
        return
    undo, *inner = left.pop(0)
    undoing_token = walk.place(undo, token)
    if inner:
        walk.state.scopes[undoing_token] = {"in": token, "done": inner[0]}


ACTIVITY = frozenset({Kind.TASK, Kind.SERVICE, Kind.RECEIVE, Kind.SCRIPT, Kind.CALL, Kind.SUBPROCESS})
ENTER: Mapping[Kind, Callable[[Walk, str, Node], None]] = MappingProxyType(
    {
        Kind.START: pass_on,
        Kind.BOUNDARY: pass_on,
        Kind.EXCLUSIVE: pass_on,
        Kind.PARALLEL: pass_on,
        Kind.INCLUSIVE: pass_on,
        Kind.TASK: wait_for("task"),
        Kind.SERVICE: wait_for("service"),
        Kind.SCRIPT: compute,
        Kind.RECEIVE: listen,
        Kind.CATCH: listen,
        Kind.EVENT_GATEWAY: listen_to_first,
        Kind.CALL: call,
        Kind.SUBPROCESS: open_inside,
        Kind.EVENT_SUBPROCESS: open_inside,
        Kind.THROW: throw,
        Kind.END: throw,
    }
)
