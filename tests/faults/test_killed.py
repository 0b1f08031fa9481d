"""Killed before any operation on database, socket or file: nothing acknowledged is lost, nothing happens twice.

With --faults every point of every way is tried, else every so-manyth of each; the first run tells how many there are.
"""

import contextlib
import functools
import os
import signal
import smtplib
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from sira.api import tokens, webhooks
from sira.api.models import Delivery
from sira.channels.email import connecting, deliver, fetching, listening
from sira.channels.email.models import Mailbox
from sira.intake.models import Received
from sira.notifications import holding, sending
from sira.notifications.models import OutgoingMail
from sira.plumbing.desk_files import desk_files
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail.tests.scripted import ScriptedServer
from sira.plumbing.sealing import seal
from sira.tickets.models import HistoryEntry, Message, MessageFile, Ticket
from sira.tickets.tests.cast import Desk
from tests.faults import points
from tests.faults.imap import Box, ImapServer, Mail

SLICE = 4  # points of each way in an ordinary run
CSV = b"a,b\r\n1,2\r\n"


def raw_mail(mark):
    """Large enough to go to the disk while it comes."""
    head = f"From: {mark}@client.test\r\nTo: it@desk.test\r\nSubject: {mark}\r\nMessage-ID: <{mark}@client.test>\r\n"
    body = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n'
    return (head + body + f"Content-Type: text/csv; name={mark}.csv\r\n\r\n{mark}").encode() + CSV + b"\r\n--b--\r\n"


@pytest.fixture
def desk(committing, tmp_path, monkeypatch):
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    monkeypatch.setitem(settings.LISTEN, "lmtp_socket", str(tmp_path / "lmtp"))
    monkeypatch.setitem(settings.LISTEN, "smtp_port", 0)
    monkeypatch.setenv("SIRA_LMTP_SOCKET", str(tmp_path / "lmtp"))
    get_resolver()._populate()  # once, not in every fork
    Client().get("/api/v1/openapi.json")
    return Desk()


@pytest.fixture
def every_point(request, tmp_path):
    """every_point(way): `way(mark, at)` tries once with a kill at a point and says whether it was acknowledged."""
    whole = request.config.getoption("--faults")

    def run(way, holds):
        way("first", points.NEVER)
        passed = (tmp_path / "passed").read_text().splitlines()
        count = len(passed)
        assert count > 5 and holds("first"), passed
        tried = range(count) if whole else sorted({round(number * count / SLICE) for number in range(SLICE)})
        for at in tried:
            mark = f"point{at}"
            acknowledged = way(mark, at)
            connections.close_all()
            where = f"{at} of {count}, before {passed[at]}"
            assert holds(mark) or not acknowledged, f"lost: {where}"
            assert way(mark, points.NEVER), f"not taken again: {where}"
            assert holds(mark), f"not as it should be: {where}"
        sys.stdout.write(f"{request.node.name}: {len(tried)} of {count} points\n")

    return run


@contextlib.contextmanager
def killed(scene, at, tmp_path):
    with points.fork(scene, at=at, folder=tmp_path / "files", log=tmp_path / "passed") as pid:
        yield pid


def is_one_ticket(mark):
    """One ticket with its message, its file and one mail that acknowledges it; False where there is none."""
    tickets = list(Ticket.objects.filter(subject=mark))
    if not tickets:
        return False
    (ticket,) = tickets
    assert ticket.messages.count() == 1
    assert ticket.history.filter(fact__kind=HistoryEntry.Kind.OPENED).count() == 1
    for digest in MessageFile.objects.filter(message__ticket=ticket).values_list("digest", flat=True):
        assert desk_files().whole(bytes(digest)).endswith(CSV)
    for raw in Received.objects.filter(message__ticket=ticket, raw__isnull=False).values_list("raw", flat=True):
        desk_files().whole(bytes(raw))
    assert OutgoingMail.objects.filter(subject=ticket.pk, kind="acknowledgement").count() <= 1
    return True


def by_lmtp(place, mark):
    try:
        with smtplib.LMTP(str(place)) as lmtp:
            lmtp.sendmail(f"{mark}@client.test", ["it@desk.test"], raw_mail(mark))
        return True
    except (OSError, smtplib.SMTPException):
        return False


def by_pipe(place, mark, folder):
    (folder / "mail").write_bytes(raw_mail(mark))
    with (folder / "mail").open("rb") as message:
        return deliver.deliver(message, "it@desk.test") == deliver.TAKEN


@pytest.mark.parametrize("client", ["lmtp", "pipe"])
def test_while_a_mail_is_handed_over(desk, every_point, tmp_path, client, monkeypatch):
    place = tmp_path / "lmtp"
    bring = by_lmtp if client == "lmtp" else functools.partial(by_pipe, folder=tmp_path)

    def way(mark, at):
        def scene(watched):
            stop = threading.Event()
            signal.signal(signal.SIGTERM, lambda *_given: stop.set())
            watched.counts = True
            listening.listen(stop)

        with killed(scene, at, tmp_path) as pid:
            until = time.monotonic() + 20
            while not place.exists() and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(0.05)
            acknowledged = bring(place, mark)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            points.how_it_ended(pid)
        place.unlink(missing_ok=True)
        return acknowledged

    every_point(way, is_one_ticket)


def test_while_a_mail_is_fetched(desk, every_point, tmp_path):
    box = Box()
    with ImapServer(box) as server:
        secret = seal("open sesame", desk_secrets())
        settings = {"host": "127.0.0.1", "port": server.port, "security": "none", "user": "it@desk.test"}
        mailbox = Mailbox.objects.create(name="box", secret=secret, set_up_at=timezone.now(), **settings)

        def scene(watched):
            row = Mailbox.objects.get(pk=mailbox.pk)
            watched.counts = True
            client = connecting.opened(row, patience=10)
            fetching.take_new(client, row, validity=connecting.selected(client, row))
            client.logout()

        def way(mark, at):
            if not any(mail.raw == raw_mail(mark) for mail in box.mails.values()):
                box.mails[len(box.mails) + 1] = Mail(raw_mail(mark))
            with killed(scene, at, tmp_path) as pid:
                points.how_it_ended(pid)
            return next(mail.seen for mail in box.mails.values() if mail.raw == raw_mail(mark))

        every_point(way, is_one_ticket)


def answering(call, at, tmp_path):
    """Whether a fork answers the call with a yes: the answer's status comes through a pipe, as through the front."""
    reading, writing = os.pipe()

    def scene(watched):
        watched.counts = True
        response = call()
        os.write(writing, b"%d" % response.status_code)

    with killed(scene, at, tmp_path) as pid:
        os.close(writing)
        points.how_it_ended(pid)
        said = os.read(reading, 10)
        os.close(reading)
    return said[:1] in (b"2", b"3")


def test_while_a_program_opens_a_ticket(desk, every_point, tmp_path):
    secret = tokens.make("test", person=desk.jonas, at=timezone.now())[1]

    def way(mark, at):
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": mark}
        body = {"type": "incident", "subject": mark, "text": "Hello", "requester": f"{mark}@client.test"}
        client = Client(headers=headers, raise_request_exception=False)
        return answering(lambda: client.post("/api/v1/tickets", body, "application/json"), at, tmp_path)

    every_point(way, is_one_ticket)


def test_while_a_file_is_uploaded(desk, every_point, tmp_path):
    secret = tokens.make("test", person=desk.jonas, at=timezone.now())[1]

    def way(mark, at):
        client = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
        file = SimpleUploadedFile("a.csv", mark.encode() + CSV)
        return answering(lambda: client.post("/api/v1/attachments", {"file": file}), at, tmp_path)

    def holds(mark):
        return any(path.read_bytes() == mark.encode() + CSV for path in desk_files().folder.glob("??/*"))

    every_point(way, holds)


def test_while_somebody_answers_in_the_portal(desk, every_point, tmp_path):
    ticket = desk.ticket()
    client = Client(raise_request_exception=False)
    client.force_login(ticket.requester)

    def way(mark, at):
        posted = {"text": mark, "token": mark, "files": SimpleUploadedFile("a.csv", mark.encode() + CSV)}
        return answering(lambda: client.post(f"/portal/requests/{ticket.number}/answer/", posted), at, tmp_path)

    def holds(mark):
        messages = list(Message.objects.filter(ticket=ticket, text=mark))
        assert len(messages) < 2
        for message in messages:
            assert desk_files().whole(bytes(message.files.get().digest)) == mark.encode() + CSV
        return bool(messages)

    every_point(way, holds)


def test_while_a_mail_is_sent(desk, every_point, tmp_path, monkeypatch):
    """What may have reached the server is never sent again; it is unsure, and the agent decides."""
    with ScriptedServer() as server:
        host = {"host": "127.0.0.1", "port": server.port, "user": "", "password": "", "tls": "none"}
        monkeypatch.setattr(settings, "MAIL", {**settings.MAIL, **host})
        OutgoingMail.objects.all().delete()
        rounds = iter(range(1, 10**6))

        def way(mark, at):
            now = timezone.now() + next(rounds) * (holding.UNSURE_FOR + timedelta(minutes=6))
            if not OutgoingMail.objects.filter(to=f"{mark}@client.test").exists():
                placeholders = {"subject": mark, "text": mark, "html": ""}
                OutgoingMail.objects.create(
                    kind="plain", to=f"{mark}@client.test", language="en", placeholders=placeholders, queued_at=now,
                    next_at=now,
                )  # fmt: skip

            def scene(watched):
                watched.counts = True
                sending.pump(now)
                sending.find_lost(now)

            with killed(scene, at, tmp_path) as pid:
                points.how_it_ended(pid)
            row = OutgoingMail.objects.get(to=f"{mark}@client.test")
            return row.next_at is None

        def holds(mark):
            row = OutgoingMail.objects.get(to=f"{mark}@client.test")
            came = sum(f"{mark}@client.test" in to for _sender, to, _content in server.received)
            assert came <= 1, "sent twice"
            return came == 1 if row.state == "sent" else row.state == "unsure"

        every_point(way, holds)


def test_while_a_webhook_is_sent(desk, every_point, tmp_path, receiver):
    """The other side may hear of an event twice, always under one id, by which it knows it; none is forgotten."""
    url, came, _answers = receiver
    webhooks.make("Elsewhere", url=url, kinds=["opened"], by=desk.ada, at=timezone.now())
    rounds = iter(range(1, 10**6))

    def way(mark, at):
        now = timezone.now() + next(rounds) * 2 * webhooks.LEASE
        ticket = Ticket.objects.filter(subject=mark).first() or desk.ticket(subject=mark)

        def scene(watched):
            watched.counts = True
            webhooks.pump(now)

        with killed(scene, at, tmp_path) as pid:
            points.how_it_ended(pid)
        return Delivery.objects.get(ticket=ticket.pk).state == Delivery.State.SENT

    def holds(mark):
        row = Delivery.objects.get(ticket=Ticket.objects.get(subject=mark).pk)
        number = Ticket.objects.get(pk=row.ticket).number
        heard = [headers["webhook-id"] for headers, body in list(came) if number.encode() in body]
        assert set(heard) <= {f"evt_{row.pk}"} and len(heard) <= 2
        assert row.attempts >= len(heard), "each call is counted before it is made"
        return row.state == Delivery.State.SENT and bool(heard)

    every_point(way, holds)
