"""The people a drawing names: by id, by mail address, or all of a support group by its key; several in one text too."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sira.people.models import Membership, Person, SupportGroup

MOST = 200
BETWEEN = re.compile(r"[,;،؛\n]")


def named(given: Any) -> list[int]:
    """Ids of the active people meant, each once, in the order they are named. Whoever cannot be found is left out."""
    words = list(_words(given))[:MOST]
    people = _by_id(word for word in words if word.isdecimal())
    people |= _by_mail({word for word in words if "@" in word})
    people |= _by_group({word for word in words if "@" not in word and not word.isdecimal()})
    return list(dict.fromkeys(pk for word in words for pk in people.get(word, ())))


def members(keys: Any) -> list[int]:
    """The active members of groups, named by key or id."""
    words = list(_words(keys))
    ids = [int(word) for word in words if word.isdecimal()]
    by_id = (
        {str(pk): key for pk, key in SupportGroup.objects.filter(pk__in=ids).values_list("pk", "key")} if ids else {}
    )
    wanted = [by_id.get(word, word) for word in words]
    found = _by_group(set(wanted)) if wanted else {}
    return list(dict.fromkeys(pk for word in wanted for pk in found.get(word, ())))


def managers(people: Iterable[int]) -> dict[int, int]:
    """Who manages whom among them, where the manager is still here."""
    rows = Person.objects.filter(pk__in=list(people), manager__is_active=True, manager__joined_into=None)
    return dict(rows.values_list("pk", "manager_id"))


def _words(given: Any) -> Iterator[str]:
    if isinstance(given, list | tuple):
        for each in given:
            yield from _words(each)
    elif given is not None and not isinstance(given, bool):
        yield from (part.strip() for part in BETWEEN.split(str(given)) if part.strip())


def _by_id(words: Iterable[str]) -> dict[str, list[int]]:
    """Who has been joined into somebody else is that person."""
    ids = [int(word) for word in words if len(word) < 19]
    rows = Person.objects.filter(pk__in=ids).values_list("pk", "joined_into") if ids else ()
    meant = {pk: kept or pk for pk, kept in rows}
    here = set(_here().filter(pk__in=meant.values()).values_list("pk", flat=True)) if meant else set()
    return {str(pk): [kept] for pk, kept in meant.items() if kept in here}


def _by_mail(words: set[str]) -> dict[str, list[int]]:
    if not words:
        return {}
    mails = {word.lower() for word in words}
    by_mail = dict(_here().filter(email__in=mails).values_list("email", "pk"))
    return {word: [by_mail[word.lower()]] for word in words if word.lower() in by_mail}


def _by_group(keys: set[str]) -> dict[str, list[int]]:
    if not keys:
        return {}
    rows = Membership.objects.filter(group__key__in=keys, person__is_active=True, person__joined_into=None)
    found: dict[str, list[int]] = {}
    for key, person in rows.order_by("person__name", "person").values_list("group__key", "person"):
        found.setdefault(key, []).append(person)
    return found


def _here() -> Any:
    return Person.objects.filter(is_active=True, joined_into=None).exclude(role=Person.Role.SYSTEM)
