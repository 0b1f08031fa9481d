"""The promises of a ticket: decided by the table, kept by clocks, and copied to the ticket for lists."""

from datetime import timedelta
from typing import Any

from django.db import connection

from sira.decisions import deciding
from sira.promises import clocks
from sira.promises.clocks import Promise
from sira.promises.models import Clock, ClockQuerySet
from sira.tickets import facts
from sira.tickets.models import Ticket
from sira.tickets.worksheet import Worksheet


def decided(sheet: Worksheet) -> list[Promise]:
    """What the table promises for the ticket as it stands: working minutes a target. Keeps the trace."""
    found = deciding.decide("promises", facts.of(sheet))
    trace = found.trace_for(subject=sheet.ticket.pk, kind="promise", at=sheet.at)
    sheet.keep(trace)
    minutes: dict[str, Any] = found.result or {}
    rule = {"reason": trace.reason_id}
    return [
        Promise(target=target, budget=timedelta(minutes=int(minutes[target])), rule=rule)
        for target in (Clock.Target.FIRST_ANSWER, Clock.Target.RESOLUTION)
        if minutes.get(target)
    ]


def promise(sheet: Worksheet) -> None:
    """Start the clocks of a new ticket, in the calendar of its group once it has one."""
    show(sheet, clocks.start_clocks(sheet.ticket.pk, decided(sheet), calendar_of(sheet.ticket), at=sheet.at))


def promise_anew(sheet: Worksheet) -> None:
    """Priority, type or customer has changed: other promises hold from now on; the time used so far stays used."""
    if sheet.ticket.status in Ticket.ACTIVE and _all(sheet.ticket.pk).exists():
        waiting = sheet.ticket.status == Ticket.Status.WAITING
        clocks.retarget(sheet.ticket.pk, decided(sheet), calendar_of(sheet.ticket), at=sheet.at, waiting=waiting)
        copy_to(sheet)


def follow_group(sheet: Worksheet) -> None:
    """The ticket moved to a group with other working hours."""
    kept = [
        Promise(target=clock.target, budget=clock.budget, pauses=clock.pauses, rule=clock.rule)
        for clock in _all(sheet.ticket.pk)
    ]
    if kept:
        waiting = sheet.ticket.status == Ticket.Status.WAITING
        clocks.retarget(sheet.ticket.pk, kept, calendar_of(sheet.ticket), at=sheet.at, waiting=waiting)
        copy_to(sheet)


def calendar_of(ticket: Ticket) -> int | None:
    """The group's, else the organisation's; None for the desk's default."""
    for owner in (ticket.group, ticket.organisation):
        if owner is not None and owner.calendar_id:
            return owner.calendar_id
    return None


def copy_to(sheet: Worksheet) -> None:
    """Bring the ticket's copy up to date after its clocks have changed."""
    show(sheet, list(_all(sheet.ticket.pk).running()))


def show(sheet: Worksheet, running: list[Clock]) -> None:
    """The next deadline and the next warning of those that count; none while all stand still."""
    counting = [clock for clock in running if clock.stopped_at is None and clock.paused_at is None]
    sheet.set(
        due_at=min((clock.due_at for clock in counting if clock.due_at), default=None),
        warn_at=min((clock.warn_at for clock in counting if clock.warn_at), default=None),
    )


_DIFFERING = """
    SELECT ticket.number FROM tickets_ticket AS ticket
      JOIN (SELECT subject, min(due_at) AS due_at, min(warn_at) AS warn_at FROM promises_clock
             WHERE stopped_at IS NULL AND paused_at IS NULL GROUP BY subject) AS clock ON clock.subject = ticket.id
     WHERE (ticket.due_at, ticket.warn_at) IS DISTINCT FROM (clock.due_at, clock.warn_at)
    UNION ALL
    SELECT number FROM tickets_ticket AS ticket WHERE due_at IS NOT NULL AND NOT EXISTS
           (SELECT FROM promises_clock WHERE subject = ticket.id AND stopped_at IS NULL AND paused_at IS NULL)
    LIMIT %s
"""


def differing(*, most: int) -> list[str]:
    """Numbers of tickets whose copies of deadline and warning are not those of their clocks. Should be empty."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, [most])
        return [number for (number,) in cursor.fetchall()]


def _all(subject: int) -> ClockQuerySet:
    return Clock.objects.filter(subject=subject)
