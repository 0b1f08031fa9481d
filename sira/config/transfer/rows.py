"""Rows of lists as entries: their own columns by name, other rows by the key that people know them by."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model

from sira.config.transfer.places import Refusals, Source

# What names another row: column of the entry, attribute of the row, and how the other one is known.
References = Mapping[str, tuple[str, type[Model], str]]


def columns(model: type[Model], *, without: tuple[str, ...] = ()) -> list[str]:
    """All that a row says by itself."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.is_relation and field.name not in without
    ]


def usual(model: type[Model], name: str) -> Any:
    """What the column holds where nobody says otherwise."""
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field.get_default()


def entry(row: Model, names: list[str], references: References) -> dict[str, Any]:
    """Only what is said: empty values are left out, since a row has them anyway."""
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(row, name)
        if value != usual(type(row), name) or name in ("key", "name"):
            found[name] = value
    for name, (attribute, _model, known_by) in references.items():
        other = getattr(row, attribute)
        if other is not None:
            found[name] = getattr(other, known_by)
    return found


def values_of(model: type[Model], given: Mapping[str, Any], names: list[str], references: References) -> dict[str, Any]:
    """What the row shall hold; a column that is not named gets its default. Raises KeyError with what is unknown."""
    if unknown := set(given) - set(names) - set(references):
        raise KeyError(f"nothing is called {', '.join(sorted(map(repr, unknown)))}")
    values = {name: given.get(name, usual(model, name)) for name in names}
    for name, (attribute, other, known_by) in references.items():
        wanted = given.get(name)
        row = other._default_manager.filter(**{known_by: wanted}).first() if wanted is not None else None
        if wanted is not None and row is None:
            raise KeyError(f"there is no {name} {wanted!r}")
        values[attribute] = row
    return values


def bring(
    source: Source,
    model: type[Model],
    given: Any,
    *,
    known_by: str = "key",
    names: list[str],
    references: References,
) -> tuple[Model, str]:
    """The row as the entry says it, and what was done: added, changed or nothing. Raises Refusals."""
    if not isinstance(given, dict) or not isinstance(given.get(known_by), str) or not given[known_by]:
        raise Refusals([source.said(1, f"an entry has no {known_by}")])
    key = given[known_by]
    line = source.line_of_key(key)
    row = model._default_manager.filter(**{known_by: key}).first()
    done = "" if row is not None else "added"
    row = row or model(**{known_by: key})
    try:
        values = values_of(model, given, names, references)
        changed = [name for name, value in values.items() if getattr(row, name, None) != value]
        for name in changed:
            setattr(row, name, values[name])
        if done or changed:
            row.clean_fields(exclude=[field.name for field in row._meta.concrete_fields if field.name not in given])
            row.validate_constraints()
            row.save()
    except KeyError as error:
        raise Refusals([source.said(line, f"{key}: {error.args[0]}")]) from error
    except ValidationError as error:
        raise Refusals([source.said(line, f"{key}: {'; '.join(error.messages)}")]) from error
    return row, done or ("changed " + ", ".join(changed) if changed else "")
