"""Rows of lists as entries: their own columns by name, other rows by the key that people know them by."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, JSONField, Model

from sira.config.transfer.places import Refusals, Source

# What names another row: column of the entry, attribute of the row, and how the other one is known.
References = Mapping[str, tuple[str, type[Model], str]]

WORDS = ("names", "descriptions", "mandatory_fields")


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


def values_of(
    model: type[Model], given: Mapping[str, Any], names: list[str], references: References
) -> tuple[dict[str, Any], list[str]]:
    """What the row shall hold, and all that is wrong with it; a column that is not named gets its default."""
    unknown = sorted(set(given) - set(names) - set(references))
    wrong = [f"nothing is called {', '.join(map(repr, unknown))}"] if unknown else []
    values = {name: given.get(name, usual(model, name)) for name in names}
    wrong += [f"{name} is written in another way" for name, value in values.items() if not _fits(model, name, value)]
    for name, (attribute, other, known_by) in references.items():
        wanted = given.get(name)
        row = other._default_manager.filter(**{known_by: wanted}).first() if isinstance(wanted, str) else None
        if wanted is not None and row is None:
            wrong.append(f"there is no {name} {wanted!r}")
        values[attribute] = row
    return values, wrong


def _fits(model: type[Model], name: str, value: Any) -> bool:
    """Columns of JSON take anything; pages rely on a list being a list, and names on being words by language."""
    if not isinstance(model._meta.get_field(name), JSONField):
        return True
    if not isinstance(value, type(usual(model, name))):
        return False
    words = value.values() if isinstance(value, dict) else value
    return name not in WORDS or all(isinstance(one, str) for one in words)


def entries(source: Source, given: Any, wrong: list[str], *, known_by: str = "key") -> list[dict[str, Any]]:
    """The entries of a list that say who they are, each once; what is wrong with others joins the rest."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        wrong.append(source.said(1, "it is no list of entries"))
        return []
    found: dict[str, dict[str, Any]] = {}
    for one in given:
        key = one.get(known_by)
        if not isinstance(key, str) or not key:
            wrong.append(source.said(1, f"an entry has no {known_by}"))
        elif key in found:
            wrong.append(source.said(source.line_of_key(key), f"{key}: it stands there twice"))
        else:
            found[key] = one
    return list(found.values())


def bring(
    source: Source,
    model: type[Model],
    given: dict[str, Any],
    *,
    known_by: str = "key",
    names: list[str],
    references: References,
) -> tuple[Any, str]:
    """The row as the entry says it, and what was done: added, changed or nothing. Raises Refusals."""
    key = given[known_by]
    line = source.line_of_key(key)
    row: Any = model._default_manager.filter(**{known_by: key}).first()
    done = "" if row is not None else "added"
    row = row or model(**{known_by: key})
    values, wrong = values_of(model, given, names, references)
    if wrong:
        raise Refusals([source.said(line, f"{key}: {one}") for one in wrong])
    changed = [name for name, value in values.items() if getattr(row, name, None) != value]
    for name in changed:
        setattr(row, name, values[name])
    try:
        if done or changed:
            row.clean_fields(exclude=[field.name for field in row._meta.concrete_fields if field.name not in given])
            row.validate_constraints()
            row.save()
    except ValidationError as error:
        raise Refusals([source.said(line, f"{key}: {'; '.join(error.messages)}")]) from error
    return row, done or ("changed " + ", ".join(changed) if changed else "")
