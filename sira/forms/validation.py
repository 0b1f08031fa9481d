"""Are these answers what the form asks for? No clock, and no database but where a person is asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.forms import choosing, conditions, reading, rows
from sira.forms.rules import Sentence, error_in, is_empty
from sira.forms.schema import ASSET, LIST, MOST_ROWS, Component, Schema, fields
from sira.people.models import Person


class Lists(Protocol):
    """What Django's QueryDict and MultiValueDict can do."""

    def getlist(self, key: str) -> list[Any]: ...

    def __iter__(self) -> Iterator[str]: ...


@dataclass(frozen=True)
class Answers:
    """values: by key, as JSON keeps them (dates as 2026-11-24); hidden and empty fields are absent.

    A list is a list of such, one a row, with the names of its files.  files: by key; those of all rows by their list's.
    """

    values: dict[str, Any]
    files: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Errors:
    """by_key: one sentence for each field that is not right yet; in a row as "travellers.0.name"."""

    by_key: dict[str, Sentence]


def validate(
    schema: Schema, data: Lists, files: Lists | None = None, *, language: str, by: Person | None = None
) -> Answers | Errors:
    """Read what was posted.

    data, files: as the fields of `rendering` post them (names with reading.PREFIX).  language: how numbers and dates
    are written.  by: who answers, for the people they may choose; None for somebody unknown.
    """
    answers, errors = _Part(data, files, language, by).read(schema, reading.PREFIX, conditions.NOTHING)
    return Errors(errors) if errors else answers


@dataclass(frozen=True)
class _Part:
    """What was posted, read once for the form and once for each row of its lists."""

    data: Lists
    files: Lists | None
    language: str
    by: Person | None
    people: dict[tuple[str, str], Any] = field(default_factory=dict)  # whom the texts mean: rows are read twice

    def read(self, schema: Schema, prefix: str, around: Mapping[str, Any]) -> tuple[Answers, dict[str, Sentence]]:
        """around: of a row, the answers outside it, for its conditions."""
        asked = fields(schema)
        values, uploaded, wrong = self._given(asked, prefix)
        gone = conditions.hidden(schema, values, around)
        shown = [component for component in asked if component.id not in gone]
        errors: dict[str, Sentence] = {}
        for component in shown:
            own = reading.name(component, prefix).removeprefix(reading.PREFIX)
            if component.type == LIST:
                errors |= self._rows(component, values, uploaded)
            elif sentence := wrong.get(component.key) or error_in(component, values, uploaded):
                errors[own] = sentence
        kept = {c.key: reading.kept(values[c.key]) for c in shown if not is_empty(values.get(c.key))}
        return Answers(kept, {c.key: uploaded[c.key] for c in shown if uploaded.get(c.key)}), errors

    def _given(
        self, asked: list[Component], prefix: str
    ) -> tuple[dict[str, Any], dict[str, list[Any]], dict[str, Sentence]]:
        values: dict[str, Any] = {}
        uploaded: dict[str, list[Any]] = {}
        wrong: dict[str, Sentence] = {}
        for component in asked:
            if component.type == "filepicker":
                found = self.files.getlist(reading.name(component, prefix)) if self.files else []
                uploaded[component.key] = list(found)
            elif component.type == LIST:
                numbers = rows.posted(component, self.data)[:MOST_ROWS]  # more are refused, and not looked up
                inside = [self._given(fields(component.row), rows.prefix_of(component, row))[0] for row in numbers]
                values[component.key] = inside
            else:
                try:
                    values[component.key] = self._value(component, prefix)
                except reading.NotUnderstood as error:
                    wrong[component.key] = error.sentence
        return values, uploaded, wrong

    def _value(self, component: Component, prefix: str) -> Any:
        value = reading.read(component, self.data, self.language, prefix)
        if value is None or component.asks_for in ("", ASSET):
            return value
        meant = component.asks_for, str(value)
        if meant not in self.people:
            try:
                self.people[meant] = choosing.read(*meant, self.by)
            except reading.NotUnderstood as error:
                self.people[meant] = error
        if isinstance(self.people[meant], reading.NotUnderstood):
            raise self.people[meant]
        return self.people[meant]

    def _rows(
        self, component: Component, values: dict[str, Any], uploaded: dict[str, list[Any]]
    ) -> dict[str, Sentence]:
        """Puts the rows' answers and files among those of the form; gives what is wrong with them."""
        errors: dict[str, Sentence] = {}
        found: list[dict[str, Any]] = []
        files: list[Any] = []
        numbers = rows.posted(component, self.data)
        if len(numbers) > MOST_ROWS:
            return {component.key: format_lazy(_("At most {} rows are possible here."), MOST_ROWS)}
        for row in numbers:
            answers, wrong = self.read(component.row, rows.prefix_of(component, row), values)
            errors |= wrong
            named = {key: [str(file.name) for file in of_field] for key, of_field in answers.files.items()}
            files += [file for of_field in answers.files.values() for file in of_field]
            if answers.values or named:
                found.append({**answers.values, **named})
        values[component.key], uploaded[component.key] = found, files
        return errors
