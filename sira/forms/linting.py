"""What stands against publishing a form, in words for who draws it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.decisions import feel
from sira.decisions.feel.cursor import KEYWORDS
from sira.forms.schema import (
    CHOICES,
    DATE,
    DATE_AND_TIME,
    KNOWN,
    LIST,
    TIME,
    Component,
    Schema,
    components,
    fields,
)

MOST = 500
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
OF_TICKET = frozenset({"ticket", "requester", "message"})  # what a drawing's conditions know without a form
RESERVED = OF_TICKET | KEYWORDS
TAKEN_FROM_DATA = ("valuesKey", "valuesExpression")


@dataclass(frozen=True)
class Problem:
    """where: id of the component, empty for the form itself."""

    where: str
    sentence: str | Promise


def problems(schema: Schema) -> list[Problem]:
    """Nothing if the form can be published."""
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return [Problem("", _("This is not a form: it has no list of components."))]
    found = list(islice(components(schema), MOST + 1))
    if len(found) > MOST:
        return [Problem("", _("The form has more than 500 components. Nobody would fill it in; divide it."))]
    if not any(component.is_field for component in found):
        return [Problem("", _("The form asks nothing. Add a field."))]
    keys: dict[str, Counter[str]] = {}
    for component in found:
        if component.is_field:
            keys.setdefault(component.of_list, Counter())[component.key] += 1
    return [
        Problem(component.id, sentence)
        for component in found
        for sentence in _about(component, keys.get(component.of_list, Counter()))
    ]


def doubts(schema: Schema) -> Iterator[Problem]:
    """What may be published and is probably a mistake: two questions that read alike."""
    seen: Counter[tuple[str, tuple[str, ...], str]] = Counter()
    for component in components(schema):
        label = component.label("").strip()
        place = (component.of_list, component.inside, label.casefold())
        seen[place] += component.is_field
        if component.is_field and seen[place] == 2:
            yield Problem(
                component.id, format_lazy(_("Two fields are called “{}”. People can't tell them apart."), label)
            )


def _about(component: Component, keys: Counter[str]) -> Iterator[str | Promise]:
    """keys: of it and the fields beside it."""
    if component.type not in KNOWN:
        yield format_lazy(_("The desk can't show a component of the type “{}”. Take another one."), component.type)
        return
    if component.type == "group" and component.raw.get("path"):
        yield _("A group may not have a path. Clear it: answers are kept by the key of their field.")
    if component.hide:
        yield from _about_condition(component.hide)
    if component.type == LIST:
        yield from _about_list(component)
    if component.is_field:
        yield from _about_field(component, twice=keys[component.key] > 1)


def _about_list(component: Component) -> Iterator[str | Promise]:
    if component.of_list:
        yield _("A group that repeats can't stand in another one. Put it beside.")
    if not fields(component.row):
        yield _("This group repeats, but nothing is asked in it. Add a field.")
    if not component.may_grow and not component.rows_at_first:
        yield _("This group would never show: it begins empty, and nobody may add to it.")


def _about_field(component: Component, *, twice: bool) -> Iterator[str | Promise]:
    if not KEY.match(component.key):
        yield format_lazy(
            _("“{}” can't be a key. Use Latin letters, digits and underscores, a letter first."), component.key
        )
    elif component.key in KEYWORDS:
        yield format_lazy(
            _("“{}” can't be a key: conditions use this word themselves. Choose another one."), component.key
        )
    elif component.key in OF_TICKET and not component.of_list:
        yield format_lazy(
            _("“{}” can't be a key: conditions mean the ticket's own data by it. Choose another one."), component.key
        )
    elif twice:
        yield format_lazy(_("The key “{}” is used twice. Each field needs its own."), component.key)
    if component.type in CHOICES:
        values = [value for value, _words in component.options("")]
        if any(component.raw.get(name) for name in TAKEN_FROM_DATA):
            yield _("Choices can't be taken from data here. List them in the form.")
        elif not values or len(set(values)) < len(values):
            yield _("Each choice needs a value of its own, and there must be at least one.")
    if component.type == "datetime" and component.kind_of_moment not in (DATE, TIME, DATE_AND_TIME):
        yield _("Choose whether the field asks for a date, a time or both.")
    if pattern := component.rules.get("pattern"):
        try:
            re.compile(str(pattern))
        except re.error:
            yield format_lazy(_("The pattern “{}” can't be read. Check its brackets."), pattern)


def _about_condition(source: str) -> Iterator[str | Promise]:
    try:
        feel.compile_expression(source)
    except feel.FeelProblem as problem:
        yield format_lazy(_("The condition “{}” can't be read: {}"), source, str(problem))
