"""Rows to and from the database on the desk's busiest way: several kinds in one statement, none composed anew.

The statements are made from the models' own fields once and sent prepared, so a new column needs nothing here.

Rows of a model that says IS_KEPT_ONCE have their keys from their content (kept_once.py); those that are there stay.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState

from sira.plumbing import prepared

M = TypeVar("M", bound=models.Model)
Fields = tuple[str, ...]
Ask = Callable[[str, Sequence[Any]], list[prepared.Row]]
Kind = tuple[type[models.Model], Fields, int]  # how many rows with which fields
Change = tuple[type[models.Model], Fields]
ALL: Fields = ()
BUT_KEY: Fields = ("*",)


def made(model: type[M], **values: Any) -> M:
    """A new row as the class itself would make it, without looking through all its columns for what was not said.

    A dozen rows of thirty columns come to be with every mail, and Django's own way costs four times this one.
    """
    blank, fresh, related = _blank(model)
    if unknown := values.keys() - blank.keys() - fresh.keys() - related.keys():
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    row = model.__new__(model)
    row._state = ModelState()
    held = row.__dict__
    held.update(blank)
    for name, make in fresh.items():
        if name not in values:
            held[name] = make()
    for name, value in values.items():
        field = related.get(name)
        if field is None:
            held[name] = value
        else:
            held[field.attname] = None if value is None else value.pk
            row._state.fields_cache[name] = value
    return row


@lru_cache
def _blank(
    model: type[models.Model],
) -> tuple[dict[str, Any], dict[str, Callable[[], Any]], dict[str, "models.ForeignKey[Any, Any]"]]:
    """What columns hold at first, those whose first value is made anew for each row, and those that name other rows."""
    fields = model._meta.concrete_fields
    fresh = {field.attname: field.default for field in fields if field.has_default() and callable(field.default)}
    blank = {field.attname: field.get_default() for field in fields if field.attname not in fresh}
    return blank, fresh, {field.name: field for field in fields if isinstance(field, models.ForeignKey)}


def insert(*kinds: Sequence[Any]) -> None:
    """Write unsaved rows, those of one model in each sequence; all have their keys afterwards.

    Rows that refer to each other may be written together where the key they name is known already.
    """
    write(*kinds)


def by_kind(given: Iterable[models.Model]) -> list[list[Any]]:
    """Rows of several models, those that go into one INSERT together."""
    kinds: dict[tuple[type[models.Model], bool], list[Any]] = {}
    for row in given:
        kinds.setdefault((type(row), row.pk is None), []).append(row)
    return list(kinds.values())


def update(row: models.Model, changed: Iterable[str]) -> None:
    """Write these fields of a row that is there."""
    write(changed=(row, changed))


def write(
    *kinds: Sequence[Any],
    changed: tuple[models.Model, Iterable[str]] | None = None,
    notice: tuple[str, str] | None = None,
) -> None:
    """Insert, and in the same statement update the changed fields of a row, and NOTIFY: a channel and what to say."""
    given = [_each_once(rows) for rows in kinds if rows]
    shape = tuple((type(rows[0]), BUT_KEY if rows[0].pk is None else ALL, len(rows)) for rows in given)
    params: list[Any] = []
    change: Change | None = None
    if changed:
        row, fields = changed[0], tuple(sorted(changed[1]))
        change = type(row), fields
        params += [*values(row, fields), row.pk]
    for rows, (_model, columns_of_kind, _count) in zip(given, shape, strict=True):
        for row in rows:
            params += values(row, columns_of_kind)
    if not params and not notice:
        return
    found = prepared.one(_writing(shape, change, notice is not None), [*params, *(notice or ())])
    for rows, keys in zip(given, found or (), strict=False):
        for row, key in zip(rows, [row.pk for row in rows] if is_kept_once(type(rows[0])) else keys, strict=True):
            is_saved(row, key)


def is_saved(row: models.Model, key: int) -> None:
    """Tell the row that it is in the database."""
    row.pk, row._state.adding, row._state.db = key, False, DEFAULT_DB_ALIAS


def is_kept_once(model: type[models.Model]) -> bool:
    return getattr(model, "IS_KEPT_ONCE", False)


def _each_once(rows: Sequence[Any]) -> Sequence[Any]:
    """In the order of their keys, so that two transactions with the same new content wait for each other in turn."""
    if not is_kept_once(type(rows[0])):
        return rows
    return sorted({row.pk: row for row in rows}.values(), key=lambda row: row.pk)


def find(model: type[M], where: str, params: Sequence[Any], ask: Ask = prepared.ask) -> M | None:
    """The first row for which a condition holds.  where: SQL, the same text every time.  ask: see settled.ask."""
    return next(iter(find_all(model, where, params, ask)), None)


def find_all(model: type[M], where: str, params: Sequence[Any] = (), ask: Ask = prepared.ask) -> list[M]:
    return [loaded(model, row) for row in ask(_selecting(model, where), params)]


def loaded(model: type[M], row: Sequence[Any]) -> M:
    """The row with these values of all its columns, in the order of `columns`."""
    attributes, of_json = _reading(model)
    if of_json:
        row = list(row)
        for place in of_json:
            row[place] = None if row[place] is None else json.loads(row[place])
    return model.from_db(DEFAULT_DB_ALIAS, attributes, row)


def split(row: Sequence[Any], *side_by_side: type[models.Model]) -> list[Any]:
    """The rows that a join put side by side; None for one that the join did not find."""
    found, begin = [], 0
    for model in side_by_side:
        end = begin + len(model._meta.concrete_fields)
        found.append(None if row[begin] is None else loaded(model, row[begin:end]))
        begin = end
    return found


@lru_cache
def columns(model: type[models.Model], table: str = "") -> str:
    """All columns for a SELECT, of the table under the name that it has there."""
    before = f"{table}." if table else ""
    return ", ".join(f"{before}{name}" for name in names(model))


def names(model: type[models.Model], fields: Fields = ALL) -> list[str]:
    """The columns of these fields, quoted."""
    return [column.name for column in _columns(model, fields)[0]]


def marks(count: int, before: str = "") -> str:
    """The places of one row's values in a statement."""
    return f"({before}{', '.join(['%s'] * count)})"


def values(row: models.Model, fields: Fields = ALL) -> list[Any]:
    """What these fields hold, for a statement."""
    adapting, read = _columns(type(row), fields)
    return [None if value is None else column.adapt(value) for column, value in zip(adapting, read(row), strict=True)]


class _Column(NamedTuple):
    name: str
    adapt: Callable[[Any], Any]


@lru_cache(maxsize=512)
def _columns(
    model: type[models.Model], fields: Fields
) -> tuple[tuple[_Column, ...], Callable[[models.Model], tuple[Any, ...]]]:
    """Columns, and what takes all their values from a row."""
    wanted: list[Any] = list(model._meta.concrete_fields)
    if fields == BUT_KEY:
        wanted = [field for field in wanted if not field.primary_key]
    elif fields:
        wanted = [model._meta.get_field(name) for name in fields]
    read = attrgetter(*[field.attname for field in wanted])
    found = tuple(_Column(f'"{field.column}"', _adapting(field)) for field in wanted)
    return found, read if len(found) > 1 else lambda row: (read(row),)


def _adapting(field: Any) -> Callable[[Any], Any]:
    """As text where that is possible: a statement is prepared for the types of its values, and text fits every column.

    Otherwise a small and a large number, or a date and none, would make two statements of one.
    """
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.JSONField):
        return (field.encoder or json.JSONEncoder)().encode
    if isinstance(field, models.DateTimeField):
        return lambda value: _instant(value, value.fold)
    if isinstance(field, models.BooleanField):
        return lambda value: "t" if value else "f"
    if isinstance(field, (models.DurationField, models.UUIDField, models.BinaryField)):
        return lambda value: value  # psycopg's own
    if isinstance(field, (models.IntegerField, models.CharField, models.TextField)):
        return str
    return lambda value: field.get_db_prep_save(value, connection)


@lru_cache(64)
def _instant(value: datetime, _fold: int) -> str:
    """Most rows of a transaction are of the same instant. In a zone's hour that comes twice, both are equal but for
    their fold."""
    return value.isoformat()


@lru_cache
def _reading(model: type[models.Model]) -> tuple[list[str], tuple[int, ...]]:
    fields = model._meta.concrete_fields
    of_json = tuple(place for place, field in enumerate(fields) if isinstance(field, models.JSONField))
    return [field.attname for field in fields], of_json


@lru_cache(maxsize=512)
def _selecting(model: type[models.Model], where: str) -> str:
    return f'SELECT {columns(model)} FROM "{model._meta.db_table}" WHERE {where}'


@lru_cache(maxsize=512)
def _writing(kinds: tuple[Kind, ...], change: Change | None, tells: bool) -> str:
    parts, answers = [], []
    if change:
        model, fields = change
        changes = ", ".join(f"{name} = %s" for name in names(model, fields))
        parts.append(f'changed AS (UPDATE "{model._meta.db_table}" SET {changes} WHERE {_key_of(model)} = %s)')
    for place, kind in enumerate(kinds):
        parts.append(f"kind_{place} AS ({_inserting(*kind)})")
        answers.append(f"ARRAY(SELECT {_key_of(kind[0])} FROM kind_{place})")
    if tells:
        answers.append("pg_notify(%s, %s)")
    return f"{'WITH ' if parts else ''}{', '.join(parts)} SELECT {', '.join(answers) or 'NULL'}"


def _inserting(model: type[models.Model], fields: Fields, count: int) -> str:
    given = names(model, fields)
    lines = ", ".join([marks(len(given))] * count)
    repeated = " ON CONFLICT DO NOTHING" if is_kept_once(model) else ""
    into = f'"{model._meta.db_table}" ({", ".join(given)})'
    return f"INSERT INTO {into} VALUES {lines}{repeated} RETURNING {_key_of(model)}"


def _key_of(model: type[models.Model]) -> str:
    return f'"{model._meta.pk.column}"'
