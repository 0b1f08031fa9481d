"""A form as HTML fields of ours, in the reader's language, with what was typed and what is wrong with it.

A page includes `forms/_fields.html` with `fields=rendering.shown(...)`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from sira.forms import choosing, conditions, reading, rows, writing
from sira.forms.schema import (
    DATE,
    LIST,
    MANY,
    MOST_ROWS,
    PEOPLE,
    PERSON,
    TIME,
    Component,
    Schema,
    components,
    fields,
    once,
)
from sira.people.models import Person
from sira.shell import formats


@dataclass(frozen=True)
class Option:
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Shown:
    """What a template needs of one component. typed: as written, also where it was refused."""

    type: str
    id: str
    name: str
    label: str
    hint: str
    text: str
    required: bool
    typed: str = ""
    typed_time: str = ""
    error: str | Promise = ""
    options: list[Option] = field(default_factory=list)
    parts: list["Shown"] = field(default_factory=list)
    rules: dict[str, Any] = field(default_factory=dict)
    subtype: str = ""
    multiple: bool = False
    accept: str = ""
    jalali: bool = False
    decides: bool = False
    asks_for: str = ""
    row: int = 0
    may_grow: bool = False

    @property
    def template(self) -> str:
        return f"forms/field/{self.type}.html"

    @property
    def described_by(self) -> str:
        """Ids for aria-describedby."""
        marks = [f"{self.id}-error"] * bool(self.error) + [f"{self.id}-hint"] * bool(self.hint)
        return " ".join(marks)


def shown(
    schema: Schema,
    *,
    language: str,
    data: Any = None,
    errors: dict[str, str | Promise] | None = None,
    first: dict[str, str] | None = None,
    by: Person | None = None,
) -> list[Shown]:
    """The components that show for what has been typed so far.

    data: as posted; None before anything was.  first: values by key to begin with, before the form's own.
    by: who reads it, for the people who are suggested.
    """
    every = list(components(schema))
    words = " ".join(component.hide for component in every)
    people = choosing.suggestions(by) if any(one.asks_for in (PERSON, PEOPLE) for one in every) else []
    making = _Making(language, data, errors or {}, words, first or {}, people)
    return making.part(schema, reading.PREFIX, {})


def typed_values(
    schema: Schema, data: Any, language: str, first: dict[str, str], prefix: str = reading.PREFIX
) -> dict[str, Any]:
    """What can be read of what was typed; the rest counts as empty."""
    values: dict[str, Any] = {}
    for component in fields(schema):
        if component.type == "filepicker":
            continue
        if component.type == LIST:
            numbers = rows.at_first(component) if data is None else rows.posted(component, data)
            values[component.key] = [
                typed_values(component.row, data, language, {}, rows.prefix_of(component, row)) for row in numbers
            ]
            continue
        try:
            values[component.key] = (
                first.get(component.key, component.raw.get("defaultValue"))
                if data is None
                else reading.read(component, data, language, prefix)
            )
        except reading.NotUnderstood:
            values[component.key] = None
    return values


@dataclass(frozen=True)
class _Making:
    language: str
    data: Any
    errors: dict[str, str | Promise]
    conditions: str
    first: dict[str, str]
    people: list[tuple[str, str]]

    def part(self, schema: Schema, prefix: str, around: dict[str, Any]) -> list[Shown]:
        """The form, or a row of a list. around: of a row, the answers outside it."""
        values = typed_values(schema, self.data, self.language, self.first if not around else {}, prefix)
        gone = conditions.hidden(schema, values, around)
        top = [one for one in once(schema) if not one.inside and one.id not in gone]
        return [self.show(one, prefix, gone, {**around, **values}) for one in top]

    def show(self, component: Component, prefix: str, gone: frozenset[str], values: dict[str, Any]) -> Shown:
        typed = self._typed(component, prefix)
        first = typed[0] if typed else ""
        children = (component.raw.get("components") or []) if component.type == "group" else []
        parts = [self.show(child, prefix, gone, values) for child in map(Component, children) if child.id not in gone]
        place = prefix.removeprefix(reading.PREFIX).replace(".", "-")
        own = reading.name(component, prefix)
        options = [Option(value, words, value in typed) for value, words in component.options(self.language)]
        return Shown(
            type=component.type,
            id=f"field-{place}{component.id}",
            name=own if component.is_field else "",
            label=component.label(self.language) if component.is_field or component.raw.get("label") else "",
            hint=component.word("description", self.language),
            text=component.word("text", self.language),
            required=bool(component.rules.get("required")),
            typed=first,
            typed_time=self._typed_time(component, own),
            error=self.errors.get(own.removeprefix(reading.PREFIX), "") if component.is_field else "",
            options=self._suggested(component) or options,
            parts=self._rows(component, values) if component.type == LIST else parts,
            rules=component.rules,
            subtype=component.kind_of_moment if component.type == "datetime" else "",
            multiple=component.many_files or component.type in MANY,
            accept=str(component.raw.get("accept") or ""),
            jalali=self.language == "fa",
            decides=component.is_field and component.key in self.conditions,
            asks_for=component.asks_for,
            may_grow=component.type == LIST and component.may_grow,
        )

    def _suggested(self, component: Component) -> list[Option]:
        """Whom one may choose; several can't be suggested in one field, since the browser puts one in its place."""
        return [Option(mail, name, False) for mail, name in self.people] if component.asks_for == PERSON else []

    def _rows(self, component: Component, values: dict[str, Any]) -> list[Shown]:
        numbers = rows.at_first(component) if self.data is None else rows.posted(component, self.data)[:MOST_ROWS]
        return [
            Shown(
                type="row",
                id=f"field-{component.id}-row-{row}",
                name=reading.name(component),
                label=component.label(self.language),
                hint="",
                text="",
                required=False,
                row=row,
                may_grow=component.may_grow,
                parts=self.part(component.row, rows.prefix_of(component, row), values),
            )
            for row in numbers
        ]

    def _typed(self, component: Component, prefix: str) -> list[str]:
        if not component.is_field or component.type in ("filepicker", LIST):
            return []
        if self.data is not None:
            return [str(value) for value in self.data.getlist(reading.name(component, prefix))]
        first = self.first.get(component.key, component.raw.get("defaultValue"))
        if first is None or first is False or first == "":  # 0 is an answer
            return []
        if component.type == "datetime" and component.kind_of_moment == DATE:
            return [writing.write_date(date.fromisoformat(str(first)), self.language)]
        if component.type == "number":
            return [formats.digits(first, self.language)]
        return [str(value) for value in first] if isinstance(first, list) else [str(first)]

    def _typed_time(self, component: Component, own: str) -> str:
        if component.type != "datetime" or self.data is None or component.kind_of_moment in (DATE, TIME):
            return ""
        return "".join(str(value) for value in self.data.getlist(own + reading.TIME_PART)[:1])
