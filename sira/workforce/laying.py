"""From a pattern of weeks to shifts on dates. They are laid some weeks ahead, and again when something changes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from sira.calendars.models import Edition
from sira.workforce.models import Rota, Shift, Worker

AHEAD = timedelta(weeks=10)
AGAIN_WITHIN = timedelta(weeks=8)
MIDNIGHT = 24 * 60

Pairs = Sequence[Sequence[int]]


def slots(
    weeks: Sequence[Sequence[Pairs]],
    *,
    first_week: date,
    days: tuple[date, date],
    zone: ZoneInfo,
    own_days: Mapping[str, Pairs],
) -> Iterator[tuple[date, datetime, datetime]]:
    """The shifts of a pattern between two days, the last one included: day, start and end in UTC. Pure.

    own_days: hours of single dates as a calendar has them, by ISO date; a shift that begins on one keeps to them, so
    a public holiday has none. A shift of eight hours lasts seven or nine when the clocks change in it.
    """
    day, last = days
    while day <= last:
        week = weeks[((day - first_week).days // 7) % len(weeks)]
        for starts, ends in week[day.weekday()]:
            ends = ends if ends > starts else ends + MIDNIGHT
            for opens, closes in _cut(starts, ends, own_days.get(day.isoformat())):
                start, end = _instant(day, opens, zone), _instant(day, closes, zone)
                if end > start:
                    yield day, start, end
        day += timedelta(days=1)


def _cut(starts: int, ends: int, openings: Pairs | None) -> Iterator[tuple[int, int]]:
    if openings is None:
        yield starts, ends
        return
    for opens, closes in openings:
        closes = closes if closes < MIDNIGHT else max(ends, closes)
        if max(starts, opens) < min(ends, closes):
            yield max(starts, opens), min(ends, closes)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    later, minute = divmod(minute, MIDNIGHT)
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone) + timedelta(days=later)
    return wall.astimezone(UTC)


@transaction.atomic
def lay(rota: Rota, *, at: datetime) -> int:
    """Write the shifts of a rota from the day of `at` on, over those it laid before; how many.

    Days on which somebody gave, swapped or cancelled one stay as they are, and so does what has begun.
    """
    rota = Rota.objects.select_for_update(of=("self",)).select_related("person", "pattern").get(pk=rota.pk)
    zone = ZoneInfo(rota.person.time_zone)
    today = at.astimezone(zone).date()
    first, last = max(rota.since, today), min(rota.until or date.max, today + AHEAD)
    edition, own_days = _own_days(rota.person_id)
    ahead = Shift.objects.filter(rota=rota, starts_at__gt=at)
    ahead.filter(by_hand=False).delete()
    begun = Q(starts_at__lte=at, person=rota.person_id, rota__isnull=False)  # also by the rota that this one follows
    kept = set(Shift.objects.filter(Q(by_hand=True, rota=rota) | begun, on__gte=first).values_list("on", flat=True))
    wanted = slots(rota.pattern.weeks, first_week=rota.first_week, days=(first, last), zone=zone, own_days=own_days)
    laid = [
        Shift(person_id=rota.person_id, rota=rota, on=day, starts_at=start, ends_at=end)
        for day, start, end in wanted
        if day not in kept
    ]
    Shift.objects.bulk_create(laid)
    Rota.objects.filter(pk=rota.pk).update(laid_until=last, laid_by=edition)
    return len(laid)


def _own_days(person: int) -> tuple[int | None, Mapping[str, Pairs]]:
    """The edition of the person's calendar, and the dates on which it differs from its week."""
    edition = Worker.objects.filter(person=person).values_list("calendar__edition", flat=True).first()
    if edition is None:
        return None, {}
    body = Edition.objects.values_list("body", flat=True).get(pk=edition)
    return edition, body["days"]


def lay_ahead(at: datetime) -> int:
    """Lay what comes within reach, and again what a changed calendar made wrong; the number of rotas."""
    within = (at + AGAIN_WITHIN).date()
    ends = Q(laid_until=None) | (Q(laid_until__lt=within) & (Q(until=None) | Q(until__gt=F("laid_until"))))
    other = ~Q(laid_by=F("person__worker__calendar__edition")) & Q(person__worker__calendar__edition__isnull=False)
    outdated = Q(until=None) | Q(until__gte=at.date())
    never = Q(laid_by=None, person__worker__calendar__edition__isnull=False)
    due = list(Rota.objects.filter(ends | ((other | never) & outdated)).distinct()[:200])
    for rota in due:
        lay(rota, at=at)
    return len(due)
