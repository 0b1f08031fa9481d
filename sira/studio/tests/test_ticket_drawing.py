from django.urls import reverse

from sira.processes.models import Instance, WebCall
from sira.processes.tests.drawing import drawing, end, start
from sira.shell.assets import asset
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, approve


def page_of(client, ticket):
    return client.get(reverse("drawings:of_ticket", args=[ticket.number]))


def test_the_drawing_tells_where_a_ticket_stands_since_when_and_what_it_waits_for(desk, client):
    ticket = desk.ticket(at=monday(9))
    client.force_login(desk.jonas)
    page = page_of(client, ticket)
    words = page.content.decode()
    assert page.status_code == 200
    assert "Work" in words and "waits for somebody to do it" in words and "23 Nov 2026" in words
    assert "Decide priority" in words and '"current": ["work"]' in words
    assert asset("few.css").url in words, "it is drawn in the studio's style"
    assert "style-src 'self' 'unsafe-inline'" in page.headers["Content-Security-Policy"]


def test_the_drawing_of_another_groups_ticket_is_hidden(desk, client):
    ticket = desk.ticket(at=monday(9))
    assert ticket.group == desk.it
    client.force_login(desk.zeynep)
    assert page_of(client, ticket).status_code == 404


def test_requesters_are_shown_their_own_page_instead(desk, client):
    ticket = desk.ticket(at=monday(9))
    assert page_of(client, ticket).status_code == 302
    client.force_login(desk.tom)
    assert page_of(client, ticket).headers["Location"] == reverse("portal:ticket", args=[ticket.number])


def test_the_drawing_asks_the_database_few_times(desk, client, django_assert_max_num_queries):
    ticket = desk.ticket(at=monday(9))
    client.force_login(desk.jonas)
    page_of(client, ticket)
    with django_assert_max_num_queries(11):  # one of them for calls to other systems
        page_of(client, ticket)


def test_calls_to_other_systems_are_told_without_what_was_sent(desk, client):
    ticket = desk.ticket(at=monday(9))
    instance = Instance.objects.get(subject=ticket.pk)
    for status, trouble in ((201, ""), (None, "erp.example: it took too long")):
        WebCall.objects.create(
            instance=instance, element="it", at=monday(10), method="POST", host="erp.example", status=status,
            milliseconds=1250, trouble=trouble,
        )  # fmt: skip
    client.force_login(desk.jonas)
    words = page_of(client, ticket).content.decode()
    assert "POST erp.example" in words and "answered with 201" in words and "1,250 ms" in words
    assert "erp.example: it took too long" in words


def test_who_is_asked_to_approve_is_named(db, client):
    """The task is nobody's: each is asked by a ballot."""
    office = Office()
    block = approve(groups="it")
    ticket = office.asks(drawing(start(), block, end(), ways="start > approve > end", key="purchase"))
    client.force_login(office.ada)
    words = page_of(client, ticket).content.decode()
    assert "waits for somebody to decide" in words and str(office.jonas) in words and str(office.ayse) in words
