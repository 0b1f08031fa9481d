"""A clock goes over to newer editions of its calendar, each from the instant it was made."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sira.calendars.compiled import working_time
from sira.calendars.models import Edition
from sira.promises import reckoning
from sira.promises.models import Clock, ClockPeriod
from sira.promises.storing import period


def follow(clock: Clock, newer: int, *, made_at: datetime) -> ClockPeriod:
    """Go on by the next edition; the period that ends with it, unsaved. What was worked before stays as it counted."""
    over = period(clock, until=made_at, ended_by=ClockPeriod.End.CALENDAR)
    old, clock.edition_id = working_time(clock.edition_id), newer
    reckoning.retarget(clock, old, working_time(newer), made_at, budget=clock.budget, pauses=clock.pauses)
    return over


Newer = Mapping[int, Sequence[tuple[int, datetime]]]


def newer_than(editions: Iterable[int]) -> Newer:
    """The editions that came after each of these in its calendar, with when they were made. At most one query."""
    asked = set(editions)
    if not asked:
        return {}
    rows = Edition.objects.filter(calendar__editions__in=asked, pk__gte=min(asked)).distinct().order_by("number")
    found = list(rows.values_list("calendar", "pk", "at"))
    calendars = {edition: calendar for calendar, edition, _at in found}
    return {
        old: [(new, at) for calendar, new, at in found if calendar == calendars[old] and new > old] for old in asked
    }


def restored(clock: Clock, newer: Newer) -> list[ClockPeriod]:
    """The clock as if it had never been stopped, through all editions of its calendar since. The periods that ended,
    unsaved."""
    reckoning.restore(clock, working_time(clock.edition_id))
    return [follow(clock, edition, made_at=at) for edition, at in newer[clock.edition_id]]
