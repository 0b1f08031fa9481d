"""An instance and the rows that follow from one advance, written in one statement.

The step is the desk's most frequent write. The statement is made from the models' own fields, so a new column needs
nothing here.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection, models

from sira.plumbing import prepared, rows
from sira.processes.models import Advance, Instance, Task, Way
from sira.processes.over import Over

CHANGING = ("state", "status", "ended_at")
DONE = ("state", "done_at", "done_by", "outcome", "evidence")
Kind = tuple[type[models.Model], int]  # of the rows of a model: how many
CALLERS = """
    WITH RECURSIVE callers AS (
        SELECT caller_id, 1 AS depth FROM processes_instance WHERE id = %s AND caller_id IS NOT NULL
        UNION ALL
        SELECT around.caller_id, depth + 1 FROM callers
        JOIN processes_instance AS around ON around.id = callers.caller_id AND around.caller_id IS NOT NULL
    )
    SELECT caller_id FROM callers ORDER BY depth DESC
"""


def lock(pk: int) -> Instance:
    """The instance with its row locked; those that called it before it, as whoever cancels them does."""
    instance = _locked(pk, " AND caller_id IS NULL")
    if instance is None:
        lock_callers(pk)
        instance = _locked(pk)
    if instance is None:
        raise Instance.DoesNotExist
    return instance


def lock_unless_busy(pk: int, *, is_called: bool) -> Instance | None:
    """The same, and nothing if another transaction holds it or one that called it."""
    if is_called and not lock_callers(pk, " SKIP LOCKED"):
        return None
    return _locked(pk, otherwise=" SKIP LOCKED")


def _locked(pk: int, only: str = "", otherwise: str = "") -> Instance | None:
    columns = ", ".join(f'"{field.column}"' for field in Instance._meta.concrete_fields)
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            f"SELECT {columns} FROM {Instance._meta.db_table} WHERE id = %s{only} FOR UPDATE{otherwise}", [pk]
        )
        found = cursor.fetchone()
    return _read(found) if found else None


def _read(values: Sequence[Any]) -> Instance:
    instance = Instance.from_db(connection.alias, [each.attname for each in Instance._meta.concrete_fields], values)
    instance.state = json.loads(instance.state)
    return instance


def lock_callers(pk: int, otherwise: str = "") -> bool:
    """Lock who waits for this instance, the outermost first. False if one of them is busy and was skipped."""
    with connection.cursor() as cursor:
        cursor.execute(CALLERS, [pk])
        for (caller,) in cursor.fetchall():
            cursor.execute(f"SELECT id FROM {Instance._meta.db_table} WHERE id = %s FOR UPDATE{otherwise}", [caller])
            if cursor.fetchone() is None:
                return False
    return True


def lock_and_finish(task: Task) -> tuple[Instance, bool]:
    """The instance with its row locked, and whether the task was still open and is done now as the given row says.

    Who waits for the lock sees the task as whoever held it left it: PostgreSQL checks `state` again on the new row.
    """
<<<<<<< HEAD
    done = _named(Task, DONE)
    params = [task.instance_id, *_values(task, done), task.pk]
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_finishing(" AND caller_id IS NULL"), params)
        found = cursor.fetchone()
        if found is None:
            lock_callers(task.instance_id)
            cursor.execute(_finishing(""), params)
            found = cursor.fetchone()
    was_open, *values = found
    return _read(values), was_open
=======
    params = [task.instance_id, *rows.values(task, DONE), task.pk]
    found = prepared.one(_finishing(" AND caller_id IS NULL"), params)
    if found is None:
        lock_callers(task.instance_id)
        found = prepared.ask(_finishing(""), params)[0]
    was_open, *values = found
    return rows.loaded(Instance, values), was_open
>>>>>>> fb84c2e (mail cost 1)


@lru_cache
def _finishing(only: str) -> str:
    changes = ", ".join(f"{name} = %s" for name in rows.names(Task, DONE))
    return (
        f"WITH held AS (SELECT * FROM {Instance._meta.db_table} WHERE id = %s{only} FOR UPDATE), "
        f"done AS (UPDATE {Task._meta.db_table} AS task SET {changes} FROM held "
        f"WHERE task.id = %s AND task.instance_id = held.id AND task.state = 'open' RETURNING task.id) "
        f"SELECT EXISTS (SELECT FROM done), {rows.columns(Instance, 'held')} FROM held"
    )


<<<<<<< HEAD
def write(instance: Instance, rows: Iterable[models.Model], over: Over) -> None:
    """Insert or update the instance, end what is over, insert the rows, and give all of them their ids."""
=======
def write(instance: Instance, given: Iterable[models.Model]) -> None:
    """Insert or update the instance, insert the rows, and give all of them their ids."""
>>>>>>> fb84c2e (mail cost 1)
    by_model: dict[type[models.Model], list[Any]] = {}
    for row in given:
        by_model.setdefault(type(row), []).append(row)
<<<<<<< HEAD
    params: list[Any] = []
    parts = [_instance(instance, params)]
    parts += over.parts(instance.pk, params) if instance.pk else []
    for place, (model, inserted) in enumerate(by_model.items()):
        parts.append(_inserts(f"rows_{place}", model, inserted, params))
    parts += _ways(by_model.get(Advance, []), params)
    ids = ", ".join(f"ARRAY(SELECT id FROM rows_{place} ORDER BY id)" for place in range(len(by_model)))
    sql = f"WITH {', '.join(parts)} SELECT (SELECT id FROM instance){', ' if ids else ''}{ids}"
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(sql, params)
        instance.pk, *given = cursor.fetchone()
    _is_saved(instance)
    for inserted, new_ids in zip(by_model.values(), given, strict=True):
        for row, new_id in zip(inserted, new_ids, strict=True):
            row.pk, row.instance = new_id, instance
            _is_saved(row)
=======
    is_new = instance.pk is None
    params = rows.values(instance, rows.BUT_KEY) if is_new else [*rows.values(instance, CHANGING), instance.pk]
    for model, new in by_model.items():
        for row in new:
            params += rows.values(row, _besides_instance(model))
    ways = {advance.way.pk: advance.way for advance in by_model.get(Advance, [])}
    for way in ways.values():
        params += rows.values(way)
    kinds = tuple((model, len(new)) for model, new in by_model.items())
    key, *keys = prepared.ask(_writing(kinds, len(ways), is_new=is_new), params)[0]
    rows.is_saved(instance, key)
    for new, new_keys in zip(by_model.values(), keys, strict=True):
        for row, key in zip(new, new_keys, strict=True):
            row.instance = instance
            rows.is_saved(row, key)
>>>>>>> fb84c2e (mail cost 1)


@lru_cache(maxsize=512)
def _writing(kinds: tuple[Kind, ...], ways: int, *, is_new: bool) -> str:
    table = Instance._meta.db_table
    if is_new:
        names = rows.names(Instance, rows.BUT_KEY)
        first = f"INSERT INTO {table} ({', '.join(names)}) VALUES {rows.marks(len(names))} RETURNING id"
    else:
        changes = ", ".join(f"{name} = %s" for name in rows.names(Instance, CHANGING))
        first = f"UPDATE {table} SET {changes} WHERE id = %s RETURNING id"
    parts = [f"instance AS ({first})"]
    parts += [f"rows_{place} AS ({_inserting(*kind)})" for place, kind in enumerate(kinds)]
    if ways:  # those that nobody went before
        names = rows.names(Way)
        values = ", ".join([rows.marks(len(names))] * ways)
        insert = f"INSERT INTO {Way._meta.db_table} ({', '.join(names)}) VALUES {values} ON CONFLICT DO NOTHING"
        parts.append(f"ways AS ({insert})")
    keys = "".join(f", ARRAY(SELECT id FROM rows_{place} ORDER BY id)" for place in range(len(kinds)))
    return f"WITH {', '.join(parts)} SELECT (SELECT id FROM instance){keys}"


def _inserting(model: type[models.Model], count: int) -> str:
    """Every row belongs to the instance, whose id may be known only inside the statement."""
    names = rows.names(model, _besides_instance(model))
    values = ", ".join([rows.marks(len(names), "(SELECT id FROM instance), ")] * count)
    return f"INSERT INTO {model._meta.db_table} (instance_id, {', '.join(names)}) VALUES {values} RETURNING id"


@lru_cache
def _besides_instance(model: type[models.Model]) -> tuple[str, ...]:
    fields = model._meta.concrete_fields
    return tuple(field.name for field in fields if not field.primary_key and field.name != "instance")
