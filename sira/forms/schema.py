"""Reading a form-js schema: its components, in their order, with words in the reader's language.

The schema keeps one language in its own words; others stand under `properties`, where the form-js editor shows and
keeps them: "label:tr", "description:tr", "text:tr", and "option:<value>:tr" for the words of a choice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

CHOICES = frozenset({"select", "radio", "checklist", "taglist"})
MANY = frozenset({"checklist", "taglist"})
FIELDS = CHOICES | {"textfield", "textarea", "number", "checkbox", "datetime", "filepicker"}
SHOWN = frozenset({"text", "group", "separator", "spacer"})
KNOWN = FIELDS | SHOWN
IGNORED = frozenset({"button"})  # the page has its own button

DATE, TIME, DATE_AND_TIME = "date", "time", "datetime"
DEEPEST = 20  # groups in each other
PARTS = {"components": list, "values": list, "validate": dict, "conditional": dict, "properties": dict}


@dataclass(frozen=True)
class Component:
    """One component; `depth` counts the groups around it, `inside` are their ids from the outermost."""

    raw: dict[str, Any]
    inside: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        return str(self.raw.get("type", ""))

    @property
    def id(self) -> str:
        return str(self.raw.get("id") or self.key)

    @property
    def key(self) -> str:
        return str(self.raw.get("key", ""))

    @property
    def is_field(self) -> bool:
        return self.type in FIELDS

    @property
    def rules(self) -> dict[str, Any]:
        return self.raw.get("validate") or {}

    @property
    def hide(self) -> str:
        """The FEEL expression under which it is hidden; empty if it always shows."""
        return str((self.raw.get("conditional") or {}).get("hide") or "").removeprefix("=").strip()

    @property
    def kind_of_moment(self) -> str:
        """What a datetime asks for: DATE, TIME or DATE_AND_TIME."""
        return str(self.raw.get("subtype") or DATE)

    @property
    def many_files(self) -> bool:
        return bool(self.raw.get("multiple"))

    def word(self, name: str, language: str) -> str:
        """The label, description or text, in the language if the form has it."""
        own = self.raw.get("properties") or {}
        return str(own.get(f"{name}:{language}") or self.raw.get(name) or "")

    def label(self, language: str) -> str:
        if self.type == "datetime" and not self.raw.get("label"):
            name = "timeLabel" if self.kind_of_moment == TIME else "dateLabel"
            own = (self.raw.get("properties") or {}).get(f"label:{language}")
            return str(own or self.raw.get(name) or self.key)
        return self.word("label", language) or self.key

    def options(self, language: str) -> list[tuple[str, str]]:
        """(value, words) of each choice."""
        own = self.raw.get("properties") or {}
        return [
            (str(choice["value"]), str(own.get(f"option:{choice['value']}:{language}") or choice.get("label", "")))
            for choice in self.raw.get("values") or []
            if isinstance(choice, dict) and "value" in choice
        ]


def components(schema: Schema) -> Iterator[Component]:
    """Every component, groups before what is in them."""
    yield from _walk(schema.get("components") or [], ())


def fields(schema: Schema) -> list[Component]:
    """What asks for an answer."""
    return [component for component in components(schema) if component.is_field]


def _walk(raw: list[dict[str, Any]], inside: tuple[str, ...]) -> Iterator[Component]:
    for entry in raw:
        component = Component(entry, inside)
        if component.type in IGNORED:
            continue
        yield component
        if component.type == "group":
            yield from _walk(entry.get("components") or [], (*inside, component.id))


def is_well_formed(schema: Any) -> bool:
    """Whether all that is read of a schema is there as it should be, so that nothing stumbles over it later."""
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return False
    left = [(entry, 0) for entry in schema["components"]]
    while left:
        entry, depth = left.pop()
        if not isinstance(entry, dict) or depth > DEEPEST:
            return False
        if any(not isinstance(entry.get(name) or kind(), kind) for name, kind in PARTS.items()):
            return False
        left += [(inner, depth + 1) for inner in entry.get("components") or []]
    return True
