"""What has been done in a dry run so far, as text that the page carries along; played anew each time."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sira.processes.bpmn.graph import Graph
from sira.studio.rehearsal.acting import Cast, whole_way
from sira.studio.rehearsal.choices import nested
from sira.studio.rehearsal.limits import DELAYS, MOST
from sira.studio.rehearsal.open_answers import KNOWN
from sira.studio.rehearsal.playing import Play
from sira.studio.rehearsal.scene import TicketScene
from sira.studio.rehearsal.story import Wait

Move = dict[str, Any]


@dataclass
class Tried:
    """A dry run as it stands. cast: who answers where nobody says; marks: how much had happened after each move."""

    play: Play
    cast: Cast
    done: list[Move] = field(default_factory=list)


def moves_in(text: str) -> list[Move]:
    """What the page brought along; anything else is nothing."""
    try:
        given = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return [one for one in given if isinstance(one, dict)][:MOST] if isinstance(given, list) else []


def played(graph: Graph, scene: TicketScene, cast: Cast, moves: list[Move], *, at: datetime) -> Tried:
    tried = Tried(Play(graph, scene, at), cast)
    tried.play.start()
    for move in moves:
        before = len(tried.play.lines)
        if not tried.play.ended and (_made(tried, move) or len(tried.play.lines) > before):
            tried.done.append(move)
    return tried


def _made(tried: Tried, move: Move) -> bool:
    play = tried.play
    match move.get("do"):
        case "next":
            return tried.cast.act(play)
        case "rest":
            whole_way(play, tried.cast)
            return True
        case "time":
            until = play.next_due()
            if until is None:
                return False
            play.until(until)
            return True
        case "fact":
            return _told(play, str(move.get("name", "")), move.get("value"))
    wait = next((one for one in play.waiting() if list(one.place) == move.get("place")), None)
    return wait is not None and _answered(tried, wait, move)


def _answered(tried: Tried, wait: Wait, move: Move) -> bool:
    play, given = tried.play, move.get("outcome")
    outcome = nested(given) if isinstance(given, dict) else {}
    minutes = move.get("after")
    at = play.at + timedelta(minutes=minutes if minutes in DELAYS else 0)
    match move["do"], wait.kind:
        case "finish", "task":
            return play.finish(wait.place, outcome, at=at)
        case "late", "task" if wait.has_deadline and wait.due is not None:
            play.until(wait.due)
            return True
        case "hear", "message" | "signal" | "condition":
            return play.hear(wait.place, outcome, at=at)
        case "skip", "incident":
            return play.skip(wait.place, outcome)
    return False


def _told(play: Play, name: str, value: Any) -> bool:
    """A fact of the ticket becomes another one: what waits for that goes on."""
    holder, _dot, rest = name.partition(".")
    if holder not in KNOWN or not rest:
        return False
    place = play.scene.facts[holder]
    *path, last = rest.split(".")
    for part in path:
        place = place.setdefault(part, {}) if isinstance(place, dict) else {}
    place[last] = value
    play.look()
    return True


def value_of(text: str) -> Any:
    """What was typed, as JSON where it is some, else as text; of several values, a list."""
    text = text.strip()
    try:
        value = json.loads(text)
    except ValueError:
        return text
    several = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return value if several or isinstance(value, str | bool | int | float) or value is None else text
