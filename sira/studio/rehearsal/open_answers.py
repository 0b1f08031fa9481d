"""What a step that waits is still to answer: nothing that was answered before it and is not its own to say."""

from collections.abc import Mapping
from typing import Any

from sira.forms.schema import Schema
from sira.studio import speaking
from sira.studio.rehearsal.choices import asked_behind
from sira.studio.rehearsal.playing import Play
from sira.studio.rehearsal.story import Wait

KNOWN = frozenset({"ticket", "requester"})


def asked_of(play: Play, wait: Wait, forms: Mapping[str, Schema]) -> dict[str, list[Any]]:
    """Variable and the values that the ways behind the step ask for, as far as nobody has said it yet.

    forms: the published ones by key.
    """
    asked = asked_behind(play.frames[wait.place[0]].graph, wait.node, KNOWN)
    if wait.node.plan is None:  # whatever a message or another process brings, it may bring again
        return asked
    variables = play.variables(wait.place)
    settled = {name for name in asked if said_before(variables, name) is not None}
    if not settled:
        return asked
    own = {fact.path.partition(".")[0] for fact in speaking.made_by(wait.node, forms)} | _answered_by(play, wait)
    return {name: values for name, values in asked.items() if name not in settled or name.partition(".")[0] in own}


def said_before(variables: Mapping[str, Any], path: str) -> Any:
    """What is known by that path; None where nothing is."""
    found: Any = variables
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _answered_by(play: Play, wait: Wait) -> set[str]:
    """What the same step has answered the last time, as in a circle."""
    done = (line.detail for line in play.lines if line.kind == "done" and line.element == wait.node.id)
    return {name for detail in done for name in detail or ()}
