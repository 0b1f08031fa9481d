"""Examples of a decision: what is asked, what comes out of this version, and by which rows."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sira.decisions import deciding, naming, wording
from sira.decisions.compiled import compile_source
from sira.decisions.dmn import DrawingProblem
from sira.decisions.dmn.constants import constant
from sira.decisions.dmn.drawing import Table
from sira.decisions.dmn.evaluation import TableStep
from sira.decisions.feel import FeelProblem
from sira.decisions.feel.expressions import compile_expression
from sira.decisions.feel.names import plain as plain_name
from sira.decisions.models import DecisionVersion
from sira.decisions.plain import plain
from sira.plumbing.refusals import Refused
from sira.studio.answers import Answers
from sira.studio.models import Example

PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")
TEMPORAL = (
    "date", "time", "dateTime", "date and time", "dayTimeDuration", "days and time duration", "yearMonthDuration",
    "years and months duration",
)  # fmt: skip
NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


@dataclass(frozen=True)
class Asked:
    """A field of the form beside the table: the name in facts, its words for the reader, its type."""

    path: str
    words: str
    type_name: str


@dataclass(frozen=True)
class Told:
    """What an example gave.  passed: None where nothing was expected.  refused: why nothing came out."""

    answers: Answers
    result: Any = None
    rows: tuple[str, ...] = ()
    refused: str = ""
    example: Example | None = None
    passed: bool | None = None

    @property
    def words(self) -> str:
        return self.answers.told(self.result)

    @property
    def expected(self) -> str:
        return self.answers.told(self.example.expected) if self.example else ""


def asked(source: str) -> list[Asked]:
    """What the tables look at; where they calculate with it, the inputs of the drawing."""
    try:
        drawing = compile_source(source).drawing
    except (DrawingProblem, FeelProblem):
        return []
    found: dict[str, Asked] = {}
    called = naming.columns_in(source)
    for one in drawing.decisions:
        if isinstance(one.box, Table):
            for column in one.box.inputs:
                path = column.expression.text.strip()
                if PATH.match(path) and path not in {each.name for each in drawing.decisions}:
                    words = called.get(plain_name(column.label), column.label) or path
                    found.setdefault(path, Asked(path, words, column.expression.type_name))
    asked_of = {path.partition(".")[0] for path in found}
    for given in drawing.inputs:
        if given.name not in asked_of and PATH.match(given.name):
            found.setdefault(given.name, Asked(given.name, given.name, given.type_name))
    return list(found.values())


def results(source: str) -> list[str]:
    """The names of the decisions in the drawing."""
    try:
        return [one.name for one in compile_source(source).drawing.decisions]
    except (DrawingProblem, FeelProblem):
        return []


def facts_from(given: Mapping[str, str], fields: list[Asked]) -> dict[str, Any]:
    """What was typed, nested by name; what is left empty is not known."""
    facts: dict[str, Any] = {}
    for one in fields:
        place, names = facts, one.path.split(".")
        for name in names[:-1]:
            inner = place.setdefault(name, {})
            place = inner if isinstance(inner, dict) else place
        place[names[-1]] = value_of(given.get(one.path, ""), one.type_name)
    return facts


def value_of(text: str, type_name: str) -> Any:
    text = text.strip()
    if not text:
        return None
    if type_name in TEMPORAL:
        return temporal(text)
    if type_name != "string" and NUMBER.match(text):
        return Decimal(text)
    if type_name != "string" and text in ("true", "false"):
        return text == "true"
    return text


def temporal(text: str) -> Any:
    """A date, time or duration as FEEL writes it; what is none stays the text that it is."""
    try:
        known, value = constant(compile_expression(f"@{json.dumps(text)}").node)
    except FeelProblem:
        return text
    return text if not known or value is None else value


def ask(row: DecisionVersion, facts: Mapping[str, Any], *, decision: str = "") -> Told:
    """What this version, published or not, makes of the facts."""
    answers = Answers(row.source)
    try:
        outcome = deciding.decide_by(row, facts, decision=decision or None)
    except Refused as refused:
        return Told(answers, refused=str(refused.message))
    return Told(answers, plain(outcome.made.value), rows_of(outcome.consulted))


def keep(key: str, name: str, facts: Mapping[str, Any], *, expected: Any) -> Example:
    """In place of one of that name."""
    values = {"facts": plain(facts), "expected": expected}
    return Example.objects.update_or_create(key=key, name=name, defaults=values)[0]


def told(key: str, source: str) -> list[Told]:
    """Every kept example, asked anew of this text."""
    examples = Example.objects.filter(key=key).order_by("name")
    return list(_told(source, list(examples), asked(source)))


def _told(source: str, examples: list[Example], fields: list[Asked]) -> Iterator[Told]:
    answers = Answers(source)
    for one in examples:
        try:
            made = compile_source(source).decide(as_typed(one.facts, fields))
        except (DrawingProblem, FeelProblem) as problem:
            yield Told(answers, refused=wording.say(problem), example=one, passed=False)
            continue
        consulted = [table for step in made.steps for table in step.tables]
        result = plain(made.value)
        yield Told(answers, result, rows_of(consulted), example=one, passed=result == one.expected)


def rows_of(consulted: Sequence[TableStep]) -> tuple[str, ...]:
    """The rows that matched, with the table's name where several were asked."""
    several = len(consulted) > 1
    return tuple(f"{one.table}: " * several + (", ".join(map(str, one.rows)) or "–") for one in consulted)


def numbers(value: Any) -> Any:
    """Facts as they were kept, numbers as decisions count with them."""
    if isinstance(value, dict):
        return {name: numbers(one) for name, one in value.items()}
    return Decimal(str(value)) if isinstance(value, float) else value


def as_typed(facts: dict[str, Any], fields: list[Asked]) -> dict[str, Any]:
    """Facts as they were kept, in JSON, with the times and durations that they were."""
    found: dict[str, Any] = numbers(facts)
    for one in fields:
        *path, last = one.path.split(".")
        place: Any = found
        for name in path:
            place = place.get(name) if isinstance(place, dict) else None
        if one.type_name in TEMPORAL and isinstance(place, dict) and isinstance(place.get(last), str):
            place[last] = temporal(place[last])
    return found


def in_words(value: Any) -> str:
    """A result as one line: single outputs as they are, several by name."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {in_words(one)}" for name, one in value.items())
    if isinstance(value, list):
        return "; ".join(map(in_words, value))
    return "–" if value is None else value if isinstance(value, str) else json.dumps(value)
