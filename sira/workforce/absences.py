"""Leave and sick days: entered, asked for, approved, ended."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.workforce import availability, rights
from sira.workforce.models import Absence
from sira.workforce.refusals import AlreadyDecided, AlreadyOver, BadAbsence

# The absence, who is concerned, whether they stand in from now on or not any more, and when that was decided.
Listener = Callable[[Absence, Person, bool, datetime], None]
_listeners: list[Listener] = []


def on_stand_in(listener: Listener) -> Listener:
    """Tell a higher room that somebody stands in for who is away, or does no more. In the change's transaction."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def _tell(absence: Absence, person: Person | None, stands_in: bool, at: datetime) -> None:
    if person is not None and (absence.ends_at is None or absence.ends_at > at):
        for listener in _listeners:
            listener(absence, person, stands_in, at)


@transaction.atomic
def record_absence(
    person: Person,
    kind: str,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    by: Person,
    at: datetime,
    stand_in: Person | None = None,
    note: str = "",
) -> Absence:
    """Enter an absence that counts at once: sick days, or leave by somebody who may approve it.

    ends_at: None while nobody knows. Raises NotAllowed, BadAbsence.
    """
    absence = _recorded(person, kind, starts_at, ends_at, stand_in=stand_in, note=note, by=by, at=at)
    _tell(absence, stand_in, True, at)
    return absence


def _recorded(
    person: Person,
    kind: str,
    starts_at: datetime,
    ends_at: datetime | None,
    *,
    stand_in: Person | None,
    note: str = "",
    by: Person,
    at: datetime,
) -> Absence:
    kind = Absence.Kind(kind)
    may = rights.may_approve_for(by, person) if kind == Absence.Kind.LEAVE else rights.may_plan_for(by, person)
    if not may:
        raise NotAllowed
    absence = Absence(person=person, kind=kind, starts_at=starts_at, ends_at=ends_at, stand_in=stand_in)
    absence.note = note[:200]
    return _entered(absence, Absence.State.APPROVED, by=by, at=at)


@transaction.atomic
def enter_once(
    person: Person,
    kind: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: Person,
    at: datetime,
    stand_in: Person | None = None,
) -> Absence:
    """Record an absence that a process has decided; the same again is the one that is there, with this stand-in.

    The process tells who stands in; who did before and does no more hears it here.
    Raises NotAllowed, BadAbsence.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    starts_at = starts_at.replace(microsecond=0)
    rows = Absence.objects.filter(person=person, kind=kind, starts_at=starts_at, ends_at=ends_at)
    same = rows.filter(state=Absence.State.APPROVED).select_related("stand_in").first()
    if same is None:
        return _recorded(person, kind, starts_at, ends_at, stand_in=stand_in, by=by, at=at)
    before = same.stand_in
    if before != stand_in:
        same.stand_in = stand_in
        _checked(same).save(update_fields=["stand_in"])
        _tell(same, before, False, at)
    return same


def ask_leave(
    person: Person,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: Person,
    at: datetime,
    stand_in: Person | None = None,
    note: str = "",
) -> Absence:
    """Ask for leave; it counts once a lead has approved it.  Raises NotAllowed, BadAbsence."""
    if not rights.may_plan_for(by, person):
        raise NotAllowed
    return _entered(
        Absence(person=person, starts_at=starts_at, ends_at=ends_at, stand_in=stand_in, note=note[:200]),
        Absence.State.ASKED,
        by=by,
        at=at,
    )


def _entered(absence: Absence, state: str, *, by: Person, at: datetime) -> Absence:
    absence.state, absence.by, absence.at = state, by, at
    _checked(absence).save(force_insert=True)
    return absence


def an_absence(
    person: Person, kind: str, starts_at: datetime, ends_at: datetime | None, *, note: str, by: Person, at: datetime
) -> Absence:
    """One that counts, not yet kept.  Raises BadAbsence."""
    span = {"starts_at": starts_at, "ends_at": ends_at}
    return _checked(Absence(person=person, kind=Absence.Kind(kind), note=note[:200], by=by, at=at, **span))


def _checked(absence: Absence) -> Absence:
    """It begins at a whole second, as files write it: who brings an export back enters nothing twice."""
    absence.starts_at = absence.starts_at.replace(microsecond=0)
    ends_first = absence.ends_at is not None and absence.ends_at <= absence.starts_at
    if ends_first or absence.stand_in_id == absence.person_id:
        raise BadAbsence
    return absence


@transaction.atomic
def decide_leave(absence: Absence, state: str, *, by: Person, at: datetime) -> Absence:
    """Approve or refuse what was asked for.  Raises NotAllowed, AlreadyDecided."""
    absence = _locked(absence)
    if not rights.may_approve_for(by, absence.person):
        raise NotAllowed
    if absence.state != Absence.State.ASKED:
        raise AlreadyDecided
    absence.state, absence.decided_by, absence.decided_at = Absence.State(state), by, at
    absence.save(update_fields=["state", "decided_by", "decided_at"])
    if absence.state == Absence.State.APPROVED:
        _tell(absence, absence.stand_in, True, at)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: Person, at: datetime) -> None:
    """The person is back; an absence that has not begun is withdrawn. Raises NotAllowed, AlreadyOver."""
    absence = _locked(absence)
    if not rights.may_plan_for(by, absence.person):
        raise NotAllowed
    if absence.ends_at is not None and absence.ends_at <= at:
        raise AlreadyOver
    if absence.state == Absence.State.APPROVED:
        _tell(absence, absence.stand_in, False, at)
    if absence.starts_at >= at:
        absence.delete()
    else:
        absence.ends_at = at
        absence.save(update_fields=["ends_at"])
    availability.changed([absence.person_id], at)


def _locked(absence: Absence) -> Absence:
    rows = Absence.objects.select_for_update(of=("self",), no_key=True).select_related("person", "stand_in")
    return rows.get(pk=absence.pk)


def stand_ins(person_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """Who stands in for whom among those on leave or sick at that instant. One query."""
    ids, lasting = list(person_ids), Q(ends_at=None) | Q(ends_at__gt=at)
    found = Absence.objects.filter(
        lasting, person__in=ids, state=Absence.State.APPROVED, starts_at__lte=at, stand_in__isnull=False
    )
    return dict(found.order_by("starts_at").values_list("person_id", "stand_in_id"))
