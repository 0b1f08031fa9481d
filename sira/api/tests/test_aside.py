"""Answers for later, splits and third parties, by program."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from sira.api import pace
from sira.tickets import conversation, later
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.models_aside import LaterAnswer


@pytest.fixture(autouse=True)
def fresh_pace():
    pace._counted.clear()


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.ticket(at=now(), group=desk.it)


def in_hours(hours: int) -> str:
    return (now() + timedelta(hours=hours)).isoformat()


def test_an_answer_is_kept_changed_listed_and_called_off(desk, caller, ticket):
    call, way = caller(desk.jonas), f"tickets/{ticket.number}/later"
    made = call("POST", way, {"text": "Try it.", "goes_at": in_hours(2), "follows": "waiting"})
    assert made.status_code == 201
    own = f"{way}/{made.json()['id']}"
    change = {"text": "Try it now.", "goes_at": in_hours(3)}
    assert call("PATCH", own, change).status_code == 428
    changed = call("PATCH", own, change, **{"If-Match": made.json()["etag"]})
    assert changed.json()["text"] == "Try it now." and changed["ETag"] == changed.json()["etag"]
    assert call("PATCH", own, change, **{"If-Match": made.json()["etag"]}).status_code == 412
    assert [row["follows"] for row in call("GET", way).json()["items"]] == ["waiting"]
    assert call("POST", way, {"text": "x", "goes_at": in_hours(-1)}).status_code == 422
    assert call("DELETE", own).status_code == 204 and not LaterAnswer.objects.exists()
    assert later.send_due(now() + timedelta(hours=4)) == 0


def test_messages_are_split_off(desk, caller, ticket):
    asked = conversation.hear(ticket, Said(text="And my badge."), by=desk.tom, channel="mail", at=now())
    call, way = caller(desk.jonas), f"tickets/{ticket.number}/split"
    made = call("POST", way, {"messages": [asked.pk], "subject": "Badge"})
    assert made.status_code == 201 and made.json()["subject"] == "Badge"
    assert call("POST", way, {"messages": [asked.pk]}).status_code == 422


def test_a_third_party_is_asked_and_asked_again(desk, caller, ticket):
    call, way = caller(desk.jonas), f"tickets/{ticket.number}/side-conversations"
    made = call("POST", way, {"to": "noc@carrier.example", "name": "Carrier", "text": "Is it down?"})
    assert made.status_code == 201 and made.json()["to"] == "noc@carrier.example"
    assert call("POST", f"{way}/{made.json()['id']}/messages", {"text": "Since when?"}).json()["internal"] is True
    assert len(call("GET", way).json()["items"]) == 1
    assert call("POST", way, {"to": desk.tom.email, "text": "?"}).status_code == 409


def test_the_requester_sees_and_does_none_of_it(desk, caller, ticket):
    call, way = caller(desk.tom), f"tickets/{ticket.number}"
    for method, path, body in (
        ("GET", "later", None),
        ("POST", "later", {"text": "x", "goes_at": in_hours(1)}),
        ("POST", "split", {"messages": [ticket.messages.get().pk]}),
        ("GET", "side-conversations", None),
        ("POST", "side-conversations", {"to": "noc@carrier.example", "text": "?"}),
    ):
        assert call(method, f"{way}/{path}", body).status_code == 403, path
    assert not LaterAnswer.objects.exists()
