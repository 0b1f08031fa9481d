"""What the log says of sign-ins and refusals."""

import json
import logging

import pytest
from django.urls import reverse

from sira.people.tests.cast import a_person

PASSWORD = "a-long-password-of-hers"


@pytest.fixture
def lines():
    found = []

    class Kept(logging.Handler):
        def emit(self, record):
            found.append(json.loads(record.getMessage()))

    log, handler = logging.getLogger("sira.security"), Kept()
    log.addHandler(handler)
    yield found
    log.removeHandler(handler)


@pytest.fixture
def person(db):
    person = a_person(mail="ada@desk.test")
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client, password):
    return client.post(reverse("account_login"), {"login": "ada@desk.test", "password": password})


def test_each_sign_in_and_sign_out_is_a_line_with_the_person_s_number(client, person, lines):
    sign_in(client, PASSWORD)
    client.post(reverse("account_logout"))
    assert [(line["event"], line["person"]) for line in lines] == [("signed in", person.pk), ("signed out", person.pk)]
    assert lines[0]["origin"] == "127.0.0.1" and lines[0]["at"].endswith("+00:00")


def test_a_sign_in_that_fails_is_a_line_without_what_was_typed(client, person, lines):
    sign_in(client, "not-her-password")
    (line,) = lines
    assert (line["event"], line["person"]) == ("sign-in failed", None)
    assert "not-her-password" not in json.dumps(line) and "ada@" not in json.dumps(line)


def test_a_refusal_is_a_line_that_names_the_route_and_the_person(client, person, lines):
    client.force_login(person)
    client.get("/studio/people/")
    client.get("/api/v1/tickets", headers={"Authorization": "Bearer not-a-token"})
    assert [(line["event"], line["status"]) for line in lines] == [("refused", 403), ("refused", 401)]
    assert lines[0]["person"] == person.pk and lines[0]["route"].startswith("studio:")


def test_pages_that_are_answered_leave_no_line(client, person, lines):
    client.force_login(person)
    client.get("/")
    client.get("/healthz")
    assert lines == []
