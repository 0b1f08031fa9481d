"""What has been done in a dry run so far, as text that the page carries along; played anew each time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.graph import Graph
from sira.studio.answered import Fact
from sira.studio.rehearsal.acting import KNOWN, Cast, whole_way
from sira.studio.rehearsal.choices import asked_behind, nested
from sira.studio.rehearsal.limits import DELAYS, MOST
from sira.studio.rehearsal.playing import Play
from sira.studio.rehearsal.scene import TicketScene
from sira.studio.rehearsal.story import Wait

Move = dict[str, Any]
YES, NO = _("yes"), _("no")


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


@dataclass(frozen=True)
class Question:
    """What can be answered to a step that waits. asked: values by variable, as its ways ask for them.
    facts: what those are called.  fields: key and words of what its form asks for besides."""

    wait: Wait
    asked: dict[str, list[Any]]
    fields: list[tuple[str, str]]
    facts: Mapping[str, Fact]

    @property
    def place(self) -> str:
        return json.dumps(list(self.wait.place))

    @property
    def answers(self) -> list[tuple[str, str, list[tuple[Any, str]], bool]]:
        """(variable, words, values and their words, whether it is one of those)."""
        return [(name, self._words(name), *self._values(name, values)) for name, values in self.asked.items()]

    def _words(self, name: str) -> str:
        return self.facts[name].words if name in self.facts else name

    def _values(self, name: str, values: list[Any]) -> tuple[list[tuple[Any, str]], bool]:
        """Those that the ways behind it ask for first, then whatever else can be chosen."""
        if all(isinstance(value, bool) for value in values):
            return [(value, str(YES if value else NO)) for value in values], True
        fact = self.facts.get(name)
        if fact is None or not fact.said:
            return [(value, str(value)) for value in values], False
        every = [*values, *(value for value in fact.values if value not in values)]
        return [(value, str(fact.said.get(str(value), value))) for value in every], True


def questions(play: Play, fields_of: Mapping[str, list[tuple[str, str]]], facts: Mapping[str, Fact]) -> list[Question]:
    """One for each step that waits; fields_of: key and words of the fields of each form; facts: by variable."""
    found = []
    for wait in play.waiting():
        graph = play.frames[wait.place[0]].graph
        asked = asked_behind(graph, wait.node, KNOWN) if wait.kind in ("task", "message", "incident") else {}
        form = wait.node.plan.form if wait.node.plan else ""
        fields = [(key, said) for key, said in fields_of.get(form, []) if key not in asked]
        found.append(Question(wait, asked, fields, facts))
    return found


def value_of(text: str) -> Any:
    """What was typed, as JSON where it is some, else as text; of several values, a list."""
    text = text.strip()
    try:
        value = json.loads(text)
    except ValueError:
        return text
    several = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return value if several or isinstance(value, str | bool | int | float) or value is None else text
