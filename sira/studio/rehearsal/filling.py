"""What a form would be filled in with where nobody says: something that fits, in each field that must be filled."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sira.forms.schema import CHOICES, DATE, MANY, PEOPLE, PERSON, TIME, Component, Schema, fields

SOON = timedelta(days=1)
WRITTEN = {"email": "somebody@example.org", "phone": "+1 555 0100"}
TELLING = CHOICES | {"datetime", "number"}  # what conditions and timers ask for, filled in also where it may stay empty


def filled(schema: Schema, at: datetime) -> dict[str, Any]:
    """What must be filled in. at: what is now in the play; days lie behind it."""
    return dict(_filled(schema, at, lambda one: bool(one.rules.get("required"))))


def invented(schema: Schema, at: datetime, person: str) -> dict[str, Any]:
    """What somebody might fill in who asks; each day lies behind the one before. person: the address of one."""
    return dict(_filled(schema, at, lambda one: bool(one.rules.get("required")) or one.type in TELLING, person))


def _filled(
    schema: Schema, at: datetime, wanted: Callable[[Component], bool], person: str = ""
) -> Iterator[tuple[str, Any]]:
    for one in fields(schema):
        if not one.key or not wanted(one):
            continue
        if one.type == "datetime" and person:
            at += SOON
        if (value := _person(one, person) or _value(one, at)) is not None:
            yield one.key, value


def _person(one: Component, address: str) -> Any:
    return {PERSON: address, PEOPLE: [address]}.get(one.asks_for) if address else None


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
            return WRITTEN.get(str(one.rules.get("validationType")), "…")
    return None


def _moment(kind: str, at: datetime) -> str:
    if kind == DATE:
        return at.date().isoformat()
    return f"{at:%H:%M}" if kind == TIME else f"{at:%Y-%m-%dT%H:%M}"
