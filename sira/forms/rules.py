"""The rules of a field: what is wrong with an answer that could be read. Pure: no database, no clock."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.forms.schema import ASSET, MANY, PEOPLE, PERSON, Component

LONGEST = 20_000  # characters of one answer
LONGEST_NAME = 200  # of an asset
Sentence = str | Promise


def is_empty(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def error_in(component: Component, values: Mapping[str, Any], uploaded: Mapping[str, list[Any]]) -> Sentence | None:
    """What is wrong with an answer that could be read."""
    rules = component.rules
    value: Any = uploaded[component.key] if component.type == "filepicker" else values.get(component.key)
    if is_empty(value):
        return _missing(component) if rules.get("required") else None
    if component.type == "number":
        return _error_of_number(value, rules)
    if component.asks_for == ASSET:
        return _error_of_text(value, {**rules, "maxLength": LONGEST_NAME})
    if component.asks_for:
        return None
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
    if component.asks_for in (PERSON, PEOPLE):
        return _("Name somebody.")
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
