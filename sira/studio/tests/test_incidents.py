"""The page of stuck processes: found, understood, and helped on."""

import pytest
from django.urls import reverse

from sira.processes.models import Incident, Instance, Task
from sira.tickets.tests.office import Office
from sira.tickets.tests.test_operating import STUCK


@pytest.fixture
def office(db) -> Office:
    return Office()


def test_what_is_stuck_is_listed_in_plain_words_with_its_ticket(office, client):
    ticket = office.asks(STUCK, group=office.it)
    client.force_login(office.ada)
    page = client.get("/studio/incidents/").content.decode()
    assert ticket.number in page and "The step sets a value that is not known here." in page
    one = client.get(reverse("studio:incident", args=[Incident.objects.get().pk]))
    words = one.content.decode()
    assert one.status_code == 200 and "nowhere" in words and "Call it off" in words and '"stuck": ["set"]' in words


def test_the_drawing_of_the_ticket_leads_to_it_who_may_help(office, client):
    ticket = office.asks(STUCK, group=office.it)
    for person, leads_there in ((office.ayse, True), (office.jonas, False)):
        client.force_login(person)
        page = client.get(reverse("drawings:of_ticket", args=[ticket.number])).content.decode()
        assert (f"/studio/incidents/{Incident.objects.get().pk}/" in page) is leads_there


def test_a_lead_sees_those_of_the_groups_they_lead_and_may_try_again_only(office, client):
    office.asks(STUCK, group=office.it)
    key = Incident.objects.get().pk
    client.force_login(office.ayse)
    assert "Try again" in (words := client.get(f"/studio/incidents/{key}/").content.decode())
    assert "Call it off" not in words and "/studio/people/" not in client.get("/studio/incidents/").content.decode()
    assert client.post(f"/studio/incidents/{key}/skip/").status_code == 403
    assert client.post(f"/studio/incidents/{key}/retry/").status_code == 302
    office.asks(STUCK, group=office.hr)
    assert client.get(f"/studio/incidents/{Incident.objects.latest('id').pk}/").status_code == 404


@pytest.mark.parametrize("name", ["jonas", "tom"])
def test_others_do_not_enter(office, client, name):
    client.force_login(getattr(office, name))
    assert client.get("/studio/incidents/").status_code == 403


def test_an_administrator_helps_it_on_and_a_refusal_keeps_what_was_typed(office, client):
    client.force_login(office.ada)
    for act, given in (("skip", {}), ("move", {"element": "work"})):
        ticket = office.asks(STUCK, group=office.it)
        key = Incident.objects.get(instance__subject=ticket.pk).pk
        assert client.post(f"/studio/incidents/{key}/{act}/", given).headers["Location"] == "/studio/incidents/"
        assert Task.objects.get(subject=ticket.pk).element == "work"
    ticket = office.asks(STUCK, group=office.it)
    key = Incident.objects.get(instance__subject=ticket.pk).pk
    assert client.post(f"/studio/incidents/{key}/move/", {"element": "end; drop"}).status_code == 409
    assert client.post(f"/studio/incidents/{key}/cancel/", {"reason": "  "}).status_code == 422
    client.post(f"/studio/incidents/{key}/cancel/", {"reason": "Drawn wrong"})
    assert Instance.objects.get(subject=ticket.pk).status == "cancelled"
    assert client.post(f"/studio/incidents/{key}/retry/").status_code == 404


def test_the_list_is_paged_by_key_and_asks_no_more_with_more_rows(office, client, django_assert_max_num_queries):
    kind = office.draws(STUCK)
    for _each in range(33):
        office.ticket(type=kind, group=office.it)
    client.force_login(office.ada)
    client.get("/studio/incidents/")
    with django_assert_max_num_queries(8):
        page = client.get("/studio/incidents/").content.decode()
    assert page.count("/studio/incidents/") - page.count("after=") >= 30
    after = page.partition("?after=")[2].partition('"')[0]
    assert client.get(f"/studio/incidents/?after={after}").content.decode().count(" is not known here.") == 3
