"""A new password is looked up among leaked ones, at a real server that never learns it."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.urls import reverse

from sira.people import leaked, persons
from sira.people.models import Person
from sira.people.tests.cast import a_person

pytestmark = pytest.mark.django_db
LEAKED, UNKNOWN = "correct horse battery", "seven tin kettles"


def digest(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


class Ranges(BaseHTTPRequestHandler):
    """Knows one password; of another it sends the filling that means nothing."""

    asked: list[tuple[str, str]]
    says: dict[str, Any]

    def log_message(self, *_said: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Add-Padding"]))
        time.sleep(self.says.get("after", 0))
        lines = [f"{'0' * 35}:7", f"{digest(LEAKED)[5:]}:3861493", f"{digest(UNKNOWN)[5:]}:0"]
        body = "\r\n".join(lines).encode()
        self.send_response(self.says.get("status", 200))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # the desk has waited long enough
            self.wfile.write(body)


def somebody() -> Person:
    """Who has no password yet."""
    person = a_person()
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def server(settings) -> Iterator[type[Ranges]]:
    handler = type("Bound", (Ranges,), {"asked": [], "says": {}})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.LEAKED_PASSWORDS = f"http://127.0.0.1:{running.server_address[1]}/range/"
    yield handler
    running.shutdown()
    running.server_close()


def test_a_leaked_password_is_refused_and_five_digits_of_its_digest_alone_go_out(server):
    person = somebody()
    with pytest.raises(persons.WeakPassword, match="stolen elsewhere"):
        persons.set_password(person, password=LEAKED, by=person)
    assert server.asked == [(f"/range/{digest(LEAKED)[:5]}", "true")]
    assert not person.has_usable_password()


def test_the_page_says_it_beside_the_field(server, client):
    person = somebody()
    client.force_login(person)
    page = client.post(reverse("people:password"), {"password": LEAKED})
    assert page.status_code == 422 and "stolen elsewhere" in page.content.decode()


def test_what_only_fills_the_answer_up_is_no_password(server):
    person = a_person()
    persons.set_password(person, password=UNKNOWN, by=person)
    assert person.check_password(UNKNOWN) and len(server.asked) == 1


@pytest.mark.parametrize("says", [{"status": 503}, {"after": 1.0}])
def test_a_server_that_does_not_answer_keeps_nobody_from_a_password(server, says, monkeypatch):
    said = []
    monkeypatch.setattr(leaked.log, "warning", lambda words, *facts: said.append(words % facts))
    monkeypatch.setattr(leaked, "PATIENCE", 0.3)
    server.says.update(says)
    person = a_person()
    begins = time.monotonic()
    persons.set_password(person, password=LEAKED, by=person)
    assert person.check_password(LEAKED) and time.monotonic() - begins < 5
    assert len(said) == 1 and "not looked up" in said[0] and digest(LEAKED)[:5] not in said[0]


def test_nobody_is_called_unasked(server, settings):
    settings.LEAKED_PASSWORDS = ""
    person = a_person()
    persons.set_password(person, password=LEAKED, by=person)
    assert server.asked == []
