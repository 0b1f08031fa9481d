"""Fields of the head change where they stand, and tickets about the same thing stand beside."""

import pytest

from sira.tickets import editing
from sira.tickets.models import Category, Ticket
from sira.tickets.tests.cast import monday
from sira.workspace import similar

HTMX = {"HX-Request": "true", "HX-Target": "dd#field", "HX-Request-Type": "partial"}


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.ticket(subject="VPN drops on the cable")


def way(ticket, name):
    return f"{ticket.get_absolute_url()}in-place/{name}/"


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize("name", ["priority", "category", "service", "impact", "urgency", "tags"])
def test_a_field_becomes_its_choice_alone_with_what_stands_there(jonas, ticket, name):
    answer = jonas.get(way(ticket, name), headers=HTMX)
    shown = answer.content.decode()
    assert answer["HX-Retarget"] == f"#field-{name}" and shown.count("<label") == 1
    assert f'name="seen.{name}"' in shown and "<html" not in shown


def test_what_is_chosen_is_kept_and_the_ticket_comes_anew(jonas, ticket):
    answer = jonas.post(way(ticket, "priority"), {"priority": "1", "seen.priority": ticket.priority}, headers=HTMX)
    assert fresh(ticket).priority == 1 and 'id="ticket"' in answer.content.decode()
    jonas.post(way(ticket, "tags"), {"tags": "vpn, cable", "seen.tags": ""}, headers=HTMX)
    assert fresh(ticket).tags == ["vpn", "cable"]
    other = Category.objects.exclude(pk=ticket.category_id).first()
    jonas.post(way(ticket, "category"), {"category": other.pk, "seen.category": ticket.category_id}, headers=HTMX)
    assert fresh(ticket).category == other


def test_two_who_change_it_at_once_are_told(jonas, desk, ticket):
    editing.set_fields(ticket, {"priority": 1}, seen={}, by=desk.ayse, at=monday(9, 5))
    answer = jonas.post(way(ticket, "priority"), {"priority": "2", "seen.priority": ticket.priority}, headers=HTMX)
    assert answer.status_code == 409 and "Ayşe Demir changed this while you wrote" in answer.content.decode()
    assert fresh(ticket).priority == 1


def test_other_fields_and_other_groups_are_not_there(jonas, desk, sign_in, ticket):
    assert jonas.get(way(ticket, "requester")).status_code == 404
    assert sign_in(desk.zeynep).post(way(ticket, "priority"), {"priority": "1"}).status_code == 404


def test_tickets_that_share_two_words_stand_beside_those_that_share_more_first(jonas, desk, ticket, sign_in):
    close = desk.ticket(subject="Cable of the VPN drops")
    far = desk.ticket(subject="VPN drops at home")
    other = desk.ticket(subject="Printer is out")
    shown = jonas.get(f"{ticket.get_absolute_url()}similar/").content.decode()
    assert shown.index(close.number) < shown.index(far.number)
    assert other.number not in shown and ticket.number not in shown
    assert sign_in(desk.zeynep).get(f"{ticket.get_absolute_url()}similar/").status_code == 404


def test_rare_words_find_tickets_of_long_ago_and_common_ones_do_not(jonas, desk, ticket, monkeypatch):
    monkeypatch.setattr(similar, "NEWEST", 1)
    old = desk.ticket(subject="VPN drops at home")
    desk.ticket(subject="Printer is out")
    way = f"{ticket.get_absolute_url()}similar/"
    assert old.number in jonas.get(way).content.decode()
    monkeypatch.setattr(similar, "RARE", 1)
    assert old.number not in jonas.get(way).content.decode()


def test_nothing_alike_is_said(jonas, desk):
    lone = desk.ticket(subject="Wolpertinger in elevator seven")
    assert "No ticket shares two words" in jonas.get(f"{lone.get_absolute_url()}similar/").content.decode()
