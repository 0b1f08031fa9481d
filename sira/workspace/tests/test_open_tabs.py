"""Tickets somebody has open stay as tabs, tell what is new in them, and are put away one by one."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from sira.tickets import conversation
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.workspace import open_tabs
from sira.workspace.models import OpenTab

HTMX = {"HX-Request": "true", "HX-Target": "nav#tabs", "HX-Request-Type": "partial"}


def opened(client, ticket) -> str:
    return client.post(f"{ticket.get_absolute_url()}opened/", headers=HTMX).content.decode()


def strip(client, here="") -> str:
    return client.get(f"/desk/tabs/?open={here}").content.decode()


def test_a_ticket_that_was_opened_has_a_tab_in_any_browser_of_that_person_alone(desk, jonas, sign_in):
    one, two = desk.ticket(), desk.ticket()
    opened(jonas, one)
    assert 'aria-current="page"' in opened(jonas, two)
    again = strip(sign_in(desk.jonas), two.number)
    assert again.index(one.number) < again.index(two.number)
    assert one.number not in strip(sign_in(desk.ayse))


def test_a_tab_tells_how_much_the_requester_has_said_since(desk, jonas):
    ticket = desk.ticket(at=now())
    opened(jonas, ticket)
    later = now() + timedelta(minutes=1)
    conversation.hear(ticket, Said(text="Still broken."), by=desk.tom, channel="mail", at=later)
    conversation.note(ticket, Said(text="Not for the tab."), by=desk.ayse, at=later)
    assert "1 new" in strip(jonas)
    OpenTab.objects.update(seen_at=later)
    assert "new" not in strip(jonas)


def test_a_tab_put_away_leads_on_to_its_neighbour(desk, jonas):
    one, two = desk.ticket(), desk.ticket()
    for ticket in (one, two):
        opened(jonas, ticket)
    assert (
        one.number in jonas.post(f"/desk/tabs/{two.number}/close/", {"open": one.number}, headers=HTMX).content.decode()
    )
    opened(jonas, two)
    answer = jonas.post(f"/desk/tabs/{two.number}/close/", {"open": two.number}, headers=HTMX)
    assert answer["HX-Redirect"] == one.get_absolute_url()
    assert jonas.post(f"/desk/tabs/{one.number}/close/", {"open": one.number}).url == "/desk/"


def test_a_ticket_that_went_to_others_has_no_tab(desk, jonas):
    ticket = desk.ticket()
    opened(jonas, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(agent=None, group=desk.hr)
    assert ticket.number not in strip(jonas)
    assert jonas.post(f"{ticket.get_absolute_url()}opened/").status_code == 404


def test_the_tab_seen_longest_ago_gives_way(desk, jonas, monkeypatch):
    monkeypatch.setattr(open_tabs, "MOST", 2)
    tickets = [desk.ticket() for _more in range(3)]
    shown = [opened(jonas, ticket) for ticket in tickets][-1]
    assert tickets[0].number not in shown and tickets[1].number in shown and OpenTab.objects.count() == 2


@pytest.mark.parametrize("who", ["jonas", "ada"])
def test_the_strip_costs_one_question_however_many_tabs_there_are(desk, sign_in, django_assert_num_queries, who):
    client = sign_in(getattr(desk, who))
    for _more in range(4):
        opened(client, desk.ticket())
    with django_assert_num_queries(3):  # session, person, tabs
        strip(client)
