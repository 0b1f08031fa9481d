"""The promises of a ticket: decided by the table, kept by clocks, and copied to the ticket for lists."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from sira.decisions import deciding
from sira.decisions.models import Trace
from sira.people.models import Person
from sira.plumbing import live, rows
from sira.promises import clocks, contracts, terms
from sira.promises.clocks import Promise
from sira.promises.models import Clock, ClockQuerySet
from sira.tickets import facts
from sira.tickets.models import Ticket
from sira.tickets.worksheet import Worksheet

FIRST, NEXT, RESOLUTION = Clock.Target.FIRST_ANSWER, Clock.Target.NEXT_ANSWER, Clock.Target.RESOLUTION
TO_REQUESTER = [str(target) for target in Clock.Target.values]


def facts_of(sheet: Worksheet) -> dict[str, Any]:
    """With the contract in force, which only promises ask for."""
    known = facts.Known(sheet)
    known["requester"]["contract"] = contracts.level_of(sheet.ticket.organisation_id, at=sheet.at)
    return known


def decided(sheet: Worksheet, *, answering: bool = False) -> list[Promise]:
    """What the table promises for the ticket as it stands: working minutes a target. Keeps the trace.

    answering: the next answer is promised too, since the requester waits for one.
    """
    found = deciding.decide("promises", facts_of(sheet), among=sheet.tables)
    trace = found.trace_for(subject=sheet.ticket.pk, kind="promise", at=sheet.at)
    sheet.keep(trace)
    answer: dict[str, Any] = found.result or {}
    rule: dict[str, Any] = {"reason": trace.reason_id} | ({"next": True} if answer.get("next_answer") else {})
    targets = {str(FIRST): str(FIRST), str(RESOLUTION): str(RESOLUTION)}
    if answering:
        targets[str(NEXT)] = str(NEXT)
    if sheet.ticket.group_id:
        targets["group"] = f"{Clock.GROUP}{sheet.ticket.group_id}"
    return terms.promises_in(answer, targets, rule)


def promise(sheet: Worksheet) -> None:
    """Start the clocks of a new ticket, in the calendar of its group once it has one."""
    started = clocks.started(sheet.ticket.pk, decided(sheet), calendar_of(sheet.ticket), at=sheet.at)
    sheet.beside += started
    if sheet.is_promised or not sheet.is_new:
        sheet.write_beside()  # a drawing that promises twice fails at the second, not the whole request at its end
    sheet.is_promised = True
    show(sheet, started)


def promise_anew(sheet: Worksheet) -> None:
    """Priority, type, group, contract or what else the table asks for has changed: other promises hold from now on.

    The time used so far stays used.
    """
    if sheet.ticket.status not in Ticket.ACTIVE:
        return
    ticket = sheet.ticket
    known = rows.find_all(Clock, "subject = %s", [ticket.pk])
    if known or _was_promised_nothing(ticket):
        answering = any(clock.stopped_at is None for clock in known if clock.target == NEXT)
        promises = decided(sheet, answering=answering)
        if all(clock.target != FIRST for clock in known) and _is_answered(ticket):
            promises = [one for one in promises if one.target != FIRST]
        waiting = ticket.status == Ticket.Status.WAITING
        group = ticket.group_id
        clocks.retarget(ticket.pk, promises, calendar_of(ticket), at=sheet.at, waiting=waiting, group=group)
        copy_to(sheet)


def _was_promised_nothing(ticket: Ticket) -> bool:
    """Its drawing has asked the table, which had nothing for it."""
    return Trace.objects.filter(subject=ticket.pk, reason__kind="promise").exists()


def _is_answered(ticket: Ticket) -> bool:
    return ticket.messages.filter(from_desk=True, is_internal=False, is_automatic=False).exists()


def expect_answer(sheet: Worksheet) -> None:
    """The requester wrote again after the first answer: where the table promises the next one, its clock starts.

    One that runs goes on: the oldest question counts.
    """
    if sheet.is_new or sheet.ticket.status not in Ticket.ACTIVE:
        return
    known = rows.find_all(Clock, "subject = %s AND stopped_at IS NULL", [sheet.ticket.pk])
    running = {clock.target: clock for clock in known if not clock.withdrawn}
    is_asked = any(clock.target == NEXT for clock in known)
    if is_asked or FIRST in running or not any(clock.rule.get("next") for clock in running.values()):
        return
    wanted = [one for one in decided(sheet, answering=True) if one.target == NEXT]
    clocks.start_clocks(sheet.ticket.pk, wanted, calendar_of(sheet.ticket), at=sheet.at)
    copy_to(sheet)


def answered(sheet: Worksheet) -> None:
    """Somebody of the desk has answered: the first answer, or the one that was waited for next."""
    measure(sheet, clocks.stop(sheet.ticket.pk, FIRST, NEXT, at=sheet.at))
    copy_to(sheet)


def measure(sheet: Worksheet, stopped: Sequence[Clock]) -> None:
    """Keep with the ticket what figures are made of. A machine's answer is no answer."""
    by_person = sheet.by.role != Person.Role.SYSTEM
    for clock in stopped:
        seconds, kept = round(clock.used.total_seconds()), clock.breached_at is None
        if clock.target == FIRST:
            sheet.set(answer_kept=kept, answered_in=seconds if by_person else None)
        elif clock.target == RESOLUTION:
            sheet.set(kept=kept, solved_in=seconds)


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
    """The next deadline and the next warning of what is promised to the requester; none while all stand still."""
    counting = [clock for clock in running if not (clock.stopped_at or clock.paused_at or clock.is_inside)]
    sheet.set(
        due_at=min((clock.due_at for clock in counting if clock.due_at), default=None),
        warn_at=min((clock.warn_at for clock in counting if clock.warn_at), default=None),
    )


_OF_CLOCKS = """
    SELECT subject, min(due_at) AS due_at, min(warn_at) AS warn_at FROM promises_clock
     WHERE stopped_at IS NULL AND NOT withdrawn AND paused_at IS NULL AND target = ANY(%s)
"""
_DIFFERING = f"""
    SELECT ticket.number FROM tickets_ticket AS ticket
      JOIN ({_OF_CLOCKS} GROUP BY subject) AS clock ON clock.subject = ticket.id
     WHERE (ticket.due_at, ticket.warn_at) IS DISTINCT FROM (clock.due_at, clock.warn_at)
    UNION ALL
    SELECT number FROM tickets_ticket AS ticket WHERE due_at IS NOT NULL AND NOT EXISTS
           (SELECT FROM promises_clock WHERE subject = ticket.id AND stopped_at IS NULL AND NOT withdrawn
               AND paused_at IS NULL AND target = ANY(%s))
    LIMIT %s
"""
_COPY = f"""
    UPDATE tickets_ticket AS ticket SET due_at = clock.due_at, warn_at = clock.warn_at, turn_at = clock.due_at
      FROM ({_OF_CLOCKS} AND subject = ANY(%s) GROUP BY subject) AS clock
     WHERE ticket.id = clock.subject AND (ticket.due_at, ticket.warn_at) IS DISTINCT FROM (clock.due_at, clock.warn_at)
    RETURNING ticket.id
"""


def differing(*, most: int) -> list[str]:
    """Numbers of tickets whose copies of deadline and warning are not those of their clocks. Should be empty."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, [TO_REQUESTER, TO_REQUESTER, most])
        return [number for (number,) in cursor.fetchall()]


@transaction.atomic
def copy_many(tickets: Sequence[int]) -> None:
    """The same as copy_to for many tickets whose clocks have moved by themselves: their calendar was edited."""
    list(Ticket.objects.select_for_update().filter(pk__in=tickets).order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(_COPY, [TO_REQUESTER, list(tickets)])
        moved = [key for (key,) in cursor.fetchall()]
    live.tell("tickets", moved)


def _all(subject: int) -> ClockQuerySet:
    return Clock.objects.filter(subject=subject)
