"""Many mails at once, and some among them that are dear to read: all come in, and nobody waits for another's.

With --faults 10,000 mails against a started desk and 1,000 beside the dear ones, else a few beside them.
"""

import smtplib
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sira.channels.email.reading import bounded
from sira.channels.email.tests.test_listening import listening_at
from sira.plumbing.desk_files import desk_files
from sira.tickets.models import Message, Ticket
from sira.tickets.tests.cast import Desk as Cast
from tests.platform.desk import Desk, migrated, throw_away, wait_until

POISON = bounded.AT_ONCE * 2  # as many as there are threads for ordinary mails
HANGS = "import time; time.sleep(600)"
SIGNED_IN = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.conf import settings
from sira.people.models import Person
person = Person.objects.filter(role="administrator").first()
store = SessionStore()
store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
store[HASH_SESSION_KEY] = person.get_session_auth_hash()
store.save()
print(settings.SESSION_COOKIE_NAME + "=" + store.session_key)
"""
COUNTED = "from sira.tickets.models import Ticket; print(Ticket.objects.filter(subject__startswith='flood').count())"


def mail(name, filling=""):
    head = (
        f"From: {name}@client.test\r\nTo: it@desk.test\r\nSubject: {name}\r\nMessage-ID: <{name}@client.test>\r\n\r\n"
    )
    return (head + f"Hello {name}\r\n" + filling).encode()


def handed_over(place, names, filling=""):
    """Seconds that each mail waited for its answer, over one connection."""
    waits = []
    with smtplib.LMTP(place) as lmtp:
        for name in names:
            began = time.monotonic()
            lmtp.sendmail(f"{name}@client.test", ["it@desk.test"], mail(name, filling))
            waits.append(time.monotonic() - began)
    return waits


def test_mails_that_break_the_reader_delay_nobody(committing, tmp_path, monkeypatch, request):
    whole = request.config.getoption("--faults")
    seconds, count = (bounded.SECONDS, 1000) if whole else (8, 12)
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    monkeypatch.setattr(bounded, "PROGRAM", HANGS)
    monkeypatch.setattr(bounded, "SECONDS", seconds)
    Cast()
    with listening_at(tmp_path) as place, ThreadPoolExecutor(POISON + 4) as senders:
        filling = "x" * 70 + "\r\n"
        large = filling * (bounded.SMALL // len(filling) + 1)
        poison = [senders.submit(handed_over, place, [f"poison{number}"], large) for number in range(POISON)]
        time.sleep(0.5)
        began = time.monotonic()
        names = [[f"mail{number}" for number in range(start, count, 4)] for start in range(4)]
        waits = [
            wait for some in [senders.submit(handed_over, place, some) for some in names] for wait in some.result()
        ]
        took = time.monotonic() - began
        assert max(waits) < seconds
        assert all(future.result() for future in poison)
    assert Ticket.objects.filter(subject__startswith="mail").count() == count
    assert Message.objects.filter(ticket__subject__startswith="poison").exclude(trouble="").count() == POISON
    sys.stdout.write(
        f"{count} mails in {took:.1f} s beside {POISON} that hang; the longest waited {max(waits):.2f} s\n"
    )
    connection.close()


@pytest.fixture
def desk(tmp_path, django_db_setup):
    desk = Desk(migrated(tmp_path / "var"), "--empty")
    try:
        wait_until(lambda: desk.answers("/readyz"))
        yield desk
    finally:
        desk.end()
        throw_away(tmp_path / "var")


def page_times(desk, cookie, stop, most=10**6):
    """Seconds that each of the queue's pages took, one after the other with a pause as of a reader."""
    times = []
    while not stop.is_set() and len(times) < most:
        began = time.monotonic()
        desk.get("/desk/queue/", Cookie=cookie).read()
        times.append(time.monotonic() - began)
        stop.wait(0.5)
    return times


def test_ten_thousand_mails_at_once_are_all_in_while_pages_go_on(desk, request):
    if not request.config.getoption("--faults"):
        pytest.skip("some minutes: bin/test --faults")
    count, stop = 10_000, threading.Event()
    cookie = desk.django(SIGNED_IN).strip()
    place = str(desk.home / "run" / "lmtp")
    idle = statistics.median(page_times(desk, cookie, threading.Event(), most=30))
    with ThreadPoolExecutor(9) as senders:
        reading = senders.submit(page_times, desk, cookie, stop)
        began = time.monotonic()
        names = [[f"flood{number}" for number in range(start, count, 8)] for start in range(8)]
        for some in [senders.submit(handed_over, place, some) for some in names]:
            some.result()
        took = time.monotonic() - began
        stop.set()
        busy = statistics.median(reading.result())
    sys.stdout.write(
        f"{count} mails in {took:.0f} s; a page {idle * 1000:.0f} ms at rest, {busy * 1000:.0f} ms meanwhile\n"
    )
    assert desk.django(COUNTED).strip() == str(count)
    assert took < 17 * 60
    assert busy <= 2 * idle
