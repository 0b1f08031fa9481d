"""The database goes away, comes back, or answers too late: each thing is taken in once, and nothing is restarted."""

import os
import random
import signal
import smtplib
import socket
import threading
import time
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sira.api import tokens
from sira.channels.email import listening
from sira.channels.email.taking import take
from sira.config import worker
from sira.intake.models import Received
from sira.notifications import sending
from sira.notifications.models import OutgoingMail
from sira.people.models import SignInLink
from sira.plumbing.desk_files import desk_files
from sira.plumbing.jobs import app
from sira.plumbing.mail.tests.scripted import ScriptedServer
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk
from tests.faults import points

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


def test_a_mail_whose_fate_could_not_be_written_is_not_sent_again(wire, monkeypatch):
    with ScriptedServer() as server:
        host = {"host": "127.0.0.1", "port": server.port, "user": "", "tls": "none"}
        monkeypatch.setattr(settings, "MAIL", {**settings.MAIL, **host})
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


def test_the_database_is_stopped_again_and_again_while_mail_comes_in(own_server, own_desk, request):
    """Each is taken in once; who brings it tries until it is told that it is."""
    whole = request.config.getoption("--faults")
    count, between = (5000, (5, 20)) if whole else (120, (0.5, 0.8))
    waiting, over, chance = [f"mail{number}" for number in range(count)], threading.Event(), random.Random(5)

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
    while not over.wait(chance.uniform(*between)):
        with own_server.away(signal.SIGQUIT if stops % 2 else signal.SIGINT):
            time.sleep(chance.uniform(0, 5 if whole else 0.4))
        stops += 1
        assert stops < 1000
    bringer.join()
    connection.close()
    assert stops > 1
    assert Ticket.objects.count() == Received.objects.count() == count


def test_while_the_database_is_away_pages_say_so_at_once_and_answer_again_after(own_server, own_desk):
    secret = tokens.make("test", person=own_desk.jonas, at=timezone.now())[1]
    program = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    client = Client(raise_request_exception=False)
    client.force_login(own_desk.hannah)
    assert client.get("/readyz").status_code == 200
    with own_server.away():
        for address in ("/readyz", "/portal/", "/portal/requests/", "/api/v1/tickets"):
            began = time.monotonic()
            assert (program if "api" in address else client).get(address).status_code == 503, address
            assert time.monotonic() - began < 5
        assert Client().get("/healthz").status_code == 200
    connection.close()  # as every request of a real server begins; Django's test client leaves that out
    assert client.get("/readyz").status_code == 200
    assert client.get("/portal/").status_code == 200


def test_a_worker_that_lived_through_it_drains_everything_within_five_minutes(
    own_server, own_desk, tmp_path, monkeypatch, request
):
    """Jobs, mails that wait and mails that come: by the same process, which nobody has started again."""
    monkeypatch.setitem(settings.LISTEN, "lmtp_socket", str(tmp_path / "lmtp"))
    monkeypatch.setitem(settings.LISTEN, "smtp_port", 0)
    with ScriptedServer() as server:
        host = {"host": "127.0.0.1", "port": server.port, "user": "", "password": "", "tls": "none"}
        monkeypatch.setattr(settings, "MAIL", {**settings.MAIL, **host})
        connection.close()
        with points.forked(worker.work) as pid:
            wait_until(lambda: by_lmtp(tmp_path / "lmtp", "before"))  # its place is there before it listens
            for mark, seconds in (("one", 4), ("two", 600 if request.config.getoption("--faults") else 2)):
                with own_server.away():
                    time.sleep(seconds)
                    assert not by_lmtp(tmp_path / "lmtp", mark)
            connection.close()
            began = time.monotonic()
            address = own_desk.hannah.addresses.get()
            app.configure_task("people.send_sign_in_link").defer(address_id=address.pk, goes_to="/")
            for mark in ("one", "two"):
                wait_until(lambda mark=mark: by_lmtp(tmp_path / "lmtp", mark))  # a sender tries again
            wait_until(lambda: not ProcrastinateJob.objects.filter(status__in=("todo", "doing")).exists())
            wait_until(lambda: not OutgoingMail.objects.filter(next_at__isnull=False).exists())
            assert time.monotonic() - began < 300
            assert os.waitpid(pid, os.WNOHANG) == (0, 0), "still the same process"
        told = {to for _sender, addresses, _mail in server.received for to in addresses}
    assert {f"{mark}@client.test" for mark in ("before", "one", "two")} <= told
    assert SignInLink.objects.count() == 1
    assert Ticket.objects.count() == 3


def by_lmtp(place, mark):
    wait_until(place.exists)
    try:
        with smtplib.LMTP(str(place)) as lmtp:
            lmtp.sendmail(f"{mark}@client.test", ["it@desk.test"], a_mail(mark))
        return True
    except (OSError, smtplib.SMTPException):
        return False


def wait_until(what, seconds=300):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.1)
