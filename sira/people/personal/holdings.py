"""What the tables have of a person: said by the rooms at the start, read by export and forgetting."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from sira.people.models import Person

# Never in an archive: what proves who somebody is, and what other systems let in.
SECRET = frozenset({"password", "digest", "secret", "data", "key", "session_key"})


@dataclass(frozen=True)
class Holding:
    """Rows of a person, found by a path to Person.

    drop: they go when the person is forgotten.  blank: columns that are emptied instead, to these values.
    """

    model: type[models.Model]
    path: str
    drop: bool = False
    blank: dict[str, Any] = field(default_factory=dict)


Archived = tuple[str, Iterable[bytes]]  # name in the archive, content in pieces
holdings: list[Holding] = []
_extras: list[Callable[[Collection[int]], Iterator[Archived]]] = []
_forgetters: list[Callable[[Collection[int], Collection[str]], None]] = []
_open_work: list[Callable[[Collection[int]], int]] = []
_whole: dict[tuple[type[models.Model], str], models.Q] = {}
_lines: dict[type[models.Model], Callable[[Any], str]] = {}
_left: set[type[models.Model]] = set()


def keeps(*said: Holding) -> None:
    holdings.extend(said)


def also_in_archive(tell: Callable[[Collection[int]], Iterator[Archived]]) -> None:
    """What belongs into an archive beside the rows that name the person."""
    _extras.append(tell)


def told_whole(model: type[models.Model], column: str, only: models.Q | None = None) -> None:
    """Rows that this column gives to the person are about the person, so an archive has all of them (those of `only`).

    Of the rows by every other column it says that they are and when: they are about others, the work was the person's.
    """
    _whole[model, column] = only or models.Q()


def whole_of(field: "models.ForeignKey[Any, Any]") -> models.Q | None:
    """Which of the column's rows are told whole; None for none."""
    return _whole.get((field.model, field.name))


def forget_with(work: Callable[[Collection[int], Collection[str]], None]) -> None:
    """Done before the person's own rows go, in transactions of its own: with the persons' ids and what names them."""
    _forgetters.append(work)


def count_open_by(count: Callable[[Collection[int]], int]) -> None:
    """How much work these persons still have open."""
    _open_work.append(count)


def searched_by(model: type[models.Model], words: Callable[[Any], str]) -> None:
    """The model's column `words` is made of its other columns so."""
    _lines[model] = words


def leave_alone(*given: type[models.Model]) -> None:
    """Tables that are never written for somebody's sake: set-up, published versions, the audit trail."""
    _left.update(given)


def is_left_alone(model: type[models.Model]) -> bool:
    return model in _left


def extras(persons: Collection[int]) -> Iterator[Archived]:
    for tell in _extras:
        yield from tell(persons)


def forgetters() -> list[Callable[[Collection[int], Collection[str]], None]]:
    return _forgetters


def open_work(persons: Collection[int]) -> int:
    return sum(count(persons) for count in _open_work)


def words_of(model: type[models.Model]) -> Callable[[Any], str] | None:
    return _lines.get(model)


def keys_to_persons() -> Iterator[models.ForeignKey]:
    """Every column by which a row names a person, in any room."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and not relation.related_model._meta.proxy:
            yield relation.field


def one_person(person: Person) -> list[int]:
    """The person, and all who were joined into them, however far."""
    found, new = [], [person.pk]
    while new:
        found += new
        new = list(Person.objects.filter(joined_into__in=new).exclude(pk__in=found).values_list("pk", flat=True))
    return found
