"""What a form would be filled in with where nobody says: something that fits, in each field that must be filled."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sira.forms.schema import CHOICES, DATE, MANY, TIME, Component, Schema, fields

SOON = timedelta(days=1)


def filled(schema: Schema, at: datetime) -> Mapping[str, Any]:
    """at: what is now in the play; days lie behind it."""
    return dict(_filled(schema, at))


def _filled(schema: Schema, at: datetime) -> Iterator[tuple[str, Any]]:
    for one in fields(schema):
        if one.key and one.rules.get("required") and (value := _value(one, at)) is not None:
            yield one.key, value


def _value(one: Component, at: datetime) -> Any:
    if one.type in CHOICES:
        first = next((value for value, _words in one.options("")), None)
        return [first] if first is not None and one.type in MANY else first
    match one.type:
        case "datetime":
            return _moment(one.kind_of_moment, at + SOON)
        case "number":
            return one.rules.get("min") or 1
        case "checkbox":
            return True
        case "textfield" | "textarea" if not one.asks_for:
            return "…"
    return None


def _moment(kind: str, at: datetime) -> str:
    if kind == DATE:
        return at.date().isoformat()
    return f"{at:%H:%M}" if kind == TIME else f"{at:%Y-%m-%dT%H:%M}"
