"""Who has it: given by a lead, taken from the queue, handed over."""

from datetime import datetime

from sira.people.models import Membership, Person, SupportGroup
from sira.tickets import messages, notices, permissions, promised
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Message, Ticket
from sira.tickets.refusals import AlreadyTaken, NotInGroup
from sira.tickets.waiting import must_be_active
from sira.tickets.worksheet import Worksheet, on_desk


def assign(ticket: Ticket, *, group: SupportGroup | None, agent: Person | None, by: Person, at: datetime) -> Ticket:
    """Give the ticket to a group, or to an agent of it. Its clocks go on in the new group's calendar.

    Raises NotAllowed, NotOpen, NotInGroup.
    """
    with on_desk(ticket, by=by, at=at) as sheet:
        _assign_sheet(sheet, group=group, agent=agent)
    return sheet.ticket


def hand_over(
    ticket: Ticket,
    said: Said,
    *,
    group: SupportGroup | None,
    agent: Person | None,
    by: Person,
    at: datetime,
    channel: str = Ticket.Channel.PORTAL,
) -> Message:
    """Assign it with an internal note, which the agent who gets it reads in the mail already.

    Raises what assign raises; then the note is not kept either.
    """
    with on_desk(ticket, by=by, at=at) as sheet:
        _assign_sheet(sheet, group=group, agent=agent, note=said.text)
        return messages.add(sheet.ticket, said, author=by, channel=channel, at=at, from_desk=True, is_internal=True)


def _assign_sheet(sheet: Worksheet, *, group: SupportGroup | None, agent: Person | None, note: str = "") -> None:
    permissions.must_work_on(sheet.by, sheet.ticket)
    must_be_active(sheet)
    if agent and (group is None or not Membership.objects.filter(group=group, person=agent).exists()):
        raise NotInGroup()
    give(sheet, group=group, agent=agent, how="given", note=note)


def take(ticket: Ticket, *, by: Person, at: datetime) -> Ticket:
    """Take a ticket that nobody has.  Raises NotAllowed, NotOpen, AlreadyTaken."""
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        must_be_active(sheet)
        if sheet.ticket.agent_id not in (None, by.pk):
            raise AlreadyTaken()
        give(sheet, group=sheet.ticket.group, agent=by, how="taken")
    return sheet.ticket


def give(sheet: Worksheet, *, group: SupportGroup | None, agent: Person | None, how: str, note: str = "") -> None:
    """The change itself, for the operations above and for the drawing's route step.  note: for the agent's mail."""
    ticket = sheet.ticket
    changes = sheet.set(group=group, agent=agent)
    if not changes:
        return
    sheet.record(HistoryEntry.Kind.ASSIGNED, how=how, **changes)
    if agent and ticket.stage == Ticket.Stage.OPENED:
        sheet.set(stage=Ticket.Stage.ASSIGNED)
        sheet.record(HistoryEntry.Kind.STAGE, stage=[Ticket.Stage.OPENED, Ticket.Stage.ASSIGNED])
    if "group" in changes and not sheet.is_new:
        promised.promise_anew(sheet)
    if agent and agent.pk != sheet.by.pk:
        notices.tell_assigned(sheet, agent, note)
