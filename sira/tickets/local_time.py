"""By whose clock a date without a zone is meant: that of the calendar in which the ticket is worked on."""

from datetime import tzinfo
from typing import Any

from sira.calendars.compiled import edition_in_force, working_time
from sira.tickets import promised
from sira.tickets.facts import SheetFacts
from sira.tickets.models import Ticket


def zone_of(subject: int, source: Any) -> tzinfo:
    """The desk's own where there is no ticket. Raises NoCalendar."""
    if isinstance(source, SheetFacts):
        ticket: Ticket | None = source.sheet.ticket
    else:
        ticket = Ticket.objects.select_related("group", "organisation").filter(pk=subject).first()
    return working_time(edition_in_force(promised.calendar_of(ticket) if ticket else None)).zone
