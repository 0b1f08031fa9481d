"""Who is called for a group: turns that go round, laid some weeks ahead as duties that can be given away by hand."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from sira.calendars.editing import known_zone
from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.workforce import rights
from sira.workforce.laying import AGAIN_WITHIN, AHEAD
from sira.workforce.models import CallRota, CallSeat, Shift
from sira.workforce.refusals import BadCalls

Turn = tuple[datetime, datetime, int]


@transaction.atomic
def agree(
    group: SupportGroup,
    people: Sequence[Person],
    *,
    since: date,
    time_zone: str,
    by: Person,
    at: datetime,
    minute: int = 0,
    days: int = 7,
    steps: int = 1,
) -> CallRota | None:
    """Who is called from now on, in this order; nobody ends it. What has begun stays, and so do duties given by hand.

    Raises NotAllowed, BadCalls, UnknownZone.
    """
    if not rights.may_lead(by, group):
        raise NotAllowed
    if not people:
        for calls in CallRota.objects.select_for_update().filter(group=group):
            end(calls, at=at)
        return None
    keys = [person.pk for person in people]
    fits = 1 <= days <= 7 and 1 <= steps <= min(5, len(keys)) and 0 <= minute < 24 * 60
    if not fits or len(set(keys)) != len(keys):
        raise BadCalls
    values = {"since": since, "minute": minute, "days": days, "steps": steps, "time_zone": known_zone(time_zone)}
    calls, _new = CallRota.objects.update_or_create(group=group, defaults=values)
    calls.seats.all().delete()
    CallSeat.objects.bulk_create(CallSeat(calls=calls, person_id=key, number=n) for n, key in enumerate(keys, 1))
    lay(calls, at=at)
    return calls


def end(calls: CallRota, *, at: datetime) -> None:
    """No duties of it from now on; who was called until now stays on record, though the rota goes."""
    calls.shifts.filter(starts_at__gte=at).delete()
    calls.shifts.filter(ends_at__gt=at).update(ends_at=at)
    for duty in calls.shifts.order_by("pk"):
        same = Shift.objects.filter(person=duty.person_id, kind=duty.kind, starts_at=duty.starts_at)
        if not same.filter(rota=None, calls=None).exists():
            Shift.objects.filter(pk=duty.pk).update(calls=None)
    calls.delete()


@transaction.atomic
def lay(calls: CallRota, *, at: datetime) -> int:
    """Write the duties from the turn of `at` on, over those laid before; how many."""
    calls = CallRota.objects.select_for_update().get(pk=calls.pk)
    seats = list(calls.seats.order_by("number").values_list("person", flat=True))
    Shift.objects.filter(calls=calls, starts_at__gt=at, by_hand=False).delete()
    ahead = list(turns(calls, since=at, until=at + AHEAD))
    begun = min([at, *(start for start, _end, _number in ahead)])
    kept = list(Shift.objects.filter(calls=calls, ends_at__gt=begun).values_list("step", "starts_at", "ends_at"))
    zone = ZoneInfo(calls.time_zone)
    laid = [
        Shift(
            person_id=seats[(number + step) % len(seats)],
            kind=Shift.Kind.ON_CALL,
            group_id=calls.group_id,
            calls=calls,
            step=step + 1,
            on=start.astimezone(zone).date(),
            starts_at=start,
            ends_at=end,
        )
        for start, end, number in ahead
        for step in range(min(calls.steps, len(seats)))
        if not any(one == step + 1 and begins < end and ends > start for one, begins, ends in kept)
    ]
    Shift.objects.bulk_create(laid)
    CallRota.objects.filter(pk=calls.pk).update(laid_until=(at + AHEAD).date())
    return len(laid)


def turns(calls: CallRota, *, since: datetime, until: datetime) -> Iterator[Turn]:
    """(start, end, number from 0) of each turn that is not over; they change hands at the same hour of the clock."""
    zone, length = ZoneInfo(calls.time_zone), timedelta(days=calls.days)
    number = max(0, (since.astimezone(zone).date() - calls.since) // length - 1)
    while (start := _hand_over(calls, zone, number)) < until:
        end = _hand_over(calls, zone, number + 1)
        if end > since:
            yield start, end, number
        number += 1


def turns_of(group: SupportGroup, at: datetime) -> QuerySet[Shift]:
    """The duties on call for a group that are not over, of its rota and single ones."""
    duties = Shift.objects.filter(group=group, kind=Shift.Kind.ON_CALL, is_cancelled=False, ends_at__gt=at)
    return duties.select_related("person").order_by("starts_at", "step", "pk")


def _hand_over(calls: CallRota, zone: ZoneInfo, number: int) -> datetime:
    hour, minute = divmod(calls.minute, 60)
    day = calls.since + timedelta(days=calls.days * number)
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def lay_ahead(at: datetime) -> int:
    """Lay what comes within reach; the number of rotas."""
    due = list(CallRota.objects.filter(Q(laid_until=None) | Q(laid_until__lt=(at + AGAIN_WITHIN).date())))
    for calls in due:
        lay(calls, at=at)
    return len(due)
