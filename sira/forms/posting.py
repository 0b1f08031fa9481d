"""Answers as a program gives them, in JSON, held to the same rules as those that a page posts."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from sira.forms import reading
from sira.forms.schema import DATE, MANY, TIME, Component, Schema, fields
from sira.forms.validation import Answers, Errors, Lists, Sentence, validate

LANGUAGE = "en"  # how numbers and dates are written on the way


def validate_values(schema: Schema, answers: Mapping[str, Any], files: Lists | None = None) -> Answers | Errors:
    """answers: by key, as `Answers.values` keeps them; what nobody asks for is not looked at.

    files: as a page posts them, under the names of their fields.
    """
    data: MultiValueDict[str, str] = MultiValueDict()
    wrong: dict[str, Sentence] = {}
    for component in fields(schema):
        given = answers.get(component.key)
        if component.type == "filepicker" or given is None:
            continue
        try:
            for name, texts in _posted(component, given):
                data.setlist(name, texts)
        except (TypeError, ValueError):
            wrong[component.key] = _("This is no answer to what is asked here.")
    return Errors(wrong) if wrong else validate(schema, data, files, language=LANGUAGE)


def _posted(component: Component, given: Any) -> Iterator[tuple[str, list[str]]]:
    """Names of fields and what they would hold.  Raises TypeError, ValueError."""
    name = reading.name(component)
    if component.type in MANY:
        yield name, [_text(each) for each in _of(list, given)]
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
