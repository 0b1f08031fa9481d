"""Approvals and tasks by program: the same rights and the same refusals as on the pages."""

import pytest

from sira.processes.tasks.models import Ballot
from sira.tickets.tests.office import Office, approve, now, purchase, task, task_of
from sira.tickets.tests.test_desk_blocks import one


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def test_what_waits_is_listed_and_decided(office, caller):
    ticket = office.asks(purchase(approve("=requester.manager")))
    call = caller(office.marta)
    (item,) = call("GET", "approvals?state=open").json()["items"]
    assert (item["ticket"], item["name"], item["approver"]["name"]) == (ticket.number, "Approve", "Marta Manager")
    answer = call("PUT", f"approvals/{item['id']}/decision", {"decision": "approve", "comment": "Fine."})
    assert answer.status_code == 200 and answer.json()["approval"] == "approved"
    assert now(ticket).status == "closed" and Ballot.objects.get().way == "api"
    again = call("PUT", f"approvals/{item['id']}/decision", {"decision": "reject"})
    assert again.status_code == 409 and again.json()["type"] == "urn:sira:problem:already_decided"


def test_what_is_put_to_others_is_not_there(office, caller):
    office.asks(purchase(approve("=requester.manager")))
    key = Ballot.objects.get().pk
    for who in (office.tom, office.eva, office.ada):
        assert caller(who)("GET", f"approvals/{key}").status_code == 404
        assert caller(who)("PUT", f"approvals/{key}/decision", {"decision": "approve"}).status_code == 404


def test_it_is_passed_on_to_a_colleague_alone(office, caller):
    office.asks(purchase(approve("=requester.manager")))
    call, key = caller(office.marta), Ballot.objects.get().pk
    assert call("PUT", f"approvals/{key}/delegation", {"mail": "nobody@else.example"}).status_code == 422
    assert call("PUT", f"approvals/{key}/delegation", {"mail": "eva@desk.example"}).json()["state"] == "passed_on"
    assert caller(office.eva)("GET", "approvals?state=open").json()["items"]


def test_a_task_is_claimed_and_done_with_what_it_needs(office, caller):
    ticket = office.asks(one(task("it", "work", groups="hr", evidence="text", checklist="One; Two")))
    key, call = task_of(ticket, "task").pk, caller(office.zeynep)
    assert call("GET", "tasks?state=open&group=hr").json()["items"][0]["needs"] == ["text", "checklist"]
    assert call("PUT", f"tasks/{key}/claim").json()["assignee"]["name"] == "Zeynep Kaya"
    refused = call("PUT", f"tasks/{key}/completion", {"evidence": "Sent."})
    assert refused.status_code == 422 and refused.json()["needs"] == ["checklist"]
    assert call("PUT", f"tasks/{key}/completion", {"evidence": "Sent.", "checked": [0, 1]}).json()["state"] == "done"
    assert now(ticket).status == "closed"


def test_tasks_of_other_groups_are_not_there(office, caller):
    office.asks(one(task("it", "work", groups="hr")), group=office.hr)
    assert caller(office.tom)("GET", "tasks").json()["items"] == []


def test_an_approval_is_no_task_to_be_ticked_off(office, caller):
    ticket = office.asks(purchase(approve("=requester.manager")))
    key = task_of(ticket, "approve").pk
    assert caller(office.ada)("PUT", f"tasks/{key}/completion", {}).status_code == 404
