"""A form as HTML fields of ours, in the reader's language, with what was typed and what is wrong with it.

A page includes `forms/_fields.html` with `fields=rendering.shown(...)`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from sira.forms import conditions, reading, writing
from sira.forms.schema import DATE, MANY, TIME, Component, Schema, components


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
) -> list[Shown]:
    """The components that show for what has been typed so far.

    data: as posted; None before anything was.  first: values by key to begin with, before the form's own.
    """
    first = first or {}
    gone = conditions.hidden(schema, typed_values(schema, data, language, first))
    words = " ".join(component.hide for component in components(schema))
    making = _Making(language, data, errors or {}, gone, words, first)
    return [making.show(one) for one in components(schema) if not one.inside and one.id not in gone]


def typed_values(schema: Schema, data: Any, language: str, first: dict[str, str]) -> dict[str, Any]:
    """What can be read of what was typed; the rest counts as empty."""
    values: dict[str, Any] = {}
    for component in components(schema):
        if not component.is_field or component.type == "filepicker":
            continue
        try:
            values[component.key] = (
                first.get(component.key, component.raw.get("defaultValue"))
                if data is None
                else reading.read(component, data, language)
            )
        except reading.NotUnderstood:
            values[component.key] = None
    return values


@dataclass(frozen=True)
class _Making:
    language: str
    data: Any
    errors: dict[str, str | Promise]
    gone: frozenset[str]
    conditions: str
    first: dict[str, str]

    def show(self, component: Component) -> Shown:
        typed = self._typed(component)
        first = typed[0] if typed else ""
        children = (component.raw.get("components") or []) if component.type == "group" else []
        return Shown(
            type=component.type,
            id=f"field-{component.id}",
            name=reading.name(component) if component.is_field else "",
            label=component.label(self.language) if component.is_field or component.raw.get("label") else "",
            hint=component.word("description", self.language),
            text=component.word("text", self.language),
            required=bool(component.rules.get("required")),
            typed=first,
            typed_time=self._typed_time(component),
            error=self.errors.get(component.key, "") if component.is_field else "",
            options=[Option(value, words, value in typed) for value, words in component.options(self.language)],
            parts=[self.show(child) for child in map(Component, children) if child.id not in self.gone],
            rules=component.rules,
            subtype=component.kind_of_moment if component.type == "datetime" else "",
            multiple=component.many_files or component.type in MANY,
            accept=str(component.raw.get("accept") or ""),
            jalali=self.language == "fa",
            decides=component.is_field and component.key in self.conditions,
        )

    def _typed(self, component: Component) -> list[str]:
        if not component.is_field or component.type == "filepicker":
            return []
        if self.data is not None:
            return [str(value) for value in self.data.getlist(reading.name(component))]
        first = self.first.get(component.key, component.raw.get("defaultValue"))
        if first in (None, "", False):
            return []
        if component.type == "datetime" and component.kind_of_moment == DATE:
            return [writing.write_date(date.fromisoformat(str(first)), self.language)]
        return [str(value) for value in first] if isinstance(first, list) else [str(first)]

    def _typed_time(self, component: Component) -> str:
        if component.type != "datetime" or self.data is None or component.kind_of_moment in (DATE, TIME):
            return ""
        return "".join(str(value) for value in self.data.getlist(reading.name(component) + reading.TIME_PART)[:1])


def told(schema: Schema, values: dict[str, Any], *, language: str) -> list[tuple[str, str]]:
    """(label, answer) in words, for the ticket page and the first message."""
    lines = []
    for component in components(schema):
        if not component.is_field or component.key not in values:
            continue
        value = values[component.key]
        words = dict(component.options(language))
        if isinstance(value, list):
            text = ", ".join(words.get(str(one), str(one)) for one in value)
        elif component.type == "checkbox":
            text = "✓"
        elif component.type == "datetime" and component.kind_of_moment == DATE:
            text = writing.write_date(date.fromisoformat(value), language)
        else:
            text = words.get(str(value), str(value).replace("T", " ") if component.type == "datetime" else str(value))
        lines.append((component.label(language), text))
    return lines
