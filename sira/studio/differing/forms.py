"""Two versions of a form: fields that are new, taken out, changed or stand elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.forms.schema import LIST, Component, Schema, components
from sira.studio.differing.change import ADDED, CHANGED, MOVED, REMOVED, Change, parts_of

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
        parts = tuple(parts_of(dict(_said(old[key].drawn)), dict(_said(one.drawn)), PATHS))
        if parts:
            found.append(Change(CHANGED, key, kind_of(one), name_of(one), parts))
        elif old[key].inside != one.inside or in_order.index(key) != kept.index(key):
            found.append(Change(MOVED, key, kind_of(one), name_of(one)))
    return found


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
    return one.label("") or one.key or one.id


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
