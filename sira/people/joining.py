"""Two persons found to be one: everything the second holds moves to the first, and back when the join is undone.

What a person holds is found from the tables themselves: each foreign key to Person in any room, so a new table needs no
entry here. Ids that a room keeps otherwise it moves itself (`along`). Keys named `by` or ending in `_by` say who acted;
they stay as they were told. Rows that the kept person already has (the same group, the same ticket on copy), or may not
have, stay where they are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.addresses import mirror_for_sign_in
from sira.people.models import Joining, Person
from sira.people.personal import asking
from sira.plumbing.refusals import NotAllowed, Refused

BEFORE = "before"  # beside the tables in Joining.moved: what the two persons' own rows said
ALREADY_THERE = ("23505", "23514")  # a unique or a check constraint of the table
HELD_APART = (Joining, EmailAddress)  # the record of joins itself; a mirror that is written anew


@dataclass(frozen=True, slots=True)
class Along:
    """Ids of people that stand in no foreign key. move: from the first person to the second, and what to remember as
    JSON, nothing if there was nothing.  back: with what was remembered, from the second to the first again."""

    name: str
    move: Callable[[int, int], Any]
    back: Callable[[Any, int, int], None]


_along: dict[str, Along] = {}


def along(name: str, *, move: Callable[[int, int], Any], back: Callable[[Any, int, int], None]) -> None:
    """A room says what else goes with a join."""
    _along[name] = Along(name, move, back)


class SamePerson(Refused):
    code = "same_person"
    message = _("These are the same person already. Choose another one to join.")


class AlreadyJoined(Refused):
    code = "already_joined"
    message = _("One of the two has been joined into somebody else. Undo that join first.")


class AlreadyUndone(Refused):
    code = "already_undone"
    message = _("This join has been undone already.")


@transaction.atomic
def join(kept: Person, joined: Person, *, by: Person, at: datetime) -> Joining:
    """Make the two one: `kept` goes on with everything `joined` holds; `joined` can't sign in any more.

    Raises SamePerson, NotAllowed, AlreadyJoined, AlreadyForgotten.
    """
    if kept.pk == joined.pk:
        raise SamePerson
    kept, joined = _locked(kept.pk, joined.pk)
    if not rights.may_join(by, kept, joined):
        raise NotAllowed
    if kept.joined_into_id or joined.joined_into_id:
        raise AlreadyJoined
    _must_be_known(kept, joined)
    moved: dict[str, Any] = {}
    for field in _holdings():
        ids = _move(field, joined, kept)
        if ids:
            moved[_name(field)] = ids
    for each in _along.values():
        if remembered := each.move(joined.pk, kept.pk):
            moved[each.name] = remembered
    moved[BEFORE] = {"kept_email": kept.email, "joined_email": joined.email, "joined_active": joined.is_active}
    email = kept.email or joined.email
    joined.joined_into, joined.is_active = kept, False
    joined.email = "" if email == joined.email else joined.email
    joined.save(update_fields=["joined_into", "is_active", "email"])
    kept.email = email
    kept.save(update_fields=["email"])
    _mirror(kept, joined)
    return Joining.objects.create(kept=kept, joined=joined, moved=moved, by=by, at=at)


@transaction.atomic
def undo_join(joining: Joining, *, by: Person, at: datetime) -> Joining:
    """Part the two again.

    What moved goes back, except what was given to a third person since; what came later stays.
    Raises NotAllowed, AlreadyUndone, AlreadyForgotten, AlreadyJoined (the kept person was joined in turn).
    """
    joining = Joining.objects.select_for_update().get(pk=joining.pk)
    if joining.undone_at:
        raise AlreadyUndone
    kept, joined = _locked(joining.kept_id, joining.joined_id)
    if not rights.may_join(by, kept, joined):
        raise NotAllowed
    if kept.joined_into_id:
        raise AlreadyJoined
    _must_be_known(kept, joined)
    for field in _holdings():
        ids = joining.moved.get(_name(field), [])
        _give(field, field.model._base_manager.filter(pk__in=ids, **{field.name: kept}), joined)
    for each in _along.values():
        if each.name in joining.moved:
            each.back(joining.moved[each.name], joined.pk, kept.pk)
    before = joining.moved[BEFORE]
    if kept.email != before["kept_email"] and kept.email == before["joined_email"]:
        kept.email = before["kept_email"]
        kept.save(update_fields=["email"])
    joined.joined_into, joined.email, joined.is_active = None, before["joined_email"], before["joined_active"]
    joined.save(update_fields=["joined_into", "email", "is_active"])
    _mirror(kept, joined)
    joining.undone_at, joining.undone_by = at, by
    joining.save(update_fields=["undone_at", "undone_by"])
    return joining


def _locked(first: int, second: int) -> tuple[Person, Person]:
    """Both rows, locked in the order of their numbers so that two joins at once cannot wait for each other."""
    locked = Person.objects.select_for_update(no_key=True)  # rows that name them may still be written meanwhile
    rows = {row.pk: row for row in locked.filter(pk__in=[first, second]).order_by("pk")}
    return rows[first], rows[second]


def _must_be_known(*persons: Person) -> None:
    """What was asked for one person must not come to mean another; it is asked with the person locked."""
    if any(asking.is_forgotten(person) for person in persons):
        raise asking.AlreadyForgotten


def _holdings() -> Iterator[models.ForeignKey]:
    """Every key by which a row belongs to a person."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model._meta.proxy:
            continue
        field = relation.field
        acted = field.name == "by" or field.name.endswith("_by")
        if not acted and field.name != "joined_into" and relation.related_model not in HELD_APART:
            yield field


def _name(field: models.ForeignKey) -> str:
    return f"{field.model._meta.label}.{field.name}"


def _move(field: models.ForeignKey, giver: Person, taker: Person) -> list[int]:
    """Give the rows over and tell which; nobody becomes their own manager."""
    rows = field.model._base_manager
    held = rows.filter(**{field.name: giver})
    if field.model is Person:
        held = held.exclude(pk=taker.pk)
    return _give(field, held, taker)


def _give(field: models.ForeignKey, held: models.QuerySet, taker: Person) -> list[int]:
    """Those at once that a constraint does not stand against; the others stay."""
    rows = field.model._base_manager
    ids = list(held.order_by("pk").values_list("pk", flat=True))
    if not ids or _moved(rows.filter(pk__in=ids), field, taker):
        return ids
    return [pk for pk in ids if _moved(rows.filter(pk=pk), field, taker)]


def _moved(rows: models.QuerySet, field: models.ForeignKey, taker: Person) -> bool:
    """False where a constraint says that the taker has one of these already, or may not have it."""
    try:
        with transaction.atomic():
            rows.update(**{field.name: taker})
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") not in ALREADY_THERE:
            raise
        return False
    return True


def _mirror(*people: Person) -> None:
    """Clear first: an address may not stand at both while it changes hands."""
    EmailAddress.objects.filter(user__in=people).delete()
    for person in people:
        mirror_for_sign_in(person)
