"""The database goes away, comes back, or answers too late: each thing is taken in once, and nothing is restarted."""

import os
import signal
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from sira.api import tokens
from sira.channels.email import listening
from sira.channels.email.taking import take
from sira.intake.models import Received
from sira.notifications import sending
from sira.notifications.models import OutgoingMail
from sira.plumbing import postgres_server, testserver
from sira.plumbing.desk_files import desk_files
from sira.plumbing.mail.tests.scripted import ScriptedServer
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk

COMMIT = b"COMMIT"


def a_mail(mark):
    return f"From: {mark}@client.test\r\nSubject: {mark}\r\nMessage-ID: <{mark}@x>\r\n\r\nHello\r\n".encode()


@pytest.fixture
def desk(committing, tmp_path, monkeypatch):
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    return Desk()


class Wire:
    """Stands between desk and database; told to, it lets a COMMIT through and loses the answer with the connection."""

    def __init__(self, folder):
        parts = urlsplit(os.environ["DATABASE_URL"])
        given = dict(part.split("=") for part in parts.query.split("&") if part)
        self.server = f"{unquote(given['host'])}/.s.PGSQL.5432"
        self.folder, self.loses = folder, False
        self.lost = 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(folder / ".s.PGSQL.5432"))
        self.socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                desk, _address = self.socket.accept()
            except OSError:
                return
            database = socket.socket(socket.AF_UNIX)
            database.connect(self.server)
            over = threading.Event()
            threading.Thread(target=self._asks, args=(desk, database, over), daemon=True).start()
            threading.Thread(target=self._answers, args=(desk, database, over), daemon=True).start()

    def _asks(self, desk, database, over):
        while piece := _received(desk):
            if self.loses and COMMIT in piece:
                self.loses, self.lost = False, self.lost + 1
                over.set()
            database.sendall(piece)
        _end(database)

    def _answers(self, desk, database, over):
        while piece := _received(database):
            if over.is_set():
                break
            desk.sendall(piece)
        _end(desk)
        time.sleep(0.2)  # the database has committed by then
        _end(database)


def _received(one):
    try:
        return one.recv(65536)
    except OSError:
        return b""


def _end(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


@pytest.fixture
def wire(desk, tmp_path_factory):
    if "host=" not in os.environ["DATABASE_URL"]:
        pytest.skip("the wire is laid to a socket")
    folder = tmp_path_factory.mktemp("w")
    wire = Wire(folder)
    before = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = str(folder)
    yield wire
    connection.close()
    connection.settings_dict["HOST"] = before
    wire.socket.close()


def test_a_commit_whose_answer_is_lost_is_found_by_the_repeat(wire):
    take(a_mail("before"), at=timezone.now())
    for number in range(3):
        wire.loses = True
        with pytest.raises((OperationalError, InterfaceError)):
            take(a_mail(f"lost{number}"), at=timezone.now())
        connection.close()
        receipt = take(a_mail(f"lost{number}"), at=timezone.now())
        assert receipt.repeated, "it was committed, so the repeat finds it"
        assert Ticket.objects.filter(subject=f"lost{number}").count() == 1
    assert wire.lost == 3


def test_the_sender_is_asked_to_try_again_when_the_answer_is_lost(wire):
    take(a_mail("before"), at=timezone.now())
    wire.loses = True
    assert listening.taken(a_mail("lost"), "lost@client.test", ("it@desk.test",)).startswith("451")
    connection.close()
    assert listening.taken(a_mail("lost"), "lost@client.test", ("it@desk.test",)).startswith("250")
    assert Ticket.objects.filter(subject="lost").count() == 1


def test_a_mail_whose_fate_could_not_be_written_is_not_sent_again(wire, settings):
    with ScriptedServer() as server:
        settings.MAIL = {**settings.MAIL, "host": "127.0.0.1", "port": server.port, "user": "", "tls": "none"}
        OutgoingMail.objects.all().delete()
        at = timezone.now()
        placeholders = {"subject": "x", "text": "x", "html": ""}
        OutgoingMail.objects.create(
            kind="plain", to="a@client.test", language="en", placeholders=placeholders, queued_at=at, next_at=at
        )
        judged = sending.judge
        sending.judge = _with_the_answer_lost(wire, judged)
        try:
            with pytest.raises((OperationalError, InterfaceError)):
                sending.pump(at)
        finally:
            sending.judge = judged
        connection.close()
        sending.pump(at + 2 * sending.LEASE)
        sending.find_lost(at + 2 * sending.LEASE)
        assert len(server.received) == 1


def _with_the_answer_lost(wire, judge):
    def judged(*given, **more):
        wire.loses = True
        judge(*given, **more)

    return judged


@contextmanager
def away(how=signal.SIGINT):
    """The server of the test session is stopped at once, and started again behind the block."""
    root = os.environ[testserver.ROOT]
    place = testserver.place(testserver.Path(root))
    if (pid := postgres_server.server_pid(place)) is None:
        pytest.skip("the database is not ours to stop")
    os.kill(pid, how)
    while postgres_server.server_pid(place) is not None:
        postgres_server.reap(pid)
        time.sleep(0.02)
    try:
        yield
    finally:
        with testserver.one_at_a_time() as folder:
            testserver.have_server(folder)


@pytest.fixture
def durable():
    """As a desk has it: the server of the tests forgets what it committed last when it is stopped at once."""
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.settings_dict["OPTIONS"] = options | {"options": "-c synchronous_commit=on"}
    yield
    connection.close()
    connection.settings_dict["OPTIONS"] = options


@pytest.fixture
def alone(request):
    if os.environ.get("PYTEST_XDIST_WORKER"):
        pytest.skip("another worker uses the same server")


def test_the_database_is_stopped_again_and_again_while_mail_comes_in(alone, desk, durable, request):
    """Each is taken in once; who brings it tries until it is told that it is."""
    count = 300 if request.config.getoption("--faults") else 30
    waiting, over = [f"mail{number}" for number in range(count)], threading.Event()

    def bring():
        while waiting:
            mark = waiting[0]
            if listening.taken(a_mail(mark), f"{mark}@client.test", ("it@desk.test",)).startswith("250"):
                waiting.pop(0)
            else:
                connection.close()
                time.sleep(0.05)
        connection.close()
        over.set()

    connection.close()
    bringer = threading.Thread(target=bring)
    bringer.start()
    stops = 0
    while not over.wait(0.7):
        with away(signal.SIGQUIT if stops % 2 else signal.SIGINT):
            time.sleep(0.2 * (stops % 3))
        stops += 1
        assert stops < 200
    bringer.join()
    connection.close()
    assert stops > 1
    assert Ticket.objects.count() == Received.objects.count() == count


def test_while_the_database_is_away_pages_say_so_at_once_and_answer_again_after(alone, desk):
    secret = tokens.make("test", person=desk.jonas, at=timezone.now())[1]
    program = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    client = Client(raise_request_exception=False)
    client.force_login(desk.hannah)
    assert client.get("/readyz").status_code == 200
    with away():
        for address in ("/readyz", "/portal/", "/portal/requests/", "/api/v1/tickets"):
            began = time.monotonic()
            assert (program if "api" in address else client).get(address).status_code == 503, address
            assert time.monotonic() - began < 5
        assert Client().get("/healthz").status_code == 200
    connection.close()  # as every request of a real server begins; Django's test client leaves that out
    assert client.get("/readyz").status_code == 200
    assert client.get("/portal/").status_code == 200
