from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import now

from sira.catalogue.models import RequestType
from sira.channels.web import public
from sira.forms import publishing
from sira.people.addresses import NotAnAddress
from sira.people.models import Attempt, Person
from sira.tickets.models import Ticket

PROBLEM = {
    "token": "page-1",
    "answer.subject": "Printer prints blank pages",
    "answer.description": "Since Monday.",
    "answer.category": "printing",
    "answer.impact": "medium",
    "answer.urgency": "low",
}


@pytest.fixture
def hannah(desk, client):
    client.force_login(desk.hannah)
    return client


def ask(client, key="report-a-problem", data=None, **more):
    return client.post(reverse("portal:ask", args=[key]), (PROBLEM if data is None else data) | more)


def test_a_problem_becomes_an_incident_with_its_levels_category_and_words(desk, hannah):
    answer = ask(hannah)
    ticket = Ticket.objects.get(requester=desk.hannah)
    assert answer.url == reverse("portal:ticket", args=[ticket.number])
    assert (ticket.type.key, ticket.category.key, ticket.subject) == ("incident", "printing", PROBLEM["answer.subject"])
    assert (ticket.impact, ticket.urgency) == (Ticket.Level.MEDIUM, Ticket.Level.LOW)
    assert ticket.priority
    message = ticket.messages.get()
    assert message.text == "Since Monday."
    assert (message.channel, ticket.channel) == ("portal", "portal")
    assert ticket.organisation == desk.halden


def test_a_page_sent_twice_opens_one_ticket(desk, hannah):
    first, second = ask(hannah), ask(hannah)
    assert first.url == second.url
    assert Ticket.objects.filter(requester=desk.hannah).count() == 1


def test_going_back_and_asking_something_else_opens_another_ticket(desk, hannah):
    ask(hannah)
    ask(hannah, **{"answer.subject": "Scanner too"})
    assert Ticket.objects.filter(requester=desk.hannah).count() == 2


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_missing(desk, hannah):
    answer = ask(hannah, data={"token": "t", "answer.description": "Only <this>", "answer.impact": "high"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Only &lt;this&gt;" in page
    assert 'value="high" checked' in page
    assert "Fill this in." in page
    assert 'name="token" value="t"' in page
    assert not Ticket.objects.filter(requester=desk.hannah).exists()


def test_files_come_with_the_first_message(desk, hannah):
    files = [SimpleUploadedFile("../../trace.log", b"one"), SimpleUploadedFile("b\u0000.png", b"two")]
    ask(hannah, **{"answer.files": files})
    found = list(Ticket.objects.get(requester=desk.hannah).messages.get().files.order_by("id"))
    assert [(file.name, file.size) for file in found] == [("trace.log", 3), ("b.png", 3)]


def test_a_request_whose_subject_nobody_wrote_names_what_was_asked_for(desk, hannah):
    ask(hannah, "new-laptop", {"token": "t", "answer.reason": "additional", "answer.model": "light"})
    ticket = Ticket.objects.get(requester=desk.hannah)
    assert ticket.subject == "New laptop: Light, 13 inch"
    assert (ticket.type.key, ticket.category.key, ticket.service.key) == ("service_request", "hardware", "workplace")
    assert ticket.fields["model"] == "light"
    assert "Which one? Light, 13 inch" in ticket.messages.get().text


def test_a_field_appears_when_the_one_it_hangs_on_is_chosen(desk, hannah):
    page = reverse("portal:ask", args=["new-laptop"])
    assert "What needs the strength?" not in hannah.get(page).content.decode()
    part = hannah.post(f"{page}?look", {"answer.model": "strong"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "What needs the strength?" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert not Ticket.objects.filter(requester=desk.hannah).exists()


def test_without_javascript_the_field_that_appears_is_asked_for_after_sending(desk, hannah):
    answer = ask(hannah, "new-laptop", {"token": "t", "answer.reason": "additional", "answer.model": "strong"})
    assert answer.status_code == 422
    assert "What needs the strength?" in answer.content.decode()


def test_what_was_typed_into_the_first_field_need_not_be_typed_again(desk, hannah):
    page = hannah.get(reverse("portal:ask", args=["report-a-problem"]), {"subject": "blank pages"})
    assert 'value="blank pages"' in page.content.decode()


def test_what_is_not_offered_can_not_be_asked_for(desk, hannah):
    RequestType.objects.filter(key="new-laptop").update(audience=RequestType.Audience.ORGANISATIONS)
    assert hannah.get(reverse("portal:ask", args=["new-laptop"])).status_code == 404


def test_asking_needs_a_sign_in(desk, client):
    assert client.get(reverse("portal:ask", args=["report-a-problem"])).url.startswith(reverse("account_login"))


def test_the_persian_form_takes_a_jalali_day(desk, hannah):
    desk.hannah.language = "fa"
    desk.hannah.save()
    data = {"token": "t", "answer.reason": "additional", "answer.model": "light", "answer.needed_by": "۱۴۰۵/۰۹/۰۳"}
    ask(hannah, "new-laptop", data)
    assert Ticket.objects.get(requester=desk.hannah).fields["needed_by"] == "2026-11-24"


class TestPublicForm:
    url = "/ask/report-a-problem/"
    data = PROBLEM | {"mail": "New.One@outside.example", "name": "New One"}

    def test_somebody_without_an_account_opens_a_ticket_and_sees_its_number_alone(self, desk, client):
        answer = client.post(self.url, self.data, follow=True)
        ticket = Ticket.objects.get(requester__email="new.one@outside.example")
        assert ticket.channel == "form"
        assert ticket.number in answer.content.decode()
        assert reverse("portal:ticket", args=[ticket.number]) not in answer.content.decode()
        assert "_auth_user_id" not in client.session

    def test_the_new_person_speaks_the_language_of_the_page(self, desk, client):
        client.post(self.url, self.data, headers={"Accept-Language": "pl"})
        assert Person.objects.get(email="new.one@outside.example").language == "pl"

    def test_what_is_not_open_to_all_is_not_there(self, desk, client):
        assert client.get("/ask/new-laptop/").status_code == 404

    def test_a_program_that_fills_in_every_field_opens_nothing(self, desk, client):
        answer = client.post(self.url, self.data | {"website": "https://spam.example"})
        assert answer.status_code == 200
        assert not Ticket.objects.filter(channel="form").exists()

    def test_one_address_may_ask_only_so_often_and_loses_nothing(self, desk, client):
        for number in range(public.PER_ADDRESS):
            client.post(self.url, self.data | {"token": f"page-{number}"})
        answer = client.post(self.url, self.data | {"token": "one-more"})
        assert answer.status_code == 429
        assert PROBLEM["answer.subject"] in answer.content.decode()
        assert "new.one@outside.example" in answer.content.decode().lower()
        assert Ticket.objects.filter(channel="form").count() == public.PER_ADDRESS

    def test_one_origin_may_ask_only_so_often(self, desk, client):
        for _ in range(public.PER_ORIGIN):
            Attempt.objects.create(kind="public_origin", key="127.0.0.1", at=now())
        assert client.post(self.url, self.data).status_code == 429
        Attempt.objects.update(at=now() - timedelta(hours=2))
        assert client.post(self.url, self.data).status_code == 302

    def test_half_an_address_is_refused_and_everything_stays(self, desk, client):
        answer = client.post(self.url, self.data | {"mail": "new.one@"})
        assert answer.status_code == 422
        assert "new.one@" in answer.content.decode()

    def test_a_missing_address_is_said_together_with_what_else_is_missing(self, desk, client):
        answer = client.post(self.url, self.data | {"mail": "", "answer.subject": ""})
        said = answer.content.decode()
        assert answer.status_code == 422
        assert escape(str(NotAnAddress.message)) in said and "aria-invalid" in said
        assert not Ticket.objects.filter(channel="form").exists()


TRIP = {
    "components": [
        {"type": "textfield", "id": "s", "key": "subject", "label": "Where to", "validate": {"required": True}},
        {
            "type": "dynamiclist",
            "id": "t",
            "path": "travellers",
            "label": "Travellers",
            "components": [
                {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"required": True}},
                {"type": "filepicker", "id": "p", "key": "passport", "label": "Passport"},
            ],
        },
        {"type": "textfield", "id": "w", "key": "host", "label": "Host", "properties": {"asks_for": "person"}},
    ]
}


@pytest.fixture
def trip(desk):
    publishing.publish("trip", TRIP, by=desk.ada, at=now())
    RequestType.objects.filter(key="report-a-problem").update(form_key="trip")
    return reverse("portal:ask", args=["report-a-problem"])


def test_rows_come_and_go_without_javascript_and_nothing_is_sent(desk, hannah, trip):
    typed = {"token": "t", "answer.subject": "Oslo", "answer.travellers.rows": ["0"], "answer.travellers.0.name": "Ada"}
    page = hannah.post(trip, typed | {"answer.travellers.add": "1"})
    assert page.status_code == 200
    assert 'name="answer.travellers.1.name"' in page.content.decode()
    assert 'value="Ada"' in page.content.decode()
    assert not Ticket.objects.filter(requester=desk.hannah).exists()
    less = hannah.post(trip, typed | {"answer.travellers.take": "0"}).content.decode()
    assert 'value="Ada"' not in less
    assert 'value="Oslo"' in less


def test_rows_a_person_and_the_rows_files_come_with_the_request(desk, hannah, trip):
    typed = {
        "token": "t",
        "answer.subject": "Oslo",
        "answer.travellers.rows": ["0", "4"],
        "answer.travellers.0.name": "Ada",
        "answer.travellers.4.name": "Grace",
        "answer.travellers.4.passport": SimpleUploadedFile("grace.pdf", b"one"),
        "answer.host": desk.hannah.name,
    }
    hannah.post(trip, typed)
    ticket = Ticket.objects.get(requester=desk.hannah)
    assert ticket.fields["travellers"] == [{"name": "Ada"}, {"name": "Grace", "passport": ["grace.pdf"]}]
    assert ticket.fields["host"] == desk.hannah.email
    message = ticket.messages.get()
    assert "Travellers: Name: Ada; Name: Grace, Passport: grace.pdf" in message.text
    assert [file.name for file in message.files.all()] == ["grace.pdf"]


def test_somebody_of_another_organisation_is_nobody_here(desk, hannah, trip):
    answer = hannah.post(trip, {"token": "t", "answer.subject": "Oslo", "answer.host": desk.ada.email})
    assert answer.status_code == 422
    assert "nobody called" in answer.content.decode()
