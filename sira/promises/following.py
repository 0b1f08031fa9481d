"""A clock goes over to newer editions of its calendar, each from the instant it was made."""

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


def restored(clock: Clock) -> list[ClockPeriod]:
    """The clock as if it had never been stopped, through all editions of its calendar since. The periods that ended,
    unsaved. One query."""
    assert clock.stopped_at is not None
    over = [period(clock, until=clock.stopped_at, ended_by=ClockPeriod.End.RESTORED)]
    reckoning.restore(clock, working_time(clock.edition_id))
    rows = Edition.objects.filter(calendar__editions=clock.edition_id, pk__gt=clock.edition_id)
    return over + [follow(clock, newer, made_at=at) for newer, at in rows.order_by("number").values_list("pk", "at")]
