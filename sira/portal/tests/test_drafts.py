import pytest
from django.urls import reverse

from sira.portal.models import Draft
from sira.portal.tests.test_asking import PROBLEM, ask
from sira.tickets.models import Ticket

KEY = "ask-report-a-problem"
HALF = {"answer.subject": "Half a <thought>", "answer.impact": "high", "token": "t"}


@pytest.fixture
def hannah(desk, client):
    client.force_login(desk.hannah)
    return client


def keep(client, data=HALF, key=KEY):
    return client.post(reverse("portal:keep_draft", args=[key]), data)


def page(client, **asked):
    return client.get(reverse("portal:ask", args=["report-a-problem"]), asked).content.decode()


def test_what_is_typed_is_kept_and_shown_when_one_comes_back(desk, hannah):
    assert keep(hannah).json()["words"].startswith("Draft kept")
    shown = page(hannah)
    assert "Half a &lt;thought&gt;" in shown and 'value="high" checked' in shown
    assert "what you wrote is here" in shown
    assert "token" not in Draft.objects.get().data


def test_what_was_typed_into_the_first_field_stands_before_the_draft(desk, hannah):
    keep(hannah)
    assert 'value="something new"' in page(hannah, subject="something new")


def test_a_draft_is_gone_when_it_has_been_sent_or_thrown_away(desk, hannah):
    keep(hannah)
    answer = ask(hannah)
    assert answer.cookies["sira_sent"].value == KEY
    assert not Draft.objects.exists()
    keep(hannah)
    hannah.post(reverse("portal:forget_draft", args=[KEY]), {"next": "https://elsewhere.example/"})
    assert not Draft.objects.exists()
    keep(hannah)
    keep(hannah, {"answer.subject": " "})
    assert not Draft.objects.exists()


def test_a_refusal_leaves_the_draft(desk, hannah):
    keep(hannah)
    assert ask(hannah, data={"token": "t", "answer.description": "x"}).status_code == 422
    assert Draft.objects.exists()
    assert not Ticket.objects.filter(requester=desk.hannah).exists()


def test_a_draft_is_its_writers_alone(desk, hannah, client):
    keep(hannah)
    client.force_login(desk.tom)
    assert "thought" not in page(client)
    client.post(reverse("portal:forget_draft", args=[KEY]))
    assert Draft.objects.exists()


def test_a_session_that_has_ended_is_told_so_that_the_browser_keeps_it(desk, client):
    assert keep(client).status_code == 401
    assert not Draft.objects.exists()


def test_far_too_much_and_strange_keys_are_not_kept(desk, hannah):
    keep(hannah, {"answer.subject": "x" * 100_001})
    assert not Draft.objects.exists()
    assert keep(hannah, key="else-where").status_code == 404


def test_the_public_form_is_kept_by_the_browser_and_says_when_it_has_arrived(desk, client):
    shown = client.get("/ask/report-a-problem/").content.decode()
    assert f'<form-keeper key="{KEY}" owner="" data-kept-here' in shown and "portal/drafts" not in shown
    sent = PROBLEM | {"mail": "new.one@outside.example", "name": "New One"}
    assert client.post("/ask/report-a-problem/", sent).cookies["sira_sent"].value == KEY
