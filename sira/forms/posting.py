"""Answers as a program gives them, in JSON, held to the same rules as those that a page posts."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from sira.forms import reading, rows
from sira.forms.rules import Sentence
from sira.forms.schema import DATE, LIST, MANY, PEOPLE, TIME, Component, Schema, fields
from sira.forms.validation import Answers, Errors, Lists, validate
from sira.people.models import Person

LANGUAGE = "en"  # how numbers and dates are written on the way


def validate_values(
    schema: Schema, answers: Mapping[str, Any], files: Lists | None = None, *, by: Person | None = None
) -> Answers | Errors:
    """answers: by key, as `Answers.values` keeps them; what nobody asks for is not looked at.

    files: as a page posts them, under the names of their fields; those of a list's rows under the name of the list, and
    each row names its own.
    """
    data: MultiValueDict[str, str] = MultiValueDict()
    uploaded: MultiValueDict[str, Any] = MultiValueDict()
    wrong: dict[str, Sentence] = {}
    for component in fields(schema):
        own = files.getlist(reading.name(component)) if files else []
        given = answers.get(component.key)
        try:
            if component.type == "filepicker":
                uploaded.setlist(reading.name(component), own)
            elif component.type == LIST and given is not None:
                for name, things in _rows(component, given, own):
                    (uploaded if _is_file(things) else data).setlist(name, things)
            elif given is not None:
                for name, texts in _posted(component, given, reading.PREFIX):
                    data.setlist(name, texts)
        except (TypeError, ValueError):
            wrong[component.key] = _("This is no answer to what is asked here.")
    return Errors(wrong) if wrong else validate(schema, data, uploaded, language=LANGUAGE, by=by)


def _rows(component: Component, given: Any, files: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """As a page would post them.  Raises TypeError, ValueError."""
    count = len(_of(list, given))
    yield reading.PREFIX + component.key + rows.MARK, [str(row) for row in range(count)]
    for row, answers in enumerate(given):
        prefix = rows.prefix_of(component, row)
        for inner in fields(component.row):
            value = _of(dict, answers).get(inner.key)
            if value is None:
                continue
            if inner.type == "filepicker":
                named = _of(list, value)
                yield reading.name(inner, prefix), [file for file in files if file.name in named]
            else:
                yield from _posted(inner, value, prefix)


def _is_file(things: list[Any]) -> bool:
    return any(not isinstance(thing, str) for thing in things)


def _posted(component: Component, given: Any, prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Names of fields and what they would hold.  Raises TypeError, ValueError."""
    name = reading.name(component, prefix)
    if component.type in MANY:
        yield name, [_text(each) for each in _of(list, given)]
    elif component.asks_for == PEOPLE and isinstance(given, list):
        yield name, [", ".join(_text(each) for each in given)]
    elif component.type == "checkbox":
        yield name, ["on"] * _of(bool, given)
    elif component.type == "datetime":
        day, _t, clock = _of(str, given).partition("T")
        parts = {DATE: [(name, given)], TIME: [(name, given)]}
        for field, text in parts.get(component.kind_of_moment, [(name, day), (name + reading.TIME_PART, clock)]):
            yield field, [text]
    else:
        yield name, [_text(given)]


def _text(given: Any) -> str:
    """A text, or a number in digits."""
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        return f"{Decimal(str(given)):f}"
    return str(_of(str, given))


def _of(kind: type, given: Any) -> Any:
    if not isinstance(given, kind):
        raise TypeError
    return given
