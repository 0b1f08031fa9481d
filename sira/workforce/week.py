"""Days of a team, a week or a month of them: who is here when. Plain values for the page."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import jdatetime
from django.db.models import Q

from sira.people.models import Person
from sira.workforce import availability
from sira.workforce.models import Absence, Presence, Shift

DAYS = 7


@dataclass(frozen=True)
class Entry:
    """kind: one of words.KINDS.  start, end: None where the whole day is meant.  shift: its key."""

    kind: str
    start: datetime | None = None
    end: datetime | None = None
    shift: int | None = None


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


def begins(language: str) -> int:
    """The week's first day, Monday is 0: Saturday where Persian is read, else Monday."""
    return 5 if language.startswith("fa") else 0


def first_day(day: date, language: str) -> date:
    return day - timedelta(days=(day.weekday() - begins(language)) % DAYS)


def week_around(day: date, language: str) -> list[date]:
    first = first_day(day, language)
    return [first + timedelta(days=number) for number in range(DAYS)]


def month_around(day: date, language: str) -> list[date]:
    """All days of the month, the Persian one where Persian is read."""
    if language.startswith("fa"):
        own = jdatetime.date.fromgregorian(date=day)
        first = day - timedelta(days=own.day - 1)
        length = jdatetime.j_days_in_month[own.month - 1] + (own.month == 12 and own.isleap())
    else:
        first, length = day.replace(day=1), monthrange(day.year, day.month)[1]
    return [first + timedelta(days=number) for number in range(length)]


def number_of(day: date, language: str) -> int:
    """Of the day in its month, the Persian one where Persian is read."""
    return int(jdatetime.date.fromgregorian(date=day).day) if language.startswith("fa") else day.day


def days_of(
    people: Sequence[Person], days: list[date], *, zone: ZoneInfo, at: datetime, knows: Callable[[int], bool]
) -> Week:
    """Shifts, leave and presence of these people, in the reader's zone. Four queries.

    knows: whether the reader may know of this person's leave and sickness; else they are away on those days.
    """
    week = Week(days)
    start = datetime.combine(days[0], time(), zone)
    end = datetime.combine(days[-1] + timedelta(days=1), time(), zone)
    keys = [one.pk for one in people]
    entries = _entries(keys, week.days, start, end, zone)
    why = availability.left_out(keys, at)
    said = dict(Presence.objects.filter(Q(until=None) | Q(until__gt=at), pk__in=keys).values_list("person", "state"))
    for person in people:
        state = "away" if person.pk in why else said.get(person.pk, "here")
        own, reason = [entries.get((person.pk, day), []) for day in week.days], why.get(person.pk, "")
        if not knows(person.pk):
            own = [[_told(one) for one in entries_of if one.kind != "asked"] for entries_of in own]
            reason = "away" if reason in availability.PERSONAL else reason
        week.lines.append(Line(person, own, state, reason))
    return week


def _told(entry: Entry) -> Entry:
    return Entry("away") if entry.kind in availability.PERSONAL else entry


def _entries(
    keys: Sequence[int], days: Sequence[date], start: datetime, end: datetime, zone: ZoneInfo
) -> dict[tuple[int, date], list[Entry]]:
    found: dict[tuple[int, date], list[Entry]] = defaultdict(list)
    shifts = Shift.objects.filter(person__in=keys, is_cancelled=False, starts_at__lt=end, ends_at__gt=start)
    for shift in shifts.order_by("starts_at"):
        starts, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
        if shift.kind == Shift.Kind.ON_CALL:
            for day in _covered(days, starts, ends):
                found[shift.person_id, day].append(Entry("on_call", shift=shift.pk))
        else:
            found[shift.person_id, max(starts.date(), days[0])].append(Entry("work", starts, ends, shift.pk))
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
