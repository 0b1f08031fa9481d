"""Who works here no more leaves no ticket behind that nobody has in a list of theirs."""

import pytest

from sira.people import roles
from sira.people.models import GivenRole, Person, SupportGroup
from sira.tickets import leaving
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk, holding, monday


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    found = desk.ticket()
    Ticket.objects.filter(pk=found.pk).update(agent=desk.hannah)
    return found


def stands(ticket: Ticket) -> tuple[Person | None, SupportGroup | None]:
    ticket.refresh_from_db()
    return ticket.agent, ticket.group


def test_tickets_go_back_with_the_made_role_that_they_were_worked_on_by(desk: Desk, ticket: Ticket):
    holding(desk.hannah, "work", by=desk.ada, group=desk.it)
    second = holding(desk.hannah, "work", "macros", by=desk.ada, group=desk.hr)
    first, second = GivenRole.objects.filter(person=second).order_by("pk")
    assert leaving.take_role(first, by=desk.ada, at=monday(10)) == leaving.NOTHING
    assert stands(ticket) == (desk.hannah, desk.it), "who works somewhere still keeps what is theirs by name"
    assert leaving.take_role(second, by=desk.ada, at=monday(10)).tickets == [(ticket.number, desk.it.key)]
    assert stands(ticket) == (None, desk.it)


def test_tickets_go_back_when_the_role_says_work_no_more(desk: Desk, ticket: Ticket):
    holding(desk.hannah, "work", by=desk.ada)
    row = roles.MadeRole.objects.get()
    leaving.change_made_role(row, name="Auditor", rights_of_it=["audit"], by=desk.ada, at=monday(10))
    assert stands(ticket) == (None, desk.it)


def test_who_administers_without_reading_every_ticket_lets_go_too(desk: Desk):
    steward = holding(desk.tom, "administer", "work", by=desk.ada)
    ticket = desk.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(agent=desk.zeynep, group=desk.hr)
    assert leaving.let_go(desk.zeynep, by=steward, at=monday(10)).tickets == [(ticket.number, desk.hr.key)]
    assert stands(ticket) == (None, desk.hr)
