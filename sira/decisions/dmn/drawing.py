"""A DMN drawing as it is written, before anything in it is compiled.

`where` is a path in words for messages ("Priority", "row 3", "Impact"); ids are the drawing's own.
"""

from __future__ import annotations

from dataclasses import dataclass

Where = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of FEEL. type_name is empty if none is stated."""

    text: str
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    text: Text


@dataclass(frozen=True, slots=True)
class InputColumn:
    label: str
    expression: Text
    allowed: Text | None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    name: str
    type_name: str
    allowed: Text | None
    default: Text | None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    tests: tuple[Text, ...]
    results: tuple[Text, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a context. name is empty for the result."""

    name: str
    type_name: str
    value: Box | None


@dataclass(frozen=True, slots=True)
class Context:
    entries: tuple[Entry, ...]
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    function: Box | None
    bindings: tuple[tuple[str, Box | None], ...]
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    columns: tuple[str, ...]
    rows: tuple[tuple[Box | None, ...], ...]
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class ListBox:
    items: tuple[Box | None, ...]
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class FunctionBox:
    """kind is FEEL, Java or PMML; only the first can run here."""

    kind: str
    parameters: tuple[tuple[str, str], ...]  # name, type name
    body: Box | None
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Box | None
    then: Box | None
    otherwise: Box | None
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class FilterBox:
    source: Box | None
    match: Box | None
    where: Where
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Iterator:
    """kind is for, some or every."""

    kind: str
    variable: str
    source: Box | None
    body: Box | None
    where: Where
    type_name: str = ""


Box = Literal | Table | Context | Invocation | Relation | ListBox | FunctionBox | Conditional | FilterBox | Iterator


@dataclass(frozen=True, slots=True)
class Import:
    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type. Exactly one of type_name, components and function is meant; allowed narrows it."""

    name: str
    type_name: str
    is_list: bool
    components: tuple[ItemDefinition, ...]
    function: tuple[tuple[str, ...], str] | None  # types of parameters and of the result
    allowed: Text | None


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    type_name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """needs: references (see Drawing.namespace) to the inputs, decisions and functions its logic may use."""

    id: str
    name: str
    type_name: str
    needs: tuple[str, ...]
    box: Box | None
    question: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a named function."""

    id: str
    name: str
    type_name: str
    needs: tuple[str, ...]
    function: FunctionBox | None


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: some decisions offered as one function."""

    id: str
    name: str
    type_name: str
    outputs: tuple[str, ...]
    inner: tuple[str, ...]
    input_decisions: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """References are "namespace#id"; those within the drawing use its own namespace."""

    name: str
    namespace: str
    imports: tuple[Import, ...]
    types: tuple[ItemDefinition, ...]
    inputs: tuple[InputData, ...]
    decisions: tuple[Decision, ...]
    knowledge: tuple[Knowledge, ...]
    services: tuple[Service, ...]
