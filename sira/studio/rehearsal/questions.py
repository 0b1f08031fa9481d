"""What the page of a dry run asks for each step that waits."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.forms.schema import CHOICES, DATE, MANY, TIME, Component, Schema, fields
from sira.studio.answered import Fact
from sira.studio.rehearsal.acting import form_of
from sira.studio.rehearsal.open_answers import asked_of, said_before
from sira.studio.rehearsal.playing import Play
from sira.studio.rehearsal.story import Wait

Choice = tuple[Any, str]
TYPED = {DATE: "date", TIME: "time"}


@dataclass(frozen=True)
class Entry:
    """One thing to answer. values: to choose from, and their words; of an open one, what the ways behind it ask for.
    closed: it is one of the values.  kind: of the input.  optional: a form may leave it empty."""

    name: str
    words: str
    value: Any = ""
    values: tuple[Choice, ...] = ()
    closed: bool = False
    kind: str = "text"
    required: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Question:
    """A step that waits, and what can be answered to it."""

    wait: Wait
    entries: list[Entry]

    @property
    def place(self) -> str:
        return json.dumps(list(self.wait.place))


def questions(play: Play, forms: Mapping[str, Schema], facts: Mapping[str, Fact]) -> list[Question]:
    """One for each step that waits.  forms: the published ones by key; facts: by variable."""
    return [Question(wait, list(_entries(play, wait, forms, facts))) for wait in play.waiting()]


def _entries(play: Play, wait: Wait, forms: Mapping[str, Schema], facts: Mapping[str, Fact]) -> Iterator[Entry]:
    if wait.kind not in ("task", "message", "incident"):
        return
    asked, known = asked_of(play, wait, forms), play.variables(wait.place)
    of_form = {one.key: one for one in fields(form_of(wait, forms)) if one.key}
    for name, values in asked.items():
        if name not in of_form:
            yield _asked(name, values, facts.get(name))
    for key, one in of_form.items():
        yield _field(one, said_before(known, key), asked.get(key, []))


def _asked(name: str, values: list[Any], fact: Fact | None) -> Entry:
    """Those that the ways behind it ask for first, then whatever else can be chosen."""
    words = fact.words if fact else name
    if all(isinstance(value, bool) for value in values):
        return Entry(name, str(words), values[0], tuple((value, yes_or_no(value)) for value in values), closed=True)
    if fact is None or not fact.said:
        return Entry(name, str(words), values[0], tuple((value, str(value)) for value in values))
    every = [*values, *(value for value in fact.values if value not in values)]
    told = tuple((value, str(fact.said.get(str(value), value))) for value in every)
    return Entry(name, str(words), values[0], told, closed=True)


def _field(one: Component, said: Any, wanted: list[Any]) -> Entry:
    """A field of the step's form, filled in with what was answered to it before, else with what a way asks for."""
    language = get_language() or ""
    required = bool(one.rules.get("required")) and not one.hide
    value = said if said is not None else wanted[0] if wanted else ""
    more: dict[str, Any] = {"required": required, "optional": not one.rules.get("required")}
    if one.type in CHOICES:
        options = [([key] if one.type in MANY else key, words) for key, words in one.options(language)]
        nothing = [] if required else [("", _("none"))]
        return Entry(one.key, one.label(language), value, (*nothing, *options), closed=True, **more)
    if one.type == "checkbox":
        both = ((True, yes_or_no(True)), (False, yes_or_no(False)))
        return Entry(one.key, one.label(language), value if value != "" else False, both, closed=True, **more)
    kind = TYPED.get(one.kind_of_moment, "datetime-local") if one.type == "datetime" else "text"
    values = tuple((each, str(each)) for each in wanted)
    return Entry(one.key, one.label(language), value, values, kind="number" if one.type == "number" else kind, **more)


def yes_or_no(value: Any) -> str:
    return _("yes") if value else _("no")
