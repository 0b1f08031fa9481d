"""Time as it is meant where a ticket is worked on: by the clock and the open hours of its calendar."""

from datetime import datetime, tzinfo
from typing import Any

from sira.calendars import working_days
from sira.calendars.compiled import edition_in_force, working_time
from sira.calendars.working_time import NeverOpen, OutOfReach, WorkingTime
from sira.processes.bpmn.expressions import WorkingTime as Amount
from sira.processes.timing import NoOpenTime
from sira.tickets import promised
from sira.tickets.facts import SheetFacts
from sira.tickets.models import Ticket


def zone_of(subject: int, source: Any) -> tzinfo:
    """The desk's own where there is no ticket. Raises NoCalendar."""
    return calendar_of(subject, source).zone


def working_time_after(subject: int, source: Any, amount: Amount, at: datetime) -> datetime:
    """When so much working time is over. Raises NoCalendar, NoOpenTime."""
    return ends(calendar_of(subject, source), amount, at)


def ends(calendar: WorkingTime, amount: Amount, at: datetime) -> datetime:
    """Raises NoOpenTime."""
    try:
        return working_days.after(calendar, at, amount.amount, amount.unit)
    except (NeverOpen, OutOfReach) as never:
        raise NoOpenTime from never


def calendar_of(subject: int, source: Any) -> WorkingTime:
    """source: where the ticket is at hand and may have changes that are not written yet; None if not."""
    if isinstance(source, SheetFacts):
        ticket: Ticket | None = source.sheet.ticket
    else:
        ticket = Ticket.objects.select_related("group", "organisation").filter(pk=subject).first()
    return working_time(edition_in_force(promised.calendar_of(ticket) if ticket else None))
