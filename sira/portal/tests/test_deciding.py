"""Approvals and forms in the portal: the list, the decision, the link in the mail."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from sira.forms import publishing
from sira.notifications.models import OutgoingMail
from sira.processes.tasks.models import Ballot
from sira.tickets import links
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, approve, now, purchase, task, variables
from sira.tickets.tests.test_desk_blocks import one


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    for module in ("sira.portal.views.deciding", "sira.portal.views.filling", "sira.portal.views.following"):
        monkeypatch.setattr(f"{module}.now", lambda: monday(10))
    return Office()


@pytest.fixture
def ticket(office: Office):
    return office.asks(purchase(approve("=requester.manager", text="May Tom have a laptop?")))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def way_of(person) -> str:
    """The path of the link in the newest mail that asked this person."""
    link = OutgoingMail.objects.filter(kind="approve", to=person.email).latest("id").placeholders["link"]
    return "/decide/" + link.rpartition("/decide/")[2]


def opened_by(person, client=None) -> tuple[Client, str]:
    """A browser that has opened that link, and where it came to."""
    client = client or Client()
    return client, client.get(way_of(person)).url


def test_the_list_holds_what_waits_and_the_navigation_counts_it(office: Office, ticket):
    page = signed_in(office.marta).get("/portal/approvals/").content.decode()
    assert ticket.number in page and 'class="count">1<' in page
    assert ticket.number not in signed_in(office.eva).get("/portal/approvals/").content.decode()


def test_a_list_of_many_is_paged_by_key_and_asks_the_same_number_of_questions(office, django_assert_num_queries):
    office.draws(purchase(approve("=requester.manager")))
    for _each in range(30):
        office.asks(purchase(approve("=requester.manager")))
    client = signed_in(office.marta)
    client.get("/portal/")
    with django_assert_num_queries(7):  # session, person, ballots, tickets, what is new, how it looks, the count
        page = client.get("/portal/approvals/").content.decode()
    further = re.search(r'href="(\?after=\d+)"', page)
    assert page.count("slip-top") == 25 and further
    second = client.get(f"/portal/approvals/{further[1]}").content.decode()
    assert second.count("slip-top") == 5 and "?before=" in second


def test_the_page_says_what_is_needed_to_decide(office: Office, ticket):
    page = signed_in(office.marta).get(f"/portal/approvals/{Ballot.objects.get().pk}/").content.decode()
    for words in ("May Tom have a laptop?", "Tom Whitfield", "It drops every few minutes.", "All have to agree."):
        assert words in page


def test_a_question_is_the_title_and_what_explains_it_stands_below(office: Office):
    office.asks(purchase(approve("=requester.manager", text="May Tom have it?&#10;Two votes are needed.")))
    page = signed_in(office.marta).get(f"/portal/approvals/{Ballot.objects.get().pk}/").content.decode()
    assert ">May Tom have it?</h1>" in page and "May Tom have it?</title>" in page
    assert '<p dir="auto">Two votes are needed.</p>' in page


def test_it_is_decided_there(office: Office, ticket):
    client, way = signed_in(office.marta), f"/portal/approvals/{Ballot.objects.get().pk}/"
    answer = client.post(way, {"does": "approve", "comment": "Fine."})
    assert answer.status_code == 302 and now(ticket).status == "closed"
    assert "Fine." in client.get(way).content.decode()
    assert ticket.number in client.get("/portal/approvals/?which=decided").content.decode()


def test_a_refusal_keeps_what_was_typed(office: Office):
    office.asks(purchase(approve("=requester.manager", comment="always")))
    client, way = signed_in(office.marta), f"/portal/approvals/{Ballot.objects.get().pk}/"
    answer = client.post(way, {"does": "pass_on", "to": "nobody@else.example"})
    assert answer.status_code == 422 and "nobody@else.example" in answer.content.decode()
    assert client.post(way, {"does": "reject", "comment": ""}).status_code == 422
    assert Ballot.objects.get().state == "open"


def test_who_is_not_asked_does_not_find_it(office: Office, ticket):
    way = f"/portal/approvals/{Ballot.objects.get().pk}/"
    assert signed_in(office.tom).get(way).status_code == 404
    assert Client().get(way).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/profile/",
        "/profile/notifications/",
        "/portal/ask/laptop/",
        "/portal/approvals/1/",
        "/portal/tasks/1/",
        "/portal/requests/INC-1/answer/",
    ],
)
def test_what_was_typed_stays_where_the_session_has_ended_meanwhile(db: None, path: str):
    answer = Client().post(path, {"text": "An hour of thought", "password": "zq-typed-secret"})
    assert answer.status_code == 403
    assert "An hour of thought" in answer.content.decode() and "zq-typed-secret" not in answer.content.decode()


def test_opening_the_link_decides_nothing_and_pressing_does_once(office: Office, ticket):
    client, way = opened_by(office.marta)
    page = client.get(way)
    assert page.status_code == 200 and "Marta Manager" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin" and Ballot.objects.get().state == "open"
    assert client.post(way, {"does": "approve"}).status_code == 302
    assert variables(ticket)["approved"] is True and Ballot.objects.get().way == "link"
    again = client.post(way, {"does": "reject"})
    assert again.status_code == 409 and Ballot.objects.get().state == "approved"


def test_the_address_one_comes_to_has_no_key_and_opens_nothing_elsewhere(office: Office, ticket):
    client, way = opened_by(office.marta)
    assert way == f"/decide/by-link/{Ballot.objects.get().pk}/" and client.get(way).status_code == 200
    assert Client().get(way).status_code == 410
    assert signed_in(office.marta).get(way).url == f"/portal/approvals/{Ballot.objects.get().pk}/"
    typed = Client().post(way, {"does": "approve", "comment": "An hour of thought"})
    assert typed.status_code == 403 and "An hour of thought" in typed.content.decode()
    assert Ballot.objects.get().state == "open"


def test_a_link_ends_and_is_good_for_nothing_else(office: Office, ticket):
    ballot = Ballot.objects.get()
    old = links.decision_link(links.Decides(ballot.pk, office.marta.pk), at=monday(10) - links.DECIDES)
    token = way_of(office.marta).split("/")[2]
    for way in (old[old.index("/decide") :], f"/decide/{token[:-3]}xyz/", f"/t/{token}/"):
        assert Client().get(way).status_code == 410


def test_a_link_of_one_is_refused_in_the_session_of_another(office: Office, ticket):
    client, way = opened_by(office.marta)
    client.force_login(office.eva)
    assert client.get(way_of(office.marta)).status_code == 403
    assert client.post(way, {"does": "approve"}).status_code == 403
    assert Ballot.objects.get().state == "open"


def test_a_link_to_what_was_passed_on_decides_nothing(office: Office, ticket):
    client, way = opened_by(office.marta)
    client.post(way, {"does": "pass_on", "to": "eva@desk.example"})
    assert client.post(way, {"does": "approve"}).status_code == 409
    assert Ballot.objects.get(approver=office.eva).state == "open"


def test_a_form_is_filled_in_by_the_link_and_by_who_signed_in(office: Office):
    field = {"type": "textfield", "id": "size", "key": "size", "label": "Which size?", "validate": {"required": True}}
    publishing.publish("laptop", {"components": [field]}, by=office.ada, at=monday(8))
    ticket = office.asks(one(task("it", "ask", form="laptop", text="Which size shall it be?")))
    client = signed_in(office.tom)
    page = client.get(f"/portal/requests/{ticket.number}/").content.decode()
    way = re.search(r"/portal/tasks/\d+/", page)
    assert way and "Which size shall it be?" in page
    refused = client.post(way[0], {"answer.size": ""})
    assert refused.status_code == 422 and "1 field is not right yet" in refused.content.decode()
    assert signed_in(office.marta).get(way[0]).status_code == 404
    link = OutgoingMail.objects.get(kind="form").placeholders["link"]
    holder = Client()
    here = holder.get("/t/" + link.rpartition("/t/")[2]).url
    assert holder.post(f"{here}tasks/{way[0].split('/')[3]}/", {"answer.size": "14 inch"}).status_code == 302
    assert now(ticket).fields["size"] == "14 inch"
    assert "has been filled in" in client.get(way[0]).content.decode()


def test_the_requester_withdraws_in_the_portal(office: Office, ticket):
    client = signed_in(office.tom)
    assert client.post(f"/portal/requests/{ticket.number}/withdraw/").status_code == 302
    assert now(ticket).status == "closed" and Ballot.objects.get().state == "withdrawn"
    assert signed_in(office.hannah).post(f"/portal/requests/{ticket.number}/withdraw/").status_code == 404


def test_who_asked_for_it_reads_whose_approval_it_waits_for(office: Office, ticket):
    client = signed_in(ticket.requester)
    words = client.get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    assert "It waits for approval. Asked for it: Marta Manager." in words and "Somebody takes it" not in words
    assert "Waits for approval" in client.get(reverse("portal:tickets")).content.decode()


def test_a_browser_that_opened_the_link_may_press_its_button(office: Office, ticket):
    """As browsers do: a page whose address is told to nobody names no origin either, and its forms are refused."""
    browser, way = opened_by(office.marta, Client(enforce_csrf_checks=True))
    page = browser.get(way)
    key = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    origin = "null" if page["Referrer-Policy"] == "no-referrer" else "http://testserver"
    given = {"does": "approve", "csrfmiddlewaretoken": key[1] if key else ""}
    assert browser.post(way, given, headers={"origin": origin}).status_code in (200, 302)
    assert Ballot.objects.get().state == "approved"
