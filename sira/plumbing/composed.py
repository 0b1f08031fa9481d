"""Queries composed once and asked many times.

Composing a query from its parts costs the ORM several times what PostgreSQL needs to answer it. What a page asks is
written as ever, as a query set, but in a function under `@composed`: the first call composes it, the others only put
their values in. Where prepared statements are allowed, the server does not plan it anew either.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial, wraps
from inspect import Parameter, signature
from itertools import count
from operator import itemgetter
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql

from sira.plumbing import prepared

P = ParamSpec("P")
Row = TypeVar("Row")
Read = Callable[[list[Any]], Iterator[Any]]
ARRAYS = {list[int]: "bigint[]", list[str]: "text[]"}
_numbers = count(7_000_000_000_000_001)  # beyond all keys, so that a stand-in is found again among the values


def composed(make: Callable[P, "models.QuerySet[Any, Row]"]) -> Callable[P, list[Row]]:
    """Turn a function that makes a query set into one that gives its rows.

    Positional arguments are values: int, str, datetime or lists of int or str, never None, as their annotations say.
    Keyword-only ones change what is asked: each set of them is composed by itself. No prefetch_related.
    """
    kept: dict[tuple[Any, ...], Composed] = {}
    slots = [one.annotation for one in signature(make).parameters.values() if one.kind is not Parameter.KEYWORD_ONLY]

    @wraps(make)
    def rows(*values: Any, **kinds: Any) -> list[Row]:
        key = tuple(kinds.values())
        if key not in kept:
            kept[key] = Composed(partial(make, **kinds), slots)
        return kept[key].rows(values)

    return rows


def stand_in(kind: Any) -> Any:
    """A value of the kind that no other is equal to."""
    number = next(_numbers)
    if kind is datetime:
        return datetime.fromtimestamp(number % 10**9, UTC)
    return {int: number, str: str(number), list[int]: [number], list[str]: [str(number)]}[kind]


@dataclass
class Composed:
    """make: from values to a query set.  slots: the kinds of its values, in order."""

    make: Callable[..., "models.QuerySet[Any, Any]"]
    slots: list[Any]

    def rows(self, values: tuple[Any, ...]) -> list[Any]:
        text, order, read = self.text
        return list(read(prepared.ask(text, [values[slot] for slot in order])))

    @cached_property
    def text(self) -> tuple[str, list[int], Read]:
        """The statement, which value goes into each of its places, and what makes rows of its answer."""
        connection.ensure_connection()
        values = [stand_in(kind) for kind in self.slots]
        query = self.make(*values)
        compiler = query.query.get_compiler("default")
        statement, parameters = compiler.as_sql()
        found = {value[0] if isinstance(value, list) else value: slot for slot, value in enumerate(values)}
        text, order = filled(statement, parameters, found, self.slots)
        if missing := set(range(len(values))) - set(order):
            raise TypeError(f"{self.make}: its values {missing} went nowhere in {text}")
        return text, order, reader_of(query, compiler)


def filled(statement: str, parameters: Any, found: dict[Any, int], slots: list[Any]) -> tuple[str, list[int]]:
    """Constants written into the statement, so that partial indexes fit; a list becomes one value.

    found: which slot a stand-in is of.
    """
    text, *rest = statement.split("%s")
    order = []
    for value, following in zip(parameters, rest, strict=True):
        slot = found.get(value) if isinstance(value, int | str | datetime) else None
        if slot is None:
            text += sql.Literal(value).as_string(connection.connection).replace("%", "%%") + following
            continue
        order.append(slot)
        array = ARRAYS.get(slots[slot])
        text = f"{text.removesuffix('IN (')}= ANY(%s::{array}{following}" if array else f"{text}%s{following}"
    return text, order


def reader_of(query: "models.QuerySet[Any, Any]", compiler: SQLCompiler) -> Read:
    """What Django's iterables do for each row, with what they find out for each query found out once."""
    if issubclass(query._iterable_class, ModelIterable):
        return models_from(compiler)
    if issubclass(query._iterable_class, FlatValuesListIterable):
        return lambda rows: map(itemgetter(0), converted(compiler)(rows))
    return converted(compiler)


def converted(compiler: SQLCompiler) -> Read:
    converters = compiler.get_converters([one[0] for one in compiler.select])
    return partial(compiler.apply_converters, converters=converters) if converters else iter


def models_from(compiler: SQLCompiler) -> Read:
    read, select, klass = converted(compiler), compiler.select, compiler.klass_info
    fields = klass["select_fields"]
    start, end = fields[0], fields[-1] + 1
    names = [one[0].target.attname for one in select[start:end]]
    related = get_related_populators(klass, select, "default")  # type: ignore[call-arg]
    extra = list(compiler.annotation_col_map.items())

    def rows(given: list[Any]) -> Iterator[models.Model]:
        for row in read(given):
            found = klass["model"].from_db("default", names, row[start:end])
            for one in related:
                one.populate(row, found)
            for name, place in extra:
                setattr(found, name, row[place])
            yield found

    return rows
