"""The life of a ticket after it is opened: resolve, confirm, reopen, close. The drawing decides what follows each."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.processes import naming, running
from sira.processes.models import Instance, Task
from sira.promises import clocks
from sira.promises.models import Clock
from sira.tickets import inside, jobs, notices, permissions, promised
from sira.tickets.facts import SheetFacts
from sira.tickets.models import HistoryEntry, Message, Ticket, TicketLink
from sira.tickets.refusals import NotReady, NotResolved, TooLate
from sira.tickets.waiting import must_be_active
from sira.tickets.worksheet import Worksheet, on_desk

CONFIRMED, REOPENED, WITHDRAWN = "ticket confirmed", "ticket reopened", "ticket withdrawn"


def missing_fields(ticket: Ticket, *, resolution: str = "") -> list[str]:
    """The mandatory fields of the ticket's type that are empty, by name."""
    filled = {**ticket.fields, **{name: getattr(ticket, name, None) for name in ticket.type.mandatory_fields}}
    filled = {name: value for name, value in filled.items() if value not in (None, "")}
    if resolution.strip():
        filled["resolution"] = resolution
    return [name for name in ticket.type.mandatory_fields if not str(filled.get(name, "")).strip()]


def missing_before_end(ticket: Ticket, *, resolution: str = "") -> tuple[list[str], list[Task]]:
    """What the gate would refuse for: empty mandatory fields by name, open mandatory tasks besides the work itself."""
    tasks = Task.objects.filter(subject=ticket.pk, mandatory=True, state=Task.State.OPEN).exclude(kind="work")
    return missing_fields(ticket, resolution=resolution), list(tasks)


def resolve(ticket: Ticket, *, by: Person, resolution: str, at: datetime) -> Ticket:
    """Say that the work is done. The drawing goes on from there: to a test, or to the requester's confirmation.

    resolution: what was done, in words for the requester.  Raises NotAllowed, NotOpen, NotReady.
    """
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        must_be_active(sheet)
        must_be_ready(sheet, resolution)
        sheet.set(resolution=resolution.strip())
        work = Task.objects.filter(subject=sheet.ticket.pk, kind="work", state=Task.State.OPEN).first()
        if work:
            sheet.flush()
            running.complete(work, by=by, outcome={"result": "done"}, facts=SheetFacts(sheet), at=at)
        else:
            set_resolved(sheet)
    return sheet.ticket


def must_be_ready(sheet: Worksheet, resolution: str) -> None:
    fields, tasks = missing_before_end(sheet.ticket, resolution=resolution)
    if not resolution.strip() and "resolution" not in fields:
        fields.append("resolution")
    if fields or tasks:
        raise NotReady(fields=fields, tasks=[naming.task(task) for task in tasks])


def must_be_done(sheet: Worksheet) -> None:
    """The gate in words for a step of a drawing, before the row is written: a ticket that is being opened would be
    lost with it.  Raises NotReady."""
    fields = missing_fields(sheet.ticket, resolution=sheet.ticket.resolution)
    rows = Task.objects.filter(subject=sheet.ticket.pk, mandatory=True, state=Task.State.OPEN)
    tasks = [] if sheet.ticket.status in Ticket.DONE else list(rows.values_list("name", flat=True))
    if fields or tasks:
        raise NotReady(fields=fields, tasks=tasks)


def set_resolved(sheet: Worksheet) -> None:
    """The service works again: stop the clocks and ask the requester."""
    before = sheet.ticket.stage
    stop_clocks(sheet)
    sheet.set(status=Ticket.Status.RESOLVED, stage=Ticket.Stage.TESTING, has_news=False)
    sheet.record(HistoryEntry.Kind.RESOLVED, stage=[before, Ticket.Stage.TESTING])
    notices.tell_requester(sheet, "resolved")


def stop_clocks(sheet: Worksheet) -> None:
    """The promises are kept or missed by now, and the ticket has its time of resolution."""
    if sheet.ticket.status == Ticket.Status.WAITING:
        clocks.resume(sheet.ticket.pk, at=sheet.at)
    sheet.set(resolved_at=sheet.at, held_until=None)
    promised.measure(sheet, clocks.finish(sheet.ticket.pk, at=sheet.at))
    sheet.set(first_contact=not sheet.ticket.reopens and answers_of(sheet) <= 1)
    promised.copy_to(sheet)


def answers_of(sheet: Worksheet) -> int:
    """How often the desk has answered the requester in words of a person."""
    said = Message.objects.filter(ticket=sheet.ticket.pk, from_desk=True, is_internal=False, is_automatic=False)
    return 0 if sheet.is_new else said.count()


def confirm(ticket: Ticket, *, by: Person, at: datetime) -> Ticket:
    """The requester's side agrees that it is solved; the drawing closes the ticket.  Raises NotAllowed, NotResolved."""
    with on_desk(ticket, by=by, at=at) as sheet:
        if not permissions.may_answer(by, sheet.ticket):
            raise NotAllowed()
        if sheet.ticket.status != Ticket.Status.RESOLVED:
            raise NotResolved()
        sheet.record(HistoryEntry.Kind.CONFIRMED)
        if not running.correlate(CONFIRMED, subject=sheet.ticket.pk, facts=SheetFacts(sheet), at=at):
            set_closed(sheet)
    return sheet.ticket


def close(ticket: Ticket, *, by: Person, at: datetime) -> Ticket:
    """An agent closes a resolved ticket without waiting for the requester.  Raises NotAllowed, NotResolved."""
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        if sheet.ticket.status != Ticket.Status.RESOLVED:
            raise NotResolved()
        if not running.correlate(CONFIRMED, subject=sheet.ticket.pk, facts=SheetFacts(sheet), at=at):
            set_closed(sheet)
    return sheet.ticket


def withdraw(ticket: Ticket, *, by: Person, at: datetime) -> Ticket:
    """The requester does not need it any more. The drawing may catch that; else what is open is called off and the
    ticket closes. Where the gate wants fields that only the desk can fill, the desk is told and closes it itself.

    Raises NotAllowed, NotOpen.
    """
    with on_desk(ticket, by=by, at=at) as sheet:
        if by.pk != sheet.ticket.requester_id and not permissions.may_work_on(by, sheet.ticket):
            raise NotAllowed()
        must_be_active(sheet)
        sheet.record(HistoryEntry.Kind.WITHDRAWN)
        if running.correlate(WITHDRAWN, subject=sheet.ticket.pk, facts=SheetFacts(sheet), at=at):
            return sheet.ticket
        if sheet.ticket.instance:
            running.cancel(sheet.ticket.instance, at=at, reason="withdrawn", by=by)
        if missing_fields(sheet.ticket, resolution=WITHDRAWN):
            sheet.set(has_news=True)
            return sheet.ticket
        with override(sheet.requester.language):
            words = _("Withdrawn by who asked for it.")
        sheet.set(resolution=sheet.ticket.resolution.strip() or words)
        stop_clocks(sheet)
        set_closed(sheet)
    return sheet.ticket


def set_closed(sheet: Worksheet) -> None:
    sheet.set(status=Ticket.Status.CLOSED, stage=Ticket.Stage.CLOSED, closed_at=sheet.at, has_news=False)
    sheet.record(HistoryEntry.Kind.CLOSED)
    notices.tell_requester(sheet, "closed")
    tell_of_end(sheet)


def tell_of_end(sheet: Worksheet) -> None:
    """A drawing of the ticket that this one is part of may wait for its end. A job tells it: the two are never locked
    together."""
    parents = TicketLink.objects.filter(source=sheet.ticket.pk, kind=TicketLink.Kind.CHILD)
    if not sheet.is_new and parents.exists():
        jobs.tell_parents.defer(child=sheet.ticket.pk)


def may_be_reopened(ticket: Ticket, *, at: datetime) -> bool:
    """Resolved ones always; closed ones within the group's days; merged ones live on elsewhere."""
    if ticket.merged_into_id:
        return False
    if ticket.status == Ticket.Status.RESOLVED:
        return True
    days = ticket.group.reopen_days if ticket.group else 14
    return ticket.closed_at is not None and at <= ticket.closed_at + timedelta(days=days)


def reopen(ticket: Ticket, *, by: Person, at: datetime, why: str = "asked") -> Ticket:
    """It is not solved after all: back to work, and the resolution promise goes on.

    Raises NotAllowed, NotResolved, TooLate.
    """
    with on_desk(ticket, by=by, at=at) as sheet:
        if not permissions.may_answer(by, sheet.ticket):
            raise NotAllowed()
        if sheet.ticket.status not in Ticket.DONE:
            raise NotResolved()
        reopen_sheet(sheet, why=why)
    return sheet.ticket


def reopen_sheet(sheet: Worksheet, *, why: str) -> None:
    ticket, at = sheet.ticket, sheet.at
    if not may_be_reopened(ticket, at=at):
        raise TooLate()
    before, solved_at = ticket.stage, ticket.resolved_at
    sheet.set(
        status=Ticket.Status.OPEN,
        stage=Ticket.Stage.IN_WORK if ticket.agent_id else Ticket.Stage.OPENED,
        resolved_at=None,
        closed_at=None,
        has_news=True,
        kept=None,
        solved_in=None,
        first_contact=None,
        reopens=ticket.reopens + 1,
    )
    sheet.record(HistoryEntry.Kind.REOPENED, why=why, stage=[before, ticket.stage])
    sheet.flush()
    went_on = running.correlate(REOPENED, subject=ticket.pk, facts=SheetFacts(sheet), at=at)
    if not went_on and ticket.type.process_key:
        sheet.set(instance=start_again(sheet))
    again = [Clock.Target.RESOLUTION, f"{Clock.GROUP}{ticket.group_id}", *inside.targets_of_open(ticket.pk)]
    clocks.reopen(ticket.pk, *again, since=solved_at or at, at=at)
    promised.promise_anew(sheet)  # what it depends on may have changed since the ticket was resolved


def start_again(sheet: Worksheet) -> Instance:
    """A new run of the type's drawing for a ticket whose last one has ended; it goes straight to the work."""
    return running.start(
        sheet.ticket.type.process_key,
        subject=sheet.ticket.pk,
        variables={"reopened": True},
        facts=SheetFacts(sheet),
        at=sheet.at,
    )
