"""A ticket rests: until the requester answers, or until a day. Who waits for whom decides which clocks stand still."""

from datetime import datetime

from sira.people.automation import automation
from sira.people.models import Person
from sira.promises import clocks
from sira.tickets import permissions, promised
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.refusals import NotOpen
from sira.tickets.worksheet import Worksheet, on_desk


def wait_for_requester(ticket: Ticket, *, by: Person, at: datetime) -> Ticket:
    """The next word is the requester's; promises that pause stand still until it comes.  Raises NotAllowed, NotOpen."""
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        must_be_active(sheet)
        wait_sheet(sheet)
    return sheet.ticket


def wait_sheet(sheet: Worksheet) -> None:
    sheet.set(status=Ticket.Status.WAITING, held_until=None)
    sheet.record(HistoryEntry.Kind.WAITING)
    clocks.pause(sheet.ticket.pk, at=sheet.at)
    promised.copy_to(sheet)


def hold(ticket: Ticket, *, until: datetime, by: Person, at: datetime) -> Ticket:
    """Lay it aside until a day or a real answer, whichever comes first. Promises go on: the wait is the desk's own.

    until: aware.  Raises NotAllowed, NotOpen, ValueError if until is not ahead.
    """
    if until <= at:
        raise ValueError("until must lie ahead")
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        must_be_active(sheet)
        was_waiting = sheet.ticket.status == Ticket.Status.WAITING
        sheet.set(status=Ticket.Status.HELD, held_until=until)
        sheet.record(HistoryEntry.Kind.HELD, until=until.isoformat())
        if was_waiting:
            clocks.resume(sheet.ticket.pk, at=at)
            promised.copy_to(sheet)
    return sheet.ticket


def resume(ticket: Ticket, *, by: Person, at: datetime) -> Ticket:
    """Go on before the answer or the day has come.  Raises NotAllowed, NotOpen."""
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        must_be_active(sheet)
        resume_sheet(sheet)
    return sheet.ticket


def resume_sheet(sheet: Worksheet) -> None:
    if sheet.ticket.status == Ticket.Status.WAITING:
        clocks.resume(sheet.ticket.pk, at=sheet.at)
        promised.copy_to(sheet)
    if sheet.set(status=Ticket.Status.OPEN, held_until=None):
        sheet.record(HistoryEntry.Kind.RESUMED)


DUE = ("SELECT held_until FROM tickets_ticket WHERE status = 'held' ORDER BY held_until LIMIT 1",)


def end_due_holds(at: datetime, *, limit: int = 100) -> int:
    """Put back into the queue what was held until now; the number of tickets. Harmless to call from many workers."""
    due = Ticket.objects.filter(status=Ticket.Status.HELD, held_until__lte=at).order_by("held_until")
    ended = 0
    for key in due.values_list("pk", flat=True)[:limit]:
        with on_desk(key, by=automation(), at=at) as sheet:
            until = sheet.ticket.held_until
            if sheet.ticket.status == Ticket.Status.HELD and until is not None and until <= at:
                resume_sheet(sheet)
                sheet.set(has_news=True)
                ended += 1
    return ended


def must_be_active(sheet: Worksheet) -> None:
    if sheet.ticket.status not in Ticket.ACTIVE:
        raise NotOpen()
