"""Two persons turn out to be one, or somebody is replaced, while an approval is under way: nobody decides for
themselves, nobody is asked twice or out of turn, and nothing waits for nobody."""

import pytest

from sira.people import joining
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes.tasks import deadlines
from sira.processes.tasks.models import Ballot
from sira.processes.tasks.refusals import NotAColleague, OwnRequest
from sira.tickets import approvals
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import a_person, monday
from sira.tickets.tests.office import Office, approval_of, approve, asked, now, purchase, stuck
from sira.tickets.tests.test_approvals import away


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def join(office: Office, kept: Person, joined: Person) -> joining.Joining:
    return joining.join(kept, joined, by=office.ada, at=monday(9, 30))


def leaves(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)
    deadlines.replace_leavers(monday(10))


TWO_STEPS = "=[[requester.manager], [{bora}]]"


def in_two_steps(office: Office, **more: str) -> Ticket:
    return office.asks(purchase(approve(TWO_STEPS.format(bora=office.bora.pk), **more)))


def test_who_asked_and_is_joined_into_a_later_approver_decides_nothing(office: Office):
    ticket = in_two_steps(office, fallback="money")
    join(office, office.bora, office.tom)
    office.says(office.marta, ticket, True)
    assert asked(ticket) == ["Eva"] and approval_of(ticket).plan["barred"] == office.bora.pk


def test_where_nobody_else_can_decide_then_the_step_fails_and_nothing_is_approved(office: Office):
    ticket = in_two_steps(office)
    join(office, office.bora, office.tom)
    office.says(office.marta, ticket, True)
    assert stuck(ticket) == ["nobody_to_approve"] and now(ticket).status == "open"


def test_a_join_with_ones_own_approver_is_possible_and_somebody_else_is_asked(office: Office):
    ticket = office.asks(purchase(approve("=requester.manager", fallback="money")))
    join(office, office.marta, office.tom)
    ballot = Ballot.objects.get(approval__subject=ticket.pk)
    with pytest.raises(OwnRequest):
        approvals.decide(ballot, approved=True, by=Person.objects.get(pk=office.marta.pk), at=monday(10))
    deadlines.replace_leavers(monday(10))
    assert asked(ticket) == ["Helga"]


def test_the_other_way_round_too(office: Office):
    ticket = office.asks(purchase(approve("=requester.manager", fallback="money")))
    join(office, office.tom, office.marta)
    deadlines.replace_leavers(monday(10))
    assert asked(ticket) in (["Helga"], ["Eva"])
    office.says(Person.objects.get(name__startswith=asked(ticket)[0]), ticket, True, at=monday(10))
    assert now(ticket).status == "closed"


def test_two_approvers_who_are_one_are_asked_once(office: Office):
    everybody = f"=[[requester.manager], [{office.bora.pk}, {office.cem.pk}]]"
    ticket = office.asks(purchase(approve(everybody)))
    join(office, office.bora, office.cem)
    office.says(office.marta, ticket, True)
    assert asked(ticket) == ["Bora"]
    office.says(office.bora, ticket, True)
    assert now(ticket).status == "closed"


def test_an_undone_join_puts_the_plan_back(office: Office):
    vetoes = f"=[{office.bora.pk}]"
    ticket = office.asks(purchase(approve(TWO_STEPS.format(bora=office.bora.pk), veto=vetoes)))
    before = approval_of(ticket).plan
    made = join(office, office.cem, office.bora)
    assert approval_of(ticket).plan["steps"][1] == approval_of(ticket).plan["vetoes"] == [office.cem.pk]
    joining.undo_join(made, by=office.ada, at=monday(9, 40))
    assert approval_of(ticket).plan == before
    made = join(office, office.cem, office.tom)
    assert approval_of(ticket).plan["barred"] == office.cem.pk
    joining.undo_join(made, by=office.ada, at=monday(9, 50))
    assert approval_of(ticket).plan == before


def test_a_drawing_that_names_who_was_joined_means_who_they_are_now(office: Office):
    double = a_person("Martha Manager", organisation=office.firm)
    join(office, office.marta, double)
    assert asked(office.asks(purchase(approve(f"={double.pk}")))) == ["Marta"]


def test_who_takes_over_from_one_whose_turn_has_not_come_is_asked_in_their_turn(office: Office):
    row = f"=[{office.cem.pk}, {office.bora.pk}, {office.deniz.pk}]"
    Person.objects.filter(pk=office.bora.pk).update(manager=office.helga)
    ticket = office.asks(purchase(approve(row, order="one by one")))
    leaves(office.bora)
    assert asked(ticket) == ["Cem"]
    office.says(office.cem, ticket, True)
    assert asked(ticket) == ["Helga"]
    office.says(office.helga, ticket, True)
    assert asked(ticket) == ["Deniz"]


def test_who_has_decided_for_another_is_not_asked_once_more(office: Office):
    both = f"=[{office.bora.pk}, {office.cem.pk}]"
    away(office, office.bora, office.eva)
    ticket = office.asks(purchase(approve(both)))
    office.says(office.eva, ticket, True)
    with pytest.raises(NotAColleague):
        approvals.pass_on(office.ballot(office.cem, ticket), to=office.eva, by=office.cem, at=monday(10))
    Person.objects.filter(pk=office.cem.pk).update(manager=office.eva)
    leaves(office.cem)
    assert stuck(ticket) == ["nobody_to_approve"]


def test_who_has_a_say_of_their_own_does_not_use_it_up_for_an_absent_colleague(office: Office):
    ticket = office.asks(purchase(approve(f"=[{office.bora.pk}, {office.cem.pk}]")))
    away(office, office.bora, office.cem)
    ballot = Ballot.objects.get(approval__subject=ticket.pk, approver=office.bora)
    with pytest.raises(Refused):
        approvals.decide(ballot, approved=True, by=office.cem, at=monday(10))
    office.says(office.cem, ticket, True)
