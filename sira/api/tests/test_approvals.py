"""Approvals and tasks by program: the same rights and the same refusals as on the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sira.api.models import Token
from sira.forms import publishing
from sira.processes.models import Task
from sira.processes.tasks.models import Ballot, TaskFile
from sira.tickets.tests.cast import monday
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


def test_a_token_that_does_not_carry_the_work_has_no_tasks_of_groups(office, caller):
    ticket = office.asks(one(task("it", "work", groups="hr")))
    key, call = task_of(ticket, "task").pk, caller(office.zeynep)
    Token.objects.update(rights=[])
    assert call("GET", "tasks").json()["items"] == []
    assert call("PUT", f"tasks/{key}/claim").status_code == 404


def test_an_approval_is_no_task_to_be_ticked_off(office, caller):
    ticket = office.asks(purchase(approve("=requester.manager")))
    key = task_of(ticket, "approve").pk
    assert caller(office.ada)("PUT", f"tasks/{key}/completion", {}).status_code == 404


FORM = [
    {"type": "number", "id": "desks", "key": "desks", "label": "Desks?", "validate": {"required": True, "max": 9}},
    {"type": "select", "id": "floor", "key": "floor", "label": "Floor?", "values": [{"value": "one", "label": "1st"}]},
    {"type": "datetime", "id": "day", "key": "day", "label": "Day?"},
    {"type": "checkbox", "id": "lift", "key": "lift", "label": "Lift?"},
    {
        "type": "checklist",
        "id": "parts",
        "key": "parts",
        "label": "Parts?",
        "values": [{"value": "lamp", "label": "L"}],
    },
    {"type": "textfield", "id": "why", "key": "why", "label": "Why?", "conditional": {"hide": "=desks < 5"}},
    {"type": "filepicker", "id": "plan", "key": "plan", "label": "Plan?", "validate": {"required": True}},
]


def a_task_with_a_form(office: Office) -> int:
    publishing.publish("move", {"components": FORM}, by=office.ada, at=monday(8))
    ticket = office.asks(one(task("it", "work", groups="hr", form="move", results="ok=All there; gone=Is gone")))
    return int(task_of(ticket, "task").pk)


RIGHT = {"desks": 7, "floor": "one", "day": "2026-11-24", "lift": True, "parts": ["lamp"], "why": "More people."}


def an_upload(call) -> str:
    file = SimpleUploadedFile("plan.txt", b"lines")
    token = {"Authorization": f"Bearer {call.token}"}
    return str(call.client.post("/api/v1/attachments", {"file": file}, headers=token).json()["upload"])


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"desks": 12}, "desks"),
        ({"desks": None}, "desks"),
        ({"desks": "; DROP"}, "desks"),
        ({"desks": True}, "desks"),
        ({"floor": "cellar"}, "floor"),
        ({"floor": ["one"]}, "floor"),
        ({"day": "soon"}, "day"),
        ({"day": 5}, "day"),
        ({"lift": "yes"}, "lift"),
        ({"parts": "lamp"}, "parts"),
        ({"parts": ["axe"]}, "parts"),
        ({"why": {"a": 1}}, "why"),
    ],
)
def test_answers_by_program_are_held_to_what_the_page_is_held_to(office, caller, wrong, key):
    way, call = f"tasks/{a_task_with_a_form(office)}/completion", caller(office.zeynep)
    given = {"result": "ok", "answers": RIGHT | wrong, "form_attachments": {"plan": [an_upload(call)]}}
    refused = call("PUT", way, given)
    assert refused.status_code == 422 and list(refused.json()["errors"]) == [key]
    assert Task.objects.get(kind="task").state == "open" and not TaskFile.objects.exists()


def test_a_file_that_the_form_asks_for_and_a_result_that_was_drawn_are_needed_by_program_too(office, caller):
    key, call = a_task_with_a_form(office), caller(office.zeynep)
    way, files = f"tasks/{key}/completion", {"plan": [an_upload(call)]}
    assert list(call("PUT", way, {"result": "ok", "answers": RIGHT}).json()["errors"]) == ["plan"]
    strange = call("PUT", way, {"result": "eaten", "answers": RIGHT, "form_attachments": files})
    assert strange.status_code == 422 and strange.json()["results"] == ["ok", "gone"]
    unknown = call("PUT", way, {"result": "ok", "answers": RIGHT | {"admin": True}, "form_attachments": files})
    assert unknown.json()["type"].endswith("unknown_field")
    hidden = {"desks": 2, "why": "Does not show for so few."}
    assert call("PUT", way, {"result": "ok", "answers": hidden, "form_attachments": files}).status_code == 200
    assert Task.objects.get(pk=key).outcome == {"desks": 2, "result": "ok"}
    assert TaskFile.objects.get().name == "plan.txt"
    (told,) = call("GET", f"tasks/{key}").json()["files"]
    way = f"tasks/{key}/files/{told['id']}"
    assert (told["name"], b"".join(call("GET", way).streaming_content)) == ("plan.txt", b"lines")
    other = task_of(office.asks(one(task("it", "work", groups="hr"))), "task").pk
    assert call("GET", f"tasks/{other}/files/{told['id']}").status_code == 404
    assert caller(office.tom)("GET", way).status_code == 404
