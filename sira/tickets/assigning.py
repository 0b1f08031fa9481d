"""Who has it: given by a lead, taken from the queue, handed over."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from sira.people.models import Membership, Person, SupportGroup
from sira.plumbing import live
from sira.tickets import messages, notices, permissions, promised
from sira.tickets.messages import Said
from sira.tickets.models import Fact, HistoryEntry, Message, Ticket, TicketType
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
    """The change itself, for the operations above and for the drawing's route step.  note: for the agent's mail.

    Without a group it is everybody's, unless its type has one.
    """
    ticket = sheet.ticket
    changes = sheet.set(group=group or ticket.type.group, agent=agent)
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


def give_to_type(sheet: Worksheet) -> None:
    """It became of another type: where that has a group, the ticket is its from now on. Its agent stays if of it."""
    ticket, group = sheet.ticket, sheet.ticket.type.group
    if group is None or group.pk == ticket.group_id:
        return
    stays = Membership.objects.filter(group=group, person=ticket.agent_id).exists()
    give(sheet, group=group, agent=ticket.agent if stays else None, how="given")


@transaction.atomic
def take_home(type: TicketType, *, by: Person, at: datetime) -> int:
    """Its tickets that nobody's group has are of the type's group from now on, ended ones too. How many these were.

    What was promised stays promised.
    """
    if type.group is None:
        return 0
    rows = Ticket.objects.select_for_update(no_key=True).filter(type=type, group=None)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    if not found:
        return 0
    Ticket.objects.filter(pk__in=found).update(group=type.group, revision=F("revision") + 1)
    kind = HistoryEntry.Kind.ASSIGNED
    fact = Fact.of(kind, {"how": "given", "group": [None, type.group_id]})
    rows_of = [HistoryEntry(ticket_id=one, at=at, by=by, fact=fact) for one in found]
    Fact.objects.bulk_create([fact], ignore_conflicts=True)
    HistoryEntry.objects.bulk_create(rows_of, batch_size=1000)
    live.tell("tickets", found)
    return len(found)
