"""Somebody works here no more: nobody is to call them at night, and no shifts are laid for them."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from sira.people.models import Person
from sira.workforce import calling, planning
from sira.workforce.models import CallRota, CallSeat, Shift


@transaction.atomic
def leave(person: Person, *, at: datetime) -> list[str]:
    """Their turns on call go to the others of each rota, the one that runs too; what they worked stays.

    The keys of the groups for which they would have been called. Whoever may let them go may do this with it.
    """
    to_come = Shift.objects.filter(person=person, ends_at__gt=at, is_cancelled=False)
    duties = to_come.filter(kind=Shift.Kind.ON_CALL)
    groups = sorted({*duties.filter(group__isnull=False).values_list("group__key", flat=True)})
    seats, given = CallSeat.objects.filter(person=person), duties.filter(calls__isnull=False)
    keys = {*seats.values_list("calls", flat=True), *given.values_list("calls", flat=True)}
    rotas = {calls.pk: calls for calls in CallRota.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    orders = {
        key: list(calls.seats.order_by("number").values_list("person", flat=True)) for key, calls in rotas.items()
    }
    seats.delete()
    to_come.filter(starts_at__gte=at).delete()
    for duty in duties.order_by("pk"):
        _hand_on(duty, orders.get(duty.calls_id or 0, []), at)
    for calls in rotas.values():
        if calls.seats.exists():
            calling.lay(calls, at=at)
        else:
            calling.end(calls, at=at)
    planning.no_more_shifts(person, last=at.astimezone(ZoneInfo(person.time_zone)).date(), at=at)
    return groups


def _hand_on(duty: Shift, order: Sequence[int], at: datetime) -> None:
    """What remains of a duty is of who comes after them in the turns and is not called already, if there is one."""
    ends = duty.ends_at
    duty.ends_at = at
    duty.save(update_fields=["ends_at"])
    running = Shift.objects.filter(calls=duty.calls_id, starts_at__lte=at, ends_at__gt=at, is_cancelled=False)
    called = {duty.person_id, *running.values_list("person", flat=True)}
    after = order.index(duty.person_id) + 1 if duty.person_id in order else 0
    following = next((one for one in [*order[after:], *order[:after]] if one not in called), None)
    if following is not None:
        duty.pk, duty.person_id, duty.starts_at, duty.ends_at = None, following, at, ends
        duty.on = at.astimezone(ZoneInfo(duty.calls.time_zone)).date() if duty.calls else duty.on
        duty.save(force_insert=True)
