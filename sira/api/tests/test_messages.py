"""Other programs speak to processes: by key or ticket, with rights, once."""

import pytest

from sira.processes.models import Instance, Task
from sira.processes.tests.drawing import catch, drawing, end, event, message, signal, start, user
from sira.tickets.models import Ticket
from sira.tickets.tests.office import Office

NUMBER = "=ticket.fields.order"


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def waits(office: Office, order: str = "PO-7", **more: object) -> Ticket:
    source = drawing(
        start(), catch("it", event("message", "delivered")), user("after"), end(),
        key="purchase", declare=message("delivered", NUMBER), ways="start > it > after > end",
    )  # fmt: skip
    return office.asks(source, fields={"order": order}, **more)


def open_tasks() -> list[int]:
    return list(Task.objects.filter(element="after", state="open").values_list("subject", flat=True))


def test_a_message_reaches_who_waits_with_its_key_and_brings_what_it_carries(office, caller):
    one, _other = waits(office), waits(office, "PO-8")
    said = caller(office.ada)("POST", "messages", {"name": "delivered", "key": "PO-7", "payload": {"boxes": 2}})
    assert said.status_code == 200 and said.json() == {"heard": 1} and open_tasks() == [one.pk]
    assert Instance.objects.get(subject=one.pk).state["variables"]["boxes"] == 2
    assert caller(office.ada)("POST", "messages", {"name": "delivered", "key": "PO-7"}).json() == {"heard": 0}


def test_who_works_on_the_ticket_says_it_for_that_ticket_alone(office, caller):
    ticket = waits(office, group=office.it)
    given = {"name": "delivered", "ticket": ticket.number}
    assert caller(office.zeynep)("POST", "messages", given).status_code == 404
    assert caller(office.tom)("POST", "messages", given).status_code == 403
    assert caller(office.jonas)("POST", "messages", {"name": "delivered", "key": "PO-7"}).status_code == 403
    assert caller(office.jonas)("POST", "messages", given).json() == {"heard": 1}


def test_the_desks_own_messages_are_not_said_from_outside(office, caller):
    ticket = waits(office)
    for name in ("ticket confirmed", "ticket withdrawn", "requester answered", "child ended", "ticket reopened"):
        refused = caller(office.ada)("POST", "messages", {"name": name, "ticket": ticket.number})
        assert refused.status_code == 422 and refused.json()["type"].endswith("own_message")
    assert caller(office.ada)("POST", "messages", {"name": "delivered"}).status_code == 422


def test_the_same_call_again_is_heard_once(office, caller):
    source = drawing(
        start(event=event("message", "order")), user("after"), end(),
        key="purchase", declare=message("order", "=number"), ways="start > after > end",
    )  # fmt: skip
    office.draws(source)
    given = {"name": "order", "key": "N-1", "payload": {"number": "N-1"}}
    both = [caller(office.ada)("POST", "messages", given, **{"Idempotency-Key": "a"}) for _twice in range(2)]
    assert len({answer.content for answer in both}) >= 1 and Instance.objects.count() == 1
    call = caller(office.ada)
    again = [call("POST", "messages", given | {"key": "N-2"}, **{"Idempotency-Key": "b"}).json() for _twice in range(2)]
    assert again == [{"heard": 1}] * 2 and Instance.objects.count() == 2


def test_a_signal_reaches_all_and_is_an_administrators_word(office, caller):
    source = drawing(
        start(), catch("it", event("signal", "alarm")), user("after"), end(),
        key="purchase", declare=signal("alarm"), ways="start > it > after > end",
    )  # fmt: skip
    both = {office.asks(source).pk, office.asks(source).pk}
    assert caller(office.ayse)("POST", "signals", {"name": "alarm"}).status_code == 403
    assert caller(office.ada)("POST", "signals", {"name": "alarm", "payload": {"level": 3}}).json() == {"heard": 2}
    assert set(open_tasks()) == both


def test_what_is_too_much_or_unknown_is_refused(office, caller):
    call = caller(office.ada)
    assert call("POST", "messages", {"name": "x", "key": "k", "payload": {"a": "b" * 70_000}}).status_code == 422
    assert call("POST", "messages", {"name": "x", "keys": "k"}).status_code == 422
    assert call("POST", "messages", {"name": "x", "key": "k", "ticket": "INC-999999"}).status_code == 404
