"""A type whose tickets are one group's affair: none of them is everybody's for a moment."""

import pytest

from sira.people.models import Person
from sira.tickets import assigning, editing, lifecycle, messages, sorting, splitting
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Ticket, TicketType
from sira.tickets.tests.cast import Desk, monday


@pytest.fixture
def leave(desk: Desk) -> TicketType:
    return TicketType.objects.create(key="leave", name="Leave", prefix="LEA", group=desk.hr)


def reads(person: Person, ticket: Ticket) -> bool:
    return Ticket.objects.worked_by(person).filter(pk=ticket.pk).exists()


def test_it_is_its_groups_from_the_first_moment_unless_another_is_chosen(desk: Desk, leave: TicketType):
    usual, chosen = desk.ticket(type=leave), desk.ticket(type=leave, group=desk.it)
    assert (usual.group, chosen.group) == (desk.hr, desk.it)
    assert reads(desk.zeynep, usual) and not reads(desk.jonas, usual)


def test_nobody_takes_the_group_away(desk: Desk, leave: TicketType):
    ticket = desk.ticket(type=leave)
    assigning.assign(ticket, group=None, agent=None, by=desk.zeynep, at=monday(10))
    ticket.refresh_from_db()
    assert ticket.group == desk.hr


def test_what_becomes_of_the_type_goes_there_and_its_agent_lets_it_go(desk: Desk, leave: TicketType):
    ticket = desk.ticket(group=desk.it)
    assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ayse, at=monday(10))
    editing.set_fields(ticket, {"type": leave}, seen={}, by=desk.jonas, at=monday(11))
    ticket.refresh_from_db()
    assert (ticket.group, ticket.agent) == (desk.hr, None)
    assert not reads(desk.jonas, ticket)


def test_what_is_split_off_as_one_goes_there(desk: Desk, leave: TicketType):
    ticket = desk.ticket(group=desk.it)
    second = messages.add(
        ticket, Said(text="And Monday I am away."), author=desk.tom, channel="mail", at=monday(10), from_desk=False
    )
    split = splitting.split(ticket, [second.pk], subject="Away", type=leave, by=desk.jonas, at=monday(11))
    assert split.group == desk.hr


def test_a_group_that_is_named_later_takes_what_no_group_has(desk: Desk, leave: TicketType):
    TicketType.objects.update(group=None)
    leave.refresh_from_db()
    waiting, ended, others = desk.ticket(type=leave), desk.ticket(type=leave), desk.ticket(type=leave, group=desk.it)
    lifecycle.resolve(ended, by=desk.ada, resolution="Enjoy.", at=monday(10))
    assert reads(desk.jonas, waiting) and reads(desk.jonas, ended)
    sorting.keep_type(
        leave,
        name="Leave",
        names={},
        prefix="LEA",
        process_key="",
        mandatory_fields=[],
        needs_test=False,
        group=desk.hr,
        by=desk.ada,
        at=monday(11),
    )
    for ticket in (waiting, ended):
        ticket.refresh_from_db()
        assert ticket.group == desk.hr and not reads(desk.jonas, ticket)
        told = HistoryEntry.objects.filter(ticket=ticket, at=monday(11)).select_related("fact").get()
        assert (told.kind, told.facts["group"]) == ("assigned", [None, desk.hr.pk])
    others.refresh_from_db()
    assert others.group == desk.it
