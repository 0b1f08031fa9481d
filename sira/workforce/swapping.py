"""Two people change places: planned by a lead, or asked for by one and agreed by the other."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from sira.people.models import Membership, Person
from sira.plumbing.refusals import NotAllowed
from sira.workforce import availability, planning
from sira.workforce.models import Shift, Swap
from sira.workforce.refusals import AlreadyAsked, AlreadyDecided, AlreadyOver, NotTheirs

AROUND = timedelta(days=14)

Listener = Callable[[Swap, datetime], None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Tell a higher room that a swap was asked for, agreed, refused or withdrawn. In the change's transaction."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def _changed(swap: Swap, at: datetime) -> Swap:
    for listener in _listeners:
        listener(swap, at)
    return swap


@transaction.atomic
def swap_shifts(one: Shift, other: Shift, *, by: Person, at: datetime) -> None:
    """Two people change places.  Raises NotAllowed, AlreadyOver, ShiftsOverlap."""
    planning.must_plan(by)
    _exchange(one.pk, other.pk, at)


@transaction.atomic
def ask(one: Shift, other: Shift, *, by: Person, at: datetime) -> Swap:
    """Ask a colleague to take one's own shift for theirs.  Raises NotTheirs, AlreadyOver, AlreadyAsked,
    ShiftsOverlap where it could not be agreed as both work now.
    """
    mine, theirs = _locked(one.pk, other.pk, at)
    if mine.person_id != by.pk or theirs.person_id == by.pk or mine.kind != theirs.kind:
        raise NotTheirs
    if Swap.objects.filter(one=mine, other=theirs, state=Swap.State.ASKED).exists():
        raise AlreadyAsked
    _must_be_free(mine, theirs)
    return _changed(Swap.objects.create(one=mine, other=theirs, asked_by=by, asked_of=theirs.person, at=at), at)


@transaction.atomic
def answer(swap: Swap, state: str, *, by: Person, at: datetime) -> Swap:
    """Agreed or refused by who was asked, withdrawn by who asked; agreed, it happens at once.

    Raises NotAllowed, AlreadyDecided, AlreadyOver, NotTheirs, ShiftsOverlap.
    """
    state = Swap.State(state)
    swap = Swap.objects.select_for_update().get(pk=swap.pk)
    if by.pk != (swap.asked_by_id if state == Swap.State.WITHDRAWN else swap.asked_of_id):
        raise NotAllowed
    if swap.state != Swap.State.ASKED:
        raise AlreadyDecided
    if state == Swap.State.AGREED:
        mine, theirs = _locked(swap.one_id, swap.other_id, at)
        if (mine.person_id, theirs.person_id) != (swap.asked_by_id, swap.asked_of_id):
            raise NotTheirs
        _exchange(swap.one_id, swap.other_id, at)
    swap.state, swap.answered_at = state, at
    swap.save(update_fields=["state", "answered_at"])
    return _changed(swap, at)


def open_for(person: Person, at: datetime) -> list[Swap]:
    """What the person is asked, and what they asked, while both shifts are still to come. One query."""
    rows = Swap.objects.select_related("one", "other", "asked_by", "asked_of").order_by("at")
    asked = rows.filter(Q(asked_by=person) | Q(asked_of=person), state=Swap.State.ASKED)
    return list(asked.filter(one__ends_at__gt=at, other__ends_at__gt=at))


def offers(shift: Shift, at: datetime) -> list[Shift]:
    """Shifts of colleagues that this one could be swapped for, in the four weeks around it. One query."""
    groups = Membership.objects.filter(person=shift.person_id).values("group")
    rows = Shift.objects.select_related("person").filter(kind=shift.kind, is_cancelled=False, starts_at__gt=at)
    near = rows.filter(starts_at__range=(shift.starts_at - AROUND, shift.starts_at + AROUND))
    theirs = near.filter(person__memberships__group__in=groups).exclude(person=shift.person_id)
    return list(theirs.exclude(starts_at=shift.starts_at).distinct().order_by("starts_at", "pk")[:200])


def _locked(one: int, other: int, at: datetime) -> tuple[Shift, Shift]:
    """Both, locked in the order of their keys, so that two swaps of the same shifts wait for each other."""
    # Without a join: a row that another swap has just given to somebody else would fall out of it.
    rows = Shift.objects.select_for_update().order_by("pk")
    found = {shift.pk: shift for shift in rows.filter(pk__in=(one, other))}
    if len(found) != 2 or any(shift.ends_at <= at or shift.is_cancelled for shift in found.values()):
        raise AlreadyOver
    return found[one], found[other]


def _must_be_free(one: Shift, other: Shift) -> None:
    """Each for the other's shift, once they have given theirs."""
    for person, shift in ((one.person, other), (other.person, one)):
        planning.must_be_free(person, shift, besides=(one.pk, other.pk))


def _exchange(one: int, other: int, at: datetime) -> None:
    first, second = _locked(one, other, at)
    if first.starts_at == second.starts_at:
        raise NotTheirs  # singles of the same start would meet on the way, and nobody gains by it
    _must_be_free(first, second)
    first.person, second.person = second.person, first.person
    first.by_hand = second.by_hand = True
    Shift.objects.bulk_update([first, second], ["person", "by_hand"])
    planning.works_in_shifts([first, second])
    availability.changed([first.person_id, second.person_id], at)
