"""Who answers in a play: those who answered the past ticket, or an assumption that is said."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sira.forms.schema import CHOICES, MANY, Schema, fields
from sira.studio.rehearsal.choices import likely, nested
from sira.studio.rehearsal.filling import filled
from sira.studio.rehearsal.open_answers import asked_of
from sira.studio.rehearsal.past import Answer, Record
from sira.studio.rehearsal.playing import MAX_LINES, Play
from sira.studio.rehearsal.story import Wait

ASSUMED_AFTER = timedelta(hours=1)
MAX_TURNS = 200
ONE_OF = CHOICES - MANY


@dataclass
class Cast:
    """tasks, messages: what is kept of a past ticket and not used up yet.  assumed: elements answered without it.
    forms: the published ones by key, of which fields are filled in that must be."""

    tasks: dict[str, deque[Answer]] = field(default_factory=dict)
    messages: dict[str, deque[datetime]] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    forms: Mapping[str, Schema] = field(default_factory=dict)

    def act(self, play: Play) -> bool:
        """Let the next thing happen: what is known to have come first, else what would. False: nothing can."""
        known = sorted(filter(None, map(self._known, play.waiting())), key=lambda each: each[0])
        timer = play.next_due()
        if known and (timer is None or known[0][0] <= timer):
            at, wait = known[0]
            return self._answer(play, wait, max(at, play.at))
        task = next((wait for wait in play.waiting() if wait.kind == "task"), None)
        if task is not None and (timer is None or play.at + ASSUMED_AFTER <= timer):
            return self._assume(play, task)
        if timer is not None:
            play.until(timer)
            return True
        return False

    def _known(self, wait: Wait) -> tuple[datetime, Wait] | None:
        kept: deque[Any] | None = None
        if wait.kind == "task":
            kept = self.tasks.get(wait.node.id)
        elif wait.kind == "message":
            kept = self.messages.get(wait.name)
        if not kept:
            return None
        first = kept[0]
        return (first[0] if isinstance(first, tuple) else first), wait

    def _answer(self, play: Play, wait: Wait, at: datetime) -> bool:
        if wait.kind == "task":
            _at, outcome = self.tasks[wait.node.id].popleft()
            return play.finish(wait.place, outcome, at=at)
        self.messages[wait.name].popleft()
        return play.hear(wait.place, {}, at=at)

    def _assume(self, play: Play, wait: Wait) -> bool:
        """Who is asked the same a third time answers otherwise."""
        again = self.assumed.count(wait.node.id) // 2
        self.assumed.append(wait.node.id)
        at = play.at + ASSUMED_AFTER
        form = form_of(wait, self.forms)
        given = {**filled(form, at), **assumed_answer(play, wait, self.forms, again)}
        return play.finish(wait.place, given, at=at)


def form_of(wait: Wait, forms: Mapping[str, Schema]) -> Schema:
    return (forms.get(wait.node.plan.form) if wait.node.plan else None) or {}


def assumed_answer(play: Play, wait: Wait, forms: Mapping[str, Schema], again: int) -> dict[str, Any]:
    asked, form = asked_of(play, wait, forms), form_of(wait, forms)
    options = {one.key: [value for value, _words in one.options("")] for one in fields(form) if one.type in ONE_OF}
    known = {
        name: [*values, *(one for one in options.get(name, ()) if one not in values)] for name, values in asked.items()
    }
    return nested(likely(known, again=again))


def whole_way(play: Play, cast: Cast) -> None:
    """Play from where it stands until it ends or only a person's message could help."""
    for _turn in range(MAX_TURNS):
        if play.ended or len(play.lines) >= MAX_LINES or not cast.act(play):
            return


def cast_of(record: Record, forms: Mapping[str, Schema]) -> Cast:
    return Cast(*record.answers(), forms=forms)
