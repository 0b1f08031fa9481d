"""A week of a team: who is here when. Plain values for the page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from sira.people.models import Person
from sira.workforce import availability
from sira.workforce.models import Absence, Presence, Shift

DAYS = 7


@dataclass(frozen=True)
class Entry:
    """kind: work, on_call, leave, sick or asked.  start, end: None where the whole day is meant."""

    kind: str
    start: datetime | None = None
    end: datetime | None = None


@dataclass
class Line:
    """state: here, busy or away now, and why in a code of availability.ORDER."""

    person: Person
    days: list[list[Entry]]
    state: str = "here"
    why: str = ""


@dataclass
class Week:
    days: list[date]
    lines: list[Line] = field(default_factory=list)


def first_day(day: date, language: str) -> date:
    """Where the week begins: on Saturday where Persian is read, else on Monday."""
    begins = 5 if language.startswith("fa") else 0
    return day - timedelta(days=(day.weekday() - begins) % DAYS)


def week_of(people: Sequence[Person], first: date, *, zone: ZoneInfo, at: datetime) -> Week:
    """Shifts, leave and presence of these people, in the reader's zone. Four queries."""
    week = Week([first + timedelta(days=number) for number in range(DAYS)])
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(first + timedelta(days=DAYS), time(), zone)
    keys = [one.pk for one in people]
    entries = _entries(keys, week.days, start, end, zone)
    why = availability.left_out(keys, at)
    said = dict(Presence.objects.filter(Q(until=None) | Q(until__gt=at), pk__in=keys).values_list("person", "state"))
    for person in people:
        state = "away" if person.pk in why else said.get(person.pk, "here")
        days = [entries.get((person.pk, day), []) for day in week.days]
        week.lines.append(Line(person, days, state, why.get(person.pk, "")))
    return week


def _entries(
    keys: Sequence[int], days: Sequence[date], start: datetime, end: datetime, zone: ZoneInfo
) -> dict[tuple[int, date], list[Entry]]:
    found: dict[tuple[int, date], list[Entry]] = defaultdict(list)
    shifts = Shift.objects.filter(person__in=keys, is_cancelled=False, starts_at__lt=end, ends_at__gt=start)
    for shift in shifts.order_by("starts_at"):
        starts, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
        if shift.kind == Shift.Kind.ON_CALL:
            for day in _covered(days, starts, ends):
                found[shift.person_id, day].append(Entry("on_call"))
        else:
            found[shift.person_id, max(starts.date(), days[0])].append(Entry("work", starts, ends))
    away = Absence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=start), person__in=keys, starts_at__lt=end)
    for absence in away.exclude(state=Absence.State.REFUSED):
        kind = "asked" if absence.state == Absence.State.ASKED else absence.kind
        ends = absence.ends_at.astimezone(zone) if absence.ends_at else end
        for day in _covered(days, absence.starts_at.astimezone(zone), ends):
            found[absence.person_id, day].insert(0, Entry(kind))
    return found


def _covered(days: Sequence[date], starts: datetime, ends: datetime) -> list[date]:
    last = (ends - timedelta(microseconds=1)).date()
    return [day for day in days if starts.date() <= day <= last]
