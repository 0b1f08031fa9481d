"""Two versions of a form: fields that are new, taken out, changed or stand elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from sira.forms.schema import LIST, Component, Schema, components
from sira.people.models import Person
from sira.shell import formats
from sira.studio.differing.change import ADDED, CHANGED, MOVED, REMOVED, Change, Part

#: As the editor calls them; what it does not know stands as in the schema.
KINDS: dict[str, str | Promise] = {
    "textfield": _("Text field"),
    "textarea": _("Text area"),
    "number": _("Number"),
    "datetime": _("Date time"),
    "checkbox": _("Checkbox"),
    "checklist": _("Checkbox group"),
    "radio": _("Radio group"),
    "select": _("Select"),
    "taglist": _("Tag list"),
    "filepicker": _("File picker"),
    "text": _("Text view"),
    "separator": _("Separator"),
    "spacer": _("Spacer"),
    "group": _("Group of fields"),
    LIST: _("List of fields"),
}
NOT_SAID = ("id", "components", "layout")
PATHS: dict[str, str | Promise] = {
    "type": _("Kind of field"),
    "key": _("Key"),
    "label": _("Label"),
    "dateLabel": _("Label"),
    "timeLabel": _("Label"),
    "description": _("Hint"),
    "text": _("Text"),
    "values": _("Choices"),
    "validate.required": _("Must be filled"),
    "validate.maxLength": _("Longest"),
    "validate.minLength": _("Shortest"),
    "validate.max": _("Largest"),
    "validate.min": _("Smallest"),
    "conditional.hide": _("Hidden if"),
    "disabled": _("Can't be changed"),
    "readonly": _("Can't be changed"),
    "defaultValue": _("Filled in before"),
}


def differences(before: Schema, after: Schema) -> list[Change]:
    old, new = _by_id(before), _by_id(after)
    found = [Change(REMOVED, key, kind_of(one), name_of(one)) for key, one in old.items() if key not in new]
    kept = [key for key in new if key in old]
    in_order = [key for key in old if key in new]
    for key, one in new.items():
        if key not in old:
            found.append(Change(ADDED, key, kind_of(one), name_of(one)))
            continue
        parts = tuple(_parts(old[key], one))
        if parts:
            found.append(Change(CHANGED, key, kind_of(one), name_of(one), parts))
        elif old[key].inside != one.inside or in_order.index(key) != kept.index(key):
            found.append(Change(MOVED, key, kind_of(one), name_of(one)))
    return found


def _parts(old: Component, new: Component) -> Iterator[Part]:
    """Told as the reader calls it, unless both are told alike."""
    was, now = dict(_said(old.drawn)), dict(_said(new.drawn))
    for path in dict.fromkeys((*was, *now)):
        before, after = was.get(path, ""), now.get(path, "")
        if before != after:
            told = _told(old, path, before), _told(new, path, after)
            yield Part(_words(path), *(told if told[0] != told[1] else (before, after)))


def _words(path: str) -> str | Promise:
    """Words in another language stand under properties, such as label:tr and option:yes:tr."""
    if path in PATHS:
        return PATHS[path]
    what, _colon, language = path.removeprefix("properties.").rpartition(":")
    if language not in Person.Language.values:
        return path
    words = PATHS.get(what) or (PATHS["values"] if what.startswith("option:") else "")
    return f"{words} ({Person.Language(language).label})" if words else path


def _told(one: Component, path: str, text: str) -> str:
    language = get_language() or ""
    if path == "values":
        return formats.listed((f"{words} ({value})" for value, words in one.options(language)), language or "en")
    if path == "type":
        return str(KINDS.get(text, text))
    return {"true": gettext("yes"), "false": gettext("no")}.get(text, text)


def _by_id(schema: Schema) -> dict[str, Component]:
    """By key where it is a field: imported forms give new ids to the same fields."""
    return {_mark(one): one for one in components(schema)}


def _mark(one: Component) -> str:
    if not (one.is_field and one.key):
        return one.id
    return f"{one.of_list}.{one.key}" if one.of_list else one.key


def kind_of(one: Component) -> str | Promise:
    return KINDS.get(one.type, one.type)


def name_of(one: Component) -> str:
    return one.label(get_language() or "") or one.key or one.id


def _said(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and (path == "" or path in ("validate", "conditional", "properties", "appearance")):
        for name, inner in value.items():
            if path or name not in NOT_SAID:
                yield from _said(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield path, ", ".join(_choice(one) for one in value)
    elif isinstance(value, str):
        yield path, value
    elif value is not None:
        yield path, json.dumps(value, ensure_ascii=False)


def _choice(one: Any) -> str:
    if isinstance(one, dict) and "label" in one:
        return f"{one['label']} ({one.get('value', '')})"
    return json.dumps(one, ensure_ascii=False)
