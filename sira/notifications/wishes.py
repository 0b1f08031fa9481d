"""How somebody wishes to be told: their own choice, else that of their group, else what is usual."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from sira.notifications.kinds import DIGEST, MAIL, USUAL, Kind, kinds_for, kinds_of_members
from sira.notifications.models import Wish
from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared
from sira.plumbing.refusals import NotAllowed, Refused
from sira.workforce.rights import may_lead

NOTHING_SAID = Wish()
_FIELDS = [field.attname for field in Wish._meta.concrete_fields]
RULES = ["every", "digest_hour", "quiet", "quiet_from", "quiet_to", "quiet_then", "lets_promises_through"]
CHOSEN = [name for name in _FIELDS if name not in ("id", "person_id", "group_id")]
_OF_PEOPLE = f"""
    SELECT coalesce(wish.person_id, member.person_id), {", ".join(f"wish.{name}" for name in _FIELDS)}
      FROM notifications_wish wish
      LEFT JOIN people_membership member ON member.group_id = wish.group_id AND member.person_id = ANY(%s)
     WHERE wish.person_id = ANY(%s) OR member.person_id IS NOT NULL
     ORDER BY wish.person_id IS NULL, wish.id
"""


class NotThisWay(Refused):
    code = "invalid"
    status = 422


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
    """values: fields of Wish; a kind of notice that its ways leave out comes as before.

    Raises NotAllowed: everybody chooses for themselves; NotThisWay.
    """
    if by.pk != person.pk:
        raise NotAllowed
    if values.get("quiet") == Wish.Quiet.WORK and not person.is_agent:
        raise NotThisWay("quiet: who does not work here has no working hours.")
    before = wishes_of([person.pk]).get(person.pk, NOTHING_SAID)
    return Wish.objects.update_or_create(person=person, defaults=_fitting(values, before, kinds_for(person)))[0]


def forget(person: Person, *, by: Person) -> None:
    """Back to what the group or the desk does.  Raises NotAllowed."""
    if by.pk != person.pk:
        raise NotAllowed
    Wish.objects.filter(person=person).delete()


@transaction.atomic
def keep_for_group(group: SupportGroup, values: dict[str, Any], *, by: Person) -> Wish:
    """For the members who have chosen nothing themselves.  values: as in keep.  Raises NotAllowed, NotThisWay."""
    if not may_lead(by, group):
        raise NotAllowed
    before = Wish.objects.filter(group=group).first() or NOTHING_SAID
    return Wish.objects.update_or_create(group=group, defaults=_fitting(values, before, kinds_of_members()))[0]


def forget_for_group(group: SupportGroup, *, by: Person) -> None:
    """Raises NotAllowed."""
    if not may_lead(by, group):
        raise NotAllowed
    Wish.objects.filter(group=group).delete()


def _fitting(values: dict[str, Any], before: Wish, kinds: list[Kind]) -> dict[str, Any]:
    """What is to be kept.  Raises NotThisWay where a notice would come twice, or where its mail must come."""
    known = {kind.key: kind for kind in kinds}
    for name, ways in values.get("ways", {}).items():
        if name not in known:
            raise NotThisWay(f"ways: nothing of the kind {name!r} comes here.")
        if MAIL in ways and DIGEST in ways:
            raise NotThisWay(f"ways: {name} comes by mail or in the digest, not both.")
        if known[name].by_mail and MAIL not in ways:
            raise NotThisWay(f"ways: {name} always comes by mail, for that is the conversation.")
    return values | {"ways": {**before.ways, **values.get("ways", {})}}
