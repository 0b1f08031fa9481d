"""Sessions are told by browser and system, in the frame of whoever looks."""

import time

import pytest
from django.test import Client

from sira.people import arriving
from sira.people.devices import in_words
from sira.people.models import Person
from sira.tickets.tests.cast import MONDAY

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (CHROME, "Chrome on Linux"),
        (EDGE, "Edge on Windows"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Firefox on Android"),
        ("curl/8.5.0", "A program that does not say what it is"),
        ("", "A program that does not say what it is"),
    ],
)
def test_a_browser_is_told_in_a_few_words(said: str, words: str):
    assert in_words(said) == words


@pytest.mark.parametrize("path", ["/profile/second-factor/", "/profile/sessions/", "/profile/prove/"])
def test_a_requester_stays_in_the_portal_where_sign_in_is_set_up(db: None, path: str):
    client = Client()
    tom = Person.objects.create(name="Tom", email="tom@desk.example", role="requester", created_at=MONDAY)
    client.force_login(tom)
    session = client.session
    session[arriving.CAME] = {"at": int(time.time())}
    session.save()
    page = client.get(path).content.decode()
    assert "/desk/new/" not in page and "/portal/requests/" in page
