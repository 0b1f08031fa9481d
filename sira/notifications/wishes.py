"""How somebody wishes to be told: their own choice, else that of their group, else what is usual."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from sira.notifications.kinds import USUAL
from sira.notifications.models import Wish
from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared
from sira.plumbing.refusals import NotAllowed
from sira.workforce.rights import may_lead

NOTHING_SAID = Wish()
_FIELDS = [field.attname for field in Wish._meta.concrete_fields]
CHOSEN = [name for name in _FIELDS if name not in ("id", "person_id", "group_id")]
_OF_PEOPLE = f"""
    SELECT coalesce(wish.person_id, member.person_id), {", ".join(f"wish.{name}" for name in _FIELDS)}
      FROM notifications_wish wish
      LEFT JOIN people_membership member ON member.group_id = wish.group_id AND member.person_id = ANY(%s)
     WHERE wish.person_id = ANY(%s) OR member.person_id IS NOT NULL
     ORDER BY wish.person_id IS NULL, wish.id
"""


def wishes_of(people: Iterable[int]) -> dict[int, Wish]:
    """Those of them for whom something was chosen, by themselves or by a lead of theirs. One statement."""
    keys = sorted(set(people))
    found: dict[int, Wish] = {}
    for person, *columns in prepared.ask(_OF_PEOPLE, [keys, keys]) if keys else []:
        if person not in found:
            found[person] = wish = Wish(**dict(zip(_FIELDS, columns, strict=True)))
            if isinstance(wish.ways, str):  # a json column comes as text, see prepared.ask
                wish.ways = json.loads(wish.ways)
    return found


def ways_of(wish: Wish, kind: str) -> list[str]:
    """Words of kinds.WAYS."""
    return list(wish.ways.get(kind, USUAL))


def keep(person: Person, values: dict[str, Any], *, by: Person) -> Wish:
    """values: fields of Wish.  Raises NotAllowed: everybody chooses for themselves."""
    if by.pk != person.pk:
        raise NotAllowed
    return Wish.objects.update_or_create(person=person, defaults=values)[0]


def forget(person: Person, *, by: Person) -> None:
    """Back to what the group or the desk does.  Raises NotAllowed."""
    if by.pk != person.pk:
        raise NotAllowed
    Wish.objects.filter(person=person).delete()


@transaction.atomic
def keep_for_group(group: SupportGroup, values: dict[str, Any], *, by: Person) -> Wish:
    """For the members who have chosen nothing themselves.  Raises NotAllowed."""
    if not may_lead(by, group):
        raise NotAllowed
    return Wish.objects.update_or_create(group=group, defaults=values)[0]


def forget_for_group(group: SupportGroup, *, by: Person) -> None:
    """Raises NotAllowed."""
    if not may_lead(by, group):
        raise NotAllowed
    Wish.objects.filter(group=group).delete()
