"""Shifts as leads plan them: patterns, who works by which, single ones, given and cancelled ones."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.workforce import availability, laying, rights
from sira.workforce.models import Pattern, Rota, Shift, Worker
from sira.workforce.refusals import AlreadyOver, BadPattern, BadShift, ShiftsOverlap

MOST_WEEKS = 12
LONGEST_CALL = timedelta(days=7)


@transaction.atomic
def keep_pattern(name: str, weeks: Sequence[Sequence[Any]], *, by: Person, at: datetime) -> Pattern:
    """A new pattern, or other hours for the one of that name; its rotas are laid again.

    weeks: for each week seven days of pairs (starts, ends) in minutes.  Raises NotAllowed, BadPattern.
    """
    must_plan(by)
    kept, _new = Pattern.objects.update_or_create(name=name.strip()[:120], defaults={"weeks": _checked(weeks)})
    for rota in kept.rotas.filter(Q(until=None) | Q(until__gte=at.date())):
        laying.lay(rota, at=at)
    availability.changed(list(kept.rotas.values_list("person", flat=True)), at)
    return kept


def _checked(weeks: Sequence[Sequence[Any]]) -> list[list[list[list[int]]]]:
    try:
        found = [[[[int(one) for one in pair] for pair in day] for day in week] for week in weeks]
    except (TypeError, ValueError) as error:
        raise BadPattern from error
    pairs = [pair for week in found for day in week for pair in day]
    fits = 1 <= len(found) <= MOST_WEEKS and all(len(week) == 7 for week in found)
    if not fits or not all(len(pair) == 2 and 0 <= pair[0] < 1440 and 0 <= pair[1] <= 1440 for pair in pairs):
        raise BadPattern
    return found


@transaction.atomic
def put_on_rota(
    person: Person, pattern: Pattern, *, since: date, by: Person, at: datetime, week: int = 1, until: date | None = None
) -> Rota:
    """The person works by the pattern from that day on, beginning with its week of that number.

    The rota they had ends the day before. From now on they work in their shifts and at no other time.
    Raises NotAllowed, BadPattern.
    """
    must_plan(by)
    if not 1 <= week <= len(pattern.weeks) or (until is not None and until < since):
        raise BadPattern
    end_rotas(person, last=since - timedelta(days=1), by=by, at=at)
    monday = since - timedelta(days=since.weekday()) - timedelta(weeks=week - 1)
    rota = Rota.objects.create(person=person, pattern=pattern, first_week=monday, since=since, until=until)
    Worker.objects.update_or_create(person=person, defaults={"by_shifts": True})
    laying.lay(rota, at=at)
    availability.changed([person.pk], at)
    return rota


def end_rotas(person: Person, *, last: date, by: Person, at: datetime) -> None:
    """No shifts of the person's rotas after that day, but for those that have begun.  Raises NotAllowed."""
    must_plan(by)
    no_more_shifts(person, last=last, at=at)


def no_more_shifts(person: Person, *, last: date, at: datetime) -> None:
    """The same, whoever it follows from."""
    running = Rota.objects.filter(Q(until=None) | Q(until__gt=last), person=person)
    Shift.objects.filter(rota__in=running, on__gt=last, starts_at__gt=at, by_hand=False).delete()
    # What was worked, or given by hand, stays with the rota that laid it: it then ends on its first day.
    never = running.filter(since__gt=last)
    never.filter(shifts=None).delete()
    never.update(until=F("since"))
    running.filter(since__lte=last).update(until=last)


@transaction.atomic
def add_shift(
    person: Person,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: Person,
    at: datetime,
    kind: str = Shift.Kind.WORK,
    group: SupportGroup | None = None,
    step: int = 1,
    note: str = "",
) -> Shift:
    """A single shift, or a duty on call for a group; entering it twice changes nothing. Raises NotAllowed, BadShift."""
    must_plan(by)
    wanted = a_single(person, kind, starts_at, ends_at, group=group, step=step, note=note)
    named = ("ends_at", "on", "step", "by_hand", "is_cancelled", "note")
    shift, _new = Shift.objects.update_or_create(
        person=person,
        kind=wanted.kind,
        starts_at=wanted.starts_at,
        group=wanted.group,
        rota=None,
        calls=None,
        defaults={name: getattr(wanted, name) for name in named},
    )
    works_in_shifts([shift])
    if kind == Shift.Kind.WORK:
        availability.changed([person.pk], at)
    return shift


def a_single(
    person: Person,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    group: SupportGroup | None = None,
    step: int = 1,
    note: str = "",
) -> Shift:
    """A shift that no rota lays, not yet kept; to the second, as files write it.  Raises BadShift."""
    starts_at, ends_at = starts_at.replace(microsecond=0), ends_at.replace(microsecond=0)
    longest = availability.LONGEST_SHIFT if kind == Shift.Kind.WORK else LONGEST_CALL
    if not timedelta() < ends_at - starts_at <= longest:
        raise BadShift
    on = starts_at.astimezone(ZoneInfo(person.time_zone)).date()
    span = {"on": on, "starts_at": starts_at, "ends_at": ends_at}
    return Shift(person=person, kind=Shift.Kind(kind), group=group, step=step, by_hand=True, note=note[:200], **span)


@transaction.atomic
def cancel_shift(shift: Shift, *, by: Person, at: datetime) -> None:
    """Nobody works this one.  Raises NotAllowed, AlreadyOver."""
    shift = _open(shift, by=by, at=at)
    shift.is_cancelled = shift.by_hand = True
    shift.save(update_fields=["is_cancelled", "by_hand"])


@transaction.atomic
def give_shift(shift: Shift, to: Person, *, by: Person, at: datetime) -> Shift:
    """Somebody else works this one.  Raises NotAllowed, AlreadyOver, ShiftsOverlap."""
    shift = _open(shift, by=by, at=at)
    must_be_free(to, shift)
    before = shift.person_id
    shift.person, shift.by_hand = to, True
    shift.save(update_fields=["person", "by_hand"])
    works_in_shifts([shift])
    availability.changed([before, to.pk], at)
    return shift


def must_be_free(person: Person, shift: Shift, *, besides: Sequence[int] = ()) -> None:
    """Nobody works twice at once, nor is called twice for one group.  Raises ShiftsOverlap."""
    there = Shift.objects.filter(person=person, kind=shift.kind, is_cancelled=False).exclude(
        pk__in=[shift.pk, *besides]
    )
    if shift.kind == Shift.Kind.ON_CALL:
        there = there.filter(group=shift.group_id)
    if there.filter(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at).exists():
        raise ShiftsOverlap


def works_in_shifts(shifts: Sequence[Shift]) -> None:
    """From now on these people work in their shifts and at no other time."""
    keys = {shift.person_id for shift in shifts if shift.kind == Shift.Kind.WORK}
    if keys:
        Worker.objects.bulk_create(
            [Worker(person_id=key, by_shifts=True) for key in sorted(keys)],
            update_conflicts=True,
            unique_fields=["person"],
            update_fields=["by_shifts"],
        )


def _open(shift: Shift, *, by: Person, at: datetime) -> Shift:
    must_plan(by)
    shift = Shift.objects.select_for_update().get(pk=shift.pk)
    if shift.ends_at <= at or shift.is_cancelled:
        raise AlreadyOver
    return shift


def must_plan(by: Person) -> None:
    if not rights.may_plan(by):
        raise NotAllowed
