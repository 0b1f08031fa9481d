"""Reading a form-js schema: its components, in their order, with words in the reader's language.

The schema keeps one language in its own words; others stand under `properties`, where the form-js editor shows and
keeps them: "label:tr", "description:tr", "text:tr", "option:<value>:tr" for the words of a choice, and those of the
whole have "name:tr". There too stands what a text field asks for besides text: "asks_for" is person, people or asset.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

CHOICES = frozenset({"select", "radio", "checklist", "taglist"})
MANY = frozenset({"checklist", "taglist"})
LIST = "dynamiclist"  # a group that people fill in as often as they need
FIELDS = CHOICES | {"textfield", "textarea", "number", "checkbox", "datetime", "filepicker", LIST}
SHOWN = frozenset({"text", "group", "separator", "spacer"})
KNOWN = FIELDS | SHOWN
IGNORED = frozenset({"button"})  # the page has its own button

DATE, TIME, DATE_AND_TIME = "date", "time", "datetime"
PERSON, PEOPLE, ASSET = "person", "people", "asset"
MOST_ROWS = 50
DEEPEST = 20  # groups in each other
PARTS = {"components": list, "values": list, "validate": dict, "conditional": dict, "properties": dict}


@dataclass(frozen=True)
class Component:
    """One component; `inside`: ids of the groups around it, from the outermost.  `of_list`: key of its list."""

    raw: dict[str, Any]
    inside: tuple[str, ...] = ()
    of_list: str = ""

    @property
    def type(self) -> str:
        return str(self.raw.get("type", ""))

    @property
    def id(self) -> str:
        return str(self.raw.get("id") or self.key)

    @property
    def key(self) -> str:
        return str(self.raw.get("path" if self.type == LIST else "key") or "")

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
    def asks_for(self) -> str:
        """PERSON, PEOPLE, ASSET, or nothing for what is plain text."""
        found = str((self.raw.get("properties") or {}).get("asks_for") or "") if self.type == "textfield" else ""
        return found if found in (PERSON, PEOPLE, ASSET) else ""

    @property
    def row(self) -> "Schema":
        """Of a list: what is asked once for each."""
        return {"components": self.raw.get("components") or []}

    @property
    def rows_at_first(self) -> int:
        given = self.raw.get("defaultRepetitions", 1)
        return min(max(given, 0), MOST_ROWS) if isinstance(given, int) else 1

    @property
    def may_grow(self) -> bool:
        return self.raw.get("allowAddRemove") is not False

    @property
    def many_files(self) -> bool:
        return bool(self.raw.get("multiple"))

    def word(self, name: str, language: str, *, plain: str = "") -> str:
        """The label, description or text, in the language if the form has it; else plain, or what stands there."""
        own = self.raw.get("properties") or {}
        return str(own.get(f"{name}:{language}") or plain or self.raw.get(name) or "")

    def label(self, language: str) -> str:
        if self.type == "datetime" and (own := self.raw.get(self.moment_label)):
            return self.word("label", language, plain=str(own))
        return self.word("label", language) or self.key

    @property
    def moment_label(self) -> str:
        """Where form-js keeps the label of a datetime; one that stands under "label" is read too."""
        return "timeLabel" if self.kind_of_moment == TIME else "dateLabel"

    @property
    def drawn(self) -> dict[str, Any]:
        """As form-js writes it, so that it shows its label."""
        if self.type != "datetime" or "label" not in self.raw:
            return self.raw
        others = {name: value for name, value in self.raw.items() if name != "label"}
        return {self.moment_label: self.raw["label"], **others}

    def options(self, language: str) -> list[tuple[str, str]]:
        """(value, words) of each choice."""
        own = self.raw.get("properties") or {}
        return [
            (str(choice["value"]), str(own.get(f"option:{choice['value']}:{language}") or choice.get("label", "")))
            for choice in self.raw.get("values") or []
            if isinstance(choice, dict) and "value" in choice
        ]


def name_of(schema: Schema, language: str) -> str:
    """What the form is called; empty where it does not say."""
    return Component(schema).word("name", language)


def components(schema: Schema) -> Iterator[Component]:
    """Every component, groups and lists before what is in them."""
    yield from _walk(schema.get("components") or [], (), "")


def once(schema: Schema) -> list[Component]:
    """Those that show once: all but what is in lists."""
    return [component for component in components(schema) if not component.of_list]


def fields(schema: Schema) -> list[Component]:
    """What asks for an answer; a list asks for one, its rows."""
    return [component for component in once(schema) if component.is_field]


def _walk(raw: list[dict[str, Any]], inside: tuple[str, ...], of_list: str) -> Iterator[Component]:
    for entry in raw:
        component = Component(entry, inside, of_list)
        if component.type in IGNORED:
            continue
        yield component
        if component.type in ("group", LIST):
            within = component.key or component.id if component.type == LIST else of_list
            yield from _walk(entry.get("components") or [], (*inside, component.id), within)


def is_well_formed(schema: Any) -> bool:
    """Whether all that is read of a schema is there as it should be, so that nothing stumbles over it later."""
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return False
    if not isinstance(schema.get("properties") or {}, dict):
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
