"""The one port of a running desk: pages, bodies, static files, and the live stream."""

import http.client
import json
import urllib.error

import psycopg
import pytest

from sira.plumbing import embedded
from tests.platform.desk import Desk, migrated, throw_away, wait_until


@pytest.fixture(scope="module")
def desk(tmp_path_factory, django_db_setup):
    home = migrated(tmp_path_factory.mktemp("front") / "var")
    desk = Desk(home, "--empty").ready()
    yield desk
    desk.end()
    throw_away(home)


def ask(desk, method, path, body=None, **headers):
    link = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)
    link.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return link.getresponse()


def test_a_body_over_the_limit_is_refused_before_it_is_read(desk):
    link = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)
    link.putrequest("POST", "/healthz")
    link.putheader("Content-Length", str(151 * 2**20))
    link.endheaders()
    assert link.getresponse().status == 413


def test_an_address_that_is_not_there_is_answered_by_a_page(desk):
    with pytest.raises(urllib.error.HTTPError) as error:
        desk.get("/no/such/page")
    assert error.value.code == 404


def test_head_gives_the_headers_without_the_body(desk):
    answer = ask(desk, "HEAD", "/healthz")
    assert (answer.status, answer.read()) == (200, b"")


def test_many_askers_at_once_are_all_answered(desk):
    links = [http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60) for _ in range(40)]
    for link in links:
        link.request("GET", "/readyz")
    assert {link.getresponse().status for link in links} == {200}


def test_the_live_stream_needs_a_sign_in(desk):
    assert ask(desk, "GET", "/live?topics=tickets").status == 403
    assert ask(desk, "GET", "/live?topics=tickets", Cookie="sessionid=made-up").status == 403


def test_a_signed_in_agent_hears_of_a_ticket(desk, session_of):
    answer = ask(desk, "GET", "/live?topics=tickets", Cookie=f"sessionid={session_of('agent')}")
    assert answer.status == 200
    assert answer.getheader("content-type").startswith("text/event-stream")
    with psycopg.connect(embedded.database_url(desk.home), autocommit=True) as link:
        wait_until(lambda: link.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN sira%'").fetchone())
        link.execute("SELECT pg_notify('sira_live', 'tickets 4,5')")
    lines = []
    while not lines or not lines[-1].startswith("data:"):
        lines.append(answer.readline().decode().strip())
    assert lines[-2] == "event: tickets"
    assert json.loads(lines[-1].removeprefix("data:")) == {"ids": [4, 5]}


def test_a_requester_does_not_hear_of_all_tickets(desk, session_of):
    answer = ask(desk, "GET", "/live?topics=tickets,person-0", Cookie=f"sessionid={session_of('requester')}")
    with psycopg.connect(embedded.database_url(desk.home), autocommit=True) as link:
        link.execute("SELECT pg_notify('sira_live', 'tickets 4')")
    answer.fp.raw._sock.settimeout(1)
    assert answer.readline() == b"retry: 3000\n"
    assert answer.readline() == b"\n"
    with pytest.raises(TimeoutError):
        answer.readline()


@pytest.fixture
def session_of(desk):
    """Signs somebody of a role in, by Django's own shell of the running desk."""

    def sign_in(role):
        return desk.django(SIGN_IN.format(role=role)).strip()

    return sign_in


SIGN_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from sira.people.models import Person
given = dict(name="A", role="{role}", created_at=timezone.now())
person, _ = Person.objects.get_or_create(email="{role}@desk.example", defaults=given)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
print(session.session_key)
"""
