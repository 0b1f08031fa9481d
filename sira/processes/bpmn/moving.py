"""How a token leaves a step: results, what is taken back later, items of a list, and the ways on."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.graph import Flow, Kind, Loop, Node
from sira.processes.bpmn.walk import Walk
from sira.processes.refusals import Stuck

Result = Mapping[str, Any]
NOTHING: Result = {}
MAX_TOKENS = 1_000
MAX_ITEMS = 500


def leave(walk: Walk, token: str, result: Result = NOTHING) -> None:
    """The token has done its step."""
    node = walk.node(token)
    if node.outputs or not (node.loop and node.loop.result and is_item(walk, token)):
        hand_over(walk, token, node, result)
    walk.steps.append(node.id)
    if is_item(walk, token):
        item_done(walk, token, node, result)
    else:
        finish(walk, token, node)


def finish(walk: Walk, token: str, node: Node) -> None:
    walk.release_all(token)
    own = walk.state.scopes.pop(token, {})
    remember(walk, walk.state.tokens[token][1], node, own)
    go_on(walk, token, node)


def go_on(walk: Walk, token: str, node: Node) -> None:
    chosen = ways(walk, token, node)
    if not chosen:
        walk.drop(token)
        return
    if len(walk.state.tokens) + len(chosen) > MAX_TOKENS:
        reason = _("“%(name)s” would lead to more than %(limit)s ways at once.")
        raise Stuck(reason % {"name": node.name, "limit": f"{MAX_TOKENS:,}"}, code="too_many_ways")
    if len(node.outgoing) > 1:
        walk.steps += (f"~{flow.id}" for flow in chosen)
    scope = walk.state.tokens[token][1]
    others = [walk.put(node.id, scope) for _flow in chosen[1:]]
    for each, flow in zip([token, *others], chosen, strict=True):
        walk.arrive(each, flow.id, walk.graph.nodes[flow.target])


def ways(walk: Walk, token: str, node: Node) -> Sequence[Flow]:
    """Raises Stuck if there are ways and none of them fits."""
    if node.kind is Kind.PARALLEL or (len(node.outgoing) <= 1 and not any(flow.condition for flow in node.outgoing)):
        return node.outgoing
    context = walk.context(walk.state.tokens[token][1])
    fitting = []
    for flow in node.outgoing:
        if flow.id != node.default and (flow.condition is None or flow.condition.of(context, walk.at) is True):
            fitting.append(flow)
            if node.kind is Kind.EXCLUSIVE:
                break
    fitting = fitting or [flow for flow in node.outgoing if flow.id == node.default]
    if not fitting:
        raise Stuck(_("No condition of “%(name)s” holds, and no way is marked as the default.") % {"name": node.name})
    return fitting


# Variables


def hand_over(walk: Walk, token: str, node: Node, result: Result) -> None:
    """With output mappings they say what becomes of the result; without, it becomes variables as it is.

    A repeated step that collects one value of each item keeps the rest to itself.
    """
    if node.outputs:
        context = ChainMap(dict(result), walk.context(walk.state.scope_of(token)))  # type: ignore[arg-type]
        for path, value in node.outputs:
            set_path(walk, walk.state.tokens[token][1], path, plain(value.of(context, walk.at)))
    elif node.whole_result:
        for name, value in result.items():
            walk.state.set(walk.state.scope_of(token), name, plain(value))


def take_in(walk: Walk, token: str, node: Node) -> None:
    """The variables of its own that a step begins with."""
    if not node.inputs:
        return
    context = walk.context(walk.state.scope_of(token))
    found: dict[str, Any] = {}
    for path, value in node.inputs:
        put_path(found, path, plain(value.of(context, walk.at)))
    own = walk.state.scopes.setdefault(token, {"in": walk.state.tokens[token][1]})
    own["variables"] = own.get("variables", {}) | found


def set_path(walk: Walk, scope: str, path: str, value: Any) -> None:
    name, _dot, rest = path.partition(".")
    if rest:
        known = walk.state.visible(scope, NOTHING).get(name)
        whole = dict(known) if isinstance(known, dict) else {}
        put_path(whole, rest, value)
        value = whole
    walk.state.set(scope, name, value)


def put_path(whole: dict[str, Any], path: str, value: Any) -> None:
    """Into a context within a context, copying on the way: what others hold stays as it is."""
    name, _dot, rest = path.partition(".")
    if rest:
        inner = dict(whole[name]) if isinstance(whole.get(name), dict) else {}
        put_path(inner, rest, value)
        value = inner
    whole[name] = value


# What can be taken back later


def remember(walk: Walk, scope: str, node: Node, own: Mapping[str, Any]) -> None:
    """Each activity once, at its latest place: the state must not grow with every round."""
    inner = own.get("done") if node.kind is Kind.SUBPROCESS else None
    whole = node.kind is Kind.SUBPROCESS and walk.graph.containers[node.id].undo
    if not node.undo and not inner and not whole:
        return
    around = walk.state.scopes.setdefault(scope, {})
    done = [entry for entry in around.get("done", ()) if entry[0] != node.id]
    around["done"] = [*done, [node.id, inner] if inner else [node.id]]


# The same activity for each item of a list


def is_item(walk: Walk, token: str) -> bool:
    node, scope = walk.state.tokens[token]
    around = walk.state.scopes.get(scope, NOTHING)
    return "loop" in around and around["at"] == node


def begin_loop(walk: Walk, token: str, node: Node, loop: Loop) -> None:
    scope = walk.state.tokens[token][1]
    items = plain(loop.items.of(walk.context(scope), walk.at))
    if not isinstance(items, list):
        raise Stuck(_("“%(text)s” is no list to repeat for.") % {"text": loop.items.text}, code="no_value")
    if len(items) > MAX_ITEMS:
        reason = _("“%(name)s” would repeat %(count)s times, and %(limit)s is the most.")
        counts = {"name": node.name, "count": f"{len(items):,}", "limit": MAX_ITEMS}
        raise Stuck(reason % counts, code="too_many_items")
    progress: dict[str, Any] = {"n": len(items), "done": 0}
    if loop.results:
        progress["results"] = [None] * len(items)
    walk.state.scopes[token] = {"in": scope, "at": node.id, "loop": progress}
    if not items:
        end_loop(walk, token, node, loop)
    elif loop.sequential:
        progress["items"] = items
        begin_item(walk, token, node, loop, 1)
    else:
        for index, item in enumerate(items, 1):
            begin_item(walk, token, node, loop, index, item)


def begin_item(walk: Walk, outer: str, node: Node, loop: Loop, index: int, *given: Any) -> None:
    item = given[0] if given else walk.state.scopes[outer]["loop"]["items"][index - 1]
    token = walk.place(node.id, outer)
    variables = {"loopCounter": index} | ({loop.item: item} if loop.item else {})
    walk.state.scopes[token] = {"in": outer, "variables": variables}


def item_done(walk: Walk, token: str, node: Node, result: Result) -> None:
    outer, loop = walk.state.tokens[token][1], node.loop
    assert loop is not None
    progress = walk.state.scopes[outer]["loop"]
    index = walk.state.scopes[token]["variables"]["loopCounter"]
    if loop.result is not None and loop.results:
        context = ChainMap(dict(result), walk.context(token))  # type: ignore[arg-type]
        progress["results"][index - 1] = plain(loop.result.of(context, walk.at))
    progress["done"] += 1
    walk.drop(token)
    if progress["done"] == progress["n"] or enough(walk, outer, loop):
        end_loop(walk, outer, node, loop)
    elif loop.sequential:
        begin_item(walk, outer, node, loop, index + 1)


def enough(walk: Walk, outer: str, loop: Loop) -> bool:
    """Whether the completion condition holds: a quorum is reached, or cannot be any more."""
    if loop.until is None:
        return False
    progress = walk.state.scopes[outer]["loop"]
    active = sum(1 for _node, scope in walk.state.tokens.values() if scope == outer)
    counts = {
        "numberOfInstances": progress["n"],
        "numberOfCompletedInstances": progress["done"],
        "numberOfActiveInstances": active,
        "numberOfTerminatedInstances": 0,
    }
    if loop.results:
        counts[loop.results] = progress["results"]
    return loop.until.of(ChainMap(counts, walk.context(outer)), walk.at) is True  # type: ignore[arg-type]


def end_loop(walk: Walk, outer: str, node: Node, loop: Loop) -> None:
    progress = walk.state.scopes[outer]["loop"]
    walk.empty(outer)
    if loop.results:
        walk.state.set(walk.state.tokens[outer][1], loop.results, progress["results"])
    finish(walk, outer, node)
