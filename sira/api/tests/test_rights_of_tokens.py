"""A token carries the rights that were named when it was made, and of those what its person has now."""

from django.test import Client

from sira.api import tokens
from sira.api.models import Token
from sira.people import persons, rights
from sira.people.models import Membership, Person
from sira.people.rights import Right
from sira.tickets.tests.cast import MONDAY, holding


def calls(token: str, path: str):
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_does_not_grow_with_its_person(desk, caller):
    jonas, tom = caller(desk.jonas), caller(desk.tom)
    ticket, foreign = desk.ticket(requester=desk.hannah), desk.ticket(requester=desk.hannah, category="payroll")
    persons.change_role(desk.jonas, role="administrator", by=desk.ada)
    persons.change_role(desk.tom, role="agent", by=desk.ada)
    Membership.objects.create(person=desk.tom, group=ticket.group)
    assert jonas("GET", f"tickets/{ticket.number}").status_code == 200
    for path in ("tokens", "contracts", "audit", f"tickets/{foreign.number}"):
        assert jonas("GET", path).status_code in (403, 404)
        assert caller(Person.objects.get(pk=desk.jonas.pk))("GET", path).status_code == 200, "a new one may"
    assert tom("GET", f"tickets/{ticket.number}").status_code == 404
    assert tom("GET", "groups").status_code == 403
    assert caller(Person.objects.get(pk=desk.tom.pk))("GET", f"tickets/{ticket.number}").status_code == 200


def test_what_a_made_role_adds_later_is_not_carried_either(desk, caller):
    tom, ticket = caller(desk.tom), desk.ticket(requester=desk.hannah, category="payroll")
    held = holding(desk.tom, "see_all", by=desk.ada, group=ticket.group)
    assert rights.has_somewhere(held, Right.SEE_ALL)
    assert tom("GET", f"tickets/{ticket.number}").status_code == 404
    assert caller(held)("GET", f"tickets/{ticket.number}").status_code == 200


def test_a_token_loses_what_its_person_loses(desk, caller):
    ada = caller(desk.ada)
    second = persons.change_role(desk.ayse, role="administrator", by=desk.ada)
    persons.change_role(desk.ada, role="agent", by=second)
    assert ada("GET", "tokens").status_code == 403 and ada("GET", "groups").status_code == 200


def test_an_administrator_names_what_a_token_carries(desk, caller):
    ada = caller(desk.ada)
    given = {"name": "mail set-up", "person": desk.ada.pk, "rights": ["mail", "lead"]}
    made = ada("POST", "tokens", given).json()
    assert made["rights"] == ["mail"], "not what its person lacks"
    assert calls(made["token"], "mailboxes") == 200
    for path in ("tokens", "groups", "contracts"):
        assert calls(made["token"], path) == 403
    assert ada("POST", "tokens", given | {"rights": ["everything"]}).status_code == 422


def test_no_token_makes_one_that_carries_more_than_itself(desk):
    """Else who may administer alone would come by the rest through a token for themselves."""
    row, text = tokens.make("narrow", person=desk.ada, at=MONDAY, carries=["administer"])
    client, given = Client(), {"name": "wide", "person": desk.ada.pk}
    answer = client.post(
        "/api/v1/tokens", given, content_type="application/json", headers={"Authorization": f"Bearer {text}"}
    )
    assert answer.status_code == 403
    assert list(Token.objects.filter(person=desk.ada)) == [row]
