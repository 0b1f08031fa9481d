"""What can be spoken of in a drawing: a fact, and the answers of forms as facts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.catalogue.asking import OF_TICKET
from sira.forms.schema import CHOICES, DATE, LIST, MANY, TIME, Component, Schema, fields, name_of
from sira.processes.bpmn.graph import Graph

Words = str | Promise
YES_NO = ("true", "false")
ANSWERS = "ticket.fields"


@dataclass(frozen=True)
class Fact:
    """group: where it comes from, in words.  values: what it can be.  said: what those are called, if not so.

    kind: text, number, day, moment, time, yes_no, choice, many (of its values), person, or whole for what is read by
    FEEL alone.  place: requester, ticket, answers, steps, message or proof; in this order they are offered to texts.
    """

    path: str
    words: str
    group: str
    values: tuple[str, ...] = ()
    said: Mapping[str, str | Promise] = field(default_factory=dict)
    kind: str = "text"
    place: str = "steps"

    def plain(self) -> dict[str, Any]:
        values = [[value, str(self.said.get(value, value))] for value in self.values]
        return {
            "path": self.path,
            "words": self.words,
            "group": self.group,
            "values": values,
            "kind": self.kind,
            "place": self.place,
        }


def begun(first: Iterable[str], forms: dict[str, Schema]) -> Iterator[Fact]:
    """What people have filled in before it begins stands on their ticket."""
    language = get_language() or ""
    for key in first:
        schema = forms.get(key, {})
        group = _("Asked at the start: %(form)s") % {"form": name_of(schema, language) or key}
        for one in fields(schema):
            if one.key and one.key not in OF_TICKET:  # those are what the ticket itself says
                yield answer(one, f"{ANSWERS}.{one.key}", group, language)


def kept_on_ticket(graph: Graph, first: Iterable[str], forms: dict[str, Schema]) -> Iterator[str]:
    """Keys of what stands in the ticket's fields: answers of the first forms and of those asked later, and what the
    drawing sets there."""
    for key in (*first, *(node.plan.form for node in graph.nodes.values() if node.plan)):
        yield from (one.key for one in fields(forms.get(key, {})))
    for node in graph.nodes.values():
        for name in (*node.headers, *(path for path, _source in (*node.inputs, *node.outputs))):
            yield name.partition("fields.")[2].partition(".")[0]


def answer(one: Component, path: str, group: str, language: str) -> Fact:
    options = dict(one.options(language)) if one.type in CHOICES else {}
    values = YES_NO if one.type == "checkbox" else tuple(options)
    return Fact(path, one.label(language), group, values, options, kind_of(one), "answers")


def kind_of(one: Component) -> str:
    if one.type in CHOICES:
        return "many" if one.type in MANY else "choice"
    if one.type == "datetime":
        return {DATE: "day", TIME: "time"}.get(one.kind_of_moment, "moment")
    if one.type in (LIST, "filepicker"):
        return "whole"
    return {"number": "number", "checkbox": "yes_no"}.get(one.type, "text")
