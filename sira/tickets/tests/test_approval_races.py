"""Two people press at the same moment, or one of them twice."""

import threading

import pytest
from django.db import connection

from sira.plumbing.refusals import Refused
from sira.processes.models import Advance
from sira.processes.tasks.models import Approval, Ballot
from sira.tickets import approvals
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, approve, now, purchase


@pytest.fixture
def office(committing: None) -> Office:
    return Office()


def at_once(*acts) -> list[str]:
    """Each in a thread and a transaction of its own. Answers the refusals' codes, empty for what went well."""
    said: list[str] = []
    ready = threading.Barrier(len(acts))

    def run(act) -> None:
        try:
            ready.wait(20)
            act()
            said.append("")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


def vote(ballot: Ballot, approved: bool):
    return lambda: approvals.decide(ballot, approved=approved, by=ballot.approver, at=monday(10))


def test_three_words_at_once_end_it_once(office: Office):
    ticket = office.asks(purchase(approve(groups="board", rule="2 of 3")))
    said = at_once(*(vote(ballot, True) for ballot in Ballot.objects.select_related("approver", "approval")))
    assert said == ["", "", "already_decided"]
    assert now(ticket).status == "closed" and Approval.objects.get().state == "approved"
    steps = [step for row in Advance.objects.filter(instance__subject=ticket.pk) for step in row.steps]
    assert steps.count("order") == 1


def test_a_link_that_is_pressed_twice_counts_once(office: Office):
    ticket = office.asks(purchase(approve("=requester.manager")))
    ballot = Ballot.objects.select_related("approver", "approval").get()
    said = at_once(vote(ballot, True), vote(ballot, False))
    assert said == ["", "already_decided"]
    assert Ticket.objects.get(pk=ticket.pk).status == "closed"
