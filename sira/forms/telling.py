"""Answers in words, for the ticket page and the first message."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any

from django.conf import settings

from sira.forms.schema import LIST, Component, Schema, fields
from sira.shell import formats

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)?(?:(?:\A|(?<=\d)T)(\d\d:\d\d)(?::\d\d)?)?\Z")


def told(schema: Schema, values: dict[str, Any], *, language: str) -> list[tuple[str, str]]:
    """(label, answer)."""
    lines = []
    for component in fields(schema):
        if component.key not in values:
            continue
        value = values[component.key]
        words = dict(component.options(language))
        if component.type == LIST:
            text = _told_rows(component, value, language)
        elif isinstance(value, list):
            text = formats.listed((words.get(str(one), str(one)) for one in value), language)
        elif component.type == "checkbox":
            text = "✓"
        elif component.type == "datetime":
            text = moment(str(value), language)
        elif component.type == "number":
            text = formats.digits(value, language)
        else:
            text = words.get(str(value), str(value))
        lines.append((component.label(language), text))
    return lines


def line(label: str, answer: str) -> str:
    return f"{formats.lead_in(label)} {answer}"


def without(text: str, schema: Schema, values: dict[str, Any]) -> str:
    """What somebody wrote, of a text at whose end the answers stand, a line each, in whichever language."""
    for language, _words in settings.LANGUAGES:
        lines = "\n".join(line(label, answer) for label, answer in told(schema, values, language=language))
        if lines and text.endswith(lines):
            return text.removesuffix(lines).rstrip()
    return text


def moment(value: str, language: str) -> str:
    """A day, a day and its clock, or a clock alone, as a form keeps them, in the words and the calendar of a language:
    24 Nov 2026, 13:36. It is the clock that whoever filled it in looks at. What a process has put there otherwise
    stays as it is."""
    found = MOMENT.match(value)
    try:
        on = date.fromisoformat(found[1]) if found and found[1] else None
        at = time.fromisoformat(found[2]) if found and found[2] else None
    except ValueError:
        return value
    written = [formats.day(on, language, year=True)] if on else []
    written += [formats.digits(f"{at:%H:%M}", language)] if at else []
    return formats.listed(written, language) or value


def _told_rows(component: Component, given: Any, language: str) -> str:
    """Name: Ada, Day: 2026-11-24; Name: Grace."""
    found = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    told_of = (told(component.row, row, language=language) for row in found)
    return "; ".join(", ".join(line(label, answer) for label, answer in row) for row in told_of)


def labels(schema: Schema, keys: Iterable[str], *, language: str) -> Iterator[tuple[str, str]]:
    """(key, label) of those keys, in the form's order; a field in a row says which row: "Travellers 2, Name"."""
    wanted = list(keys)
    for component in fields(schema):
        if component.key in wanted:
            yield component.key, component.label(language)
        if component.type == LIST:
            yield from _labels_in_rows(component, wanted, language)


def _labels_in_rows(component: Component, keys: list[str], language: str) -> Iterator[tuple[str, str]]:
    named = {inner.key: inner.label(language) for inner in fields(component.row)}
    for key in keys:
        of_list, _dot, place = key.partition(".")
        row, _dot, inner = place.partition(".")
        if of_list == component.key and inner in named:
            yield key, f"{component.label(language)} {int(row) + 1}, {named[inner]}"
