"""Are these answers what the form asks for? Pure: no database, no clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.forms import conditions, reading
from sira.forms.schema import MANY, Component, Schema, fields

LONGEST = 20_000  # characters of one answer
Sentence = str | Promise


class Lists(Protocol):
    """What Django's QueryDict and MultiValueDict can do."""

    def getlist(self, key: str) -> list[Any]: ...


@dataclass(frozen=True)
class Answers:
    """values: by key, as JSON keeps them (dates as 2026-11-24); hidden and empty fields are absent.  files: by key."""

    values: dict[str, Any]
    files: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Errors:
    """by_key: one sentence for each field that is not right yet."""

    by_key: dict[str, Sentence]


def validate(schema: Schema, data: Lists, files: Lists | None = None, *, language: str) -> Answers | Errors:
    """Read what was posted.

    data, files: as the fields of `rendering` post them (names with reading.PREFIX).  language: how numbers and dates
    are written.
    """
    asked = fields(schema)
    values: dict[str, Any] = {}
    uploaded: dict[str, list[Any]] = {}
    wrong: dict[str, Sentence] = {}
    for component in asked:
        if component.type == "filepicker":
            uploaded[component.key] = list(files.getlist(reading.name(component))) if files else []
            continue
        try:
            values[component.key] = reading.read(component, data, language)
        except reading.NotUnderstood as error:
            wrong[component.key] = error.sentence
    gone = conditions.hidden(schema, values)
    shown = [component for component in asked if component.id not in gone]
    errors = {
        component.key: sentence
        for component in shown
        if (sentence := wrong.get(component.key) or _error(component, values, uploaded))
    }
    if errors:
        return Errors(errors)
    return Answers(
        values={c.key: reading.kept(values[c.key]) for c in shown if not _empty(values.get(c.key))},
        files={c.key: uploaded[c.key] for c in shown if uploaded.get(c.key)},
    )


def _empty(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def _error(component: Component, values: Mapping[str, Any], uploaded: Mapping[str, list[Any]]) -> Sentence | None:
    """What is wrong with an answer that could be read."""
    rules = component.rules
    value: Any = uploaded[component.key] if component.type == "filepicker" else values.get(component.key)
    if _empty(value):
        return _missing(component) if rules.get("required") else None
    if component.type == "number":
        return _error_of_number(value, rules)
    if component.type in ("textfield", "textarea"):
        return _error_of_text(value, rules)
    if component.type == "filepicker":
        return _("One file is enough here. Take the others away.") if _too_many(component, value) else None
    options = {known for known, _words in component.options("")}
    chosen = value if component.type in MANY else [value]
    if options and not set(chosen) <= options:
        return _("This choice isn't offered any more. Choose another one.")
    return None


def _too_many(component: Component, files: list[Any]) -> bool:
    return len(files) > 1 and not component.many_files


def _missing(component: Component) -> Sentence:
    if component.type == "checkbox":
        return _("Tick this to go on.")
    if component.type == "filepicker":
        return _("Attach a file.")
    if component.type in ("select", "radio", "checklist", "taglist"):
        return _("Choose one.")
    return _("Fill this in.")


def _error_of_number(value: Any, rules: Mapping[str, Any]) -> Sentence | None:
    if (least := rules.get("min")) not in (None, "") and value < float(least):
        return format_lazy(_("At least {} is needed here."), least)
    if (most := rules.get("max")) not in (None, "") and value > float(most):
        return format_lazy(_("At most {} is possible here."), most)
    return None


def _error_of_text(value: str, rules: Mapping[str, Any]) -> Sentence | None:
    most = min(int(rules.get("maxLength") or LONGEST), LONGEST)
    if len(value) > most:
        return format_lazy(_("Shorten this to {} characters; now it has {}."), most, len(value))
    if len(value) < int(rules.get("minLength") or 0):
        return format_lazy(_("Write at least {} characters."), rules["minLength"])
    if rules.get("validationType") == "email" and not _is_mail(value):
        return _("This is not a complete mail address. Check it.")
    if rules.get("validationType") == "phone" and not re.fullmatch(r"\+?[\d\s()./-]{5,25}", value):
        return _("This is not a complete phone number. Check it.")
    if (pattern := rules.get("pattern")) and not re.search(str(pattern), value[:LONGEST]):
        return _("This does not have the expected form. See the hint below the field.")
    return None


def _is_mail(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
