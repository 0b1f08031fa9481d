"""Each mail is handed over once, and its fate is written down."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from sira.notifications import holding, outbox, sending
from sira.notifications.models import OutgoingMail
from sira.plumbing.mail.tests.scripted import STAGES, ScriptedServer, close, hang, reset, saying
from sira.tickets import assigning, watching
from sira.tickets.models import HistoryEntry
from sira.tickets.tests.cast import Desk, monday

State = OutgoingMail.State
OUTCOMES = {
    "a 4xx": "451 4.3.0 later, please",
    "a 5xx": "550 5.7.1 not here",
    "a 421 and the end": saying("421 4.3.2 going down\r\n", then=close),
    "the end": close,
    "a reset": reset,
    "nonsense": "hello, nice to meet you",
    "half an answer": saying("250-this goes on", then=close),
}
REFUSING = {("sender", "a 5xx"), ("recipient", "a 5xx"), ("data", "a 5xx"), ("answer", "a 5xx")}
UNSURE = {"the end", "a reset", "nonsense", "half an answer"}


def settings_for(port, host="127.0.0.1"):
    return {"host": host, "port": port, "user": "", "password": "", "tls": "none", "from": "help@desk.example"}


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture(autouse=True)
def told(monkeypatch):
    monkeypatch.setattr(sending, "_listeners", [watching.mail_ended])


def a_mail(subject=None, **more):
    facts = {"number": "INC-1", "subject": "VPN", "text": "Try now.", "author": "Ayşe", "link": "https://x/"}
    given = {"kind": "answer", "to": "tom@desk.example", "language": "en", "placeholders": facts, "subject": subject}
    return OutgoingMail.objects.create(**given | {"queued_at": monday(9), "next_at": monday(9)} | more)


def an_assigned_ticket(desk):
    ticket = desk.ticket()
    assigning.assign(ticket, group=desk.it, agent=desk.ayse, by=desk.ayse, at=monday(9))
    OutgoingMail.objects.all().delete()
    return ticket


def pumped(server, at=None):
    with override_settings(MAIL=settings_for(server.port)):
        return sending.pump(at or monday(9))


def expected(stage, outcome):
    if (stage, outcome) in REFUSING:
        return State.REFUSED
    if stage == "answer" and outcome in UNSURE:
        return State.UNSURE
    return State.DELAYED


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("stage", STAGES)
def test_every_ending_leads_to_its_state_and_notice(desk, stage, outcome):
    ticket = an_assigned_ticket(desk)
    mail = a_mail(ticket.pk)
    with ScriptedServer({stage: OUTCOMES[outcome]}) as server:
        pumped(server)
    mail.refresh_from_db()
    assert mail.state == expected(stage, outcome)
    over = mail.state != State.DELAYED
    assert (mail.next_at is None) == over
    assert HistoryEntry.objects.filter(ticket=ticket, fact__kind="delivery").exists() == over
    assert OutgoingMail.objects.filter(kind="undelivered", to=desk.ayse.email).exists() == over


def test_a_mail_that_was_taken_is_sent_and_forgets_its_text(desk):
    mail = a_mail()
    with ScriptedServer() as server:
        assert pumped(server) == 1
        assert pumped(server) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.placeholders, mail.attempts) == (State.SENT, monday(9), None, 1)
    assert len(server.received) == 1


def test_notices_that_are_queued_thousands_at_once_are_sent_as_others(desk):
    facts = {"number": "INC-1", "subject": "VPN", "target": "resolution", "name": "", "share": 100, "past": 0}
    outbox.queue_many([(None, outbox.Mail(kind="breached", to=desk.ayse, placeholders=facts))], at=monday(9))
    with ScriptedServer() as server:
        assert pumped(server) == 1
    mail = OutgoingMail.objects.get(kind="breached")
    assert (mail.state, mail.answer) == (State.SENT, "")
    assert len(server.received) == 1


def test_a_silent_server_after_the_content_leaves_it_unsure(desk, monkeypatch):
    mail = a_mail()
    target = sending.server

    def impatient():
        server = target()
        return server and type(server)(server.host, server.port, security="none", patience=0.5, last_patience=0.5)

    monkeypatch.setattr(sending, "server", impatient)
    with ScriptedServer({"answer": hang}) as server:
        pumped(server)
    mail.refresh_from_db()
    assert mail.state == State.UNSURE


def test_it_is_tried_for_five_days_and_then_given_up_with_a_notice(desk):
    ticket = an_assigned_ticket(desk)
    mail, at, tries = a_mail(ticket.pk), monday(9), 0
    with ScriptedServer({"recipient": "451 4.2.1 full"}) as server:
        while mail.next_at:
            at = mail.next_at
            tries += pumped(server, at)
            mail.refresh_from_db()
    assert mail.state == State.REFUSED
    assert timedelta(days=4, hours=12) < at - monday(9) <= timedelta(days=5)
    assert 15 < tries == mail.attempts < 40
    assert "full" in mail.answer
    assert OutgoingMail.objects.filter(kind="undelivered").count() == 1


def test_after_a_partial_refusal_only_those_still_open_are_tried_again(desk):
    mail = a_mail(copies=["omar@halden.example", "eva@halden.example"])
    by_recipient = {"omar@halden.example": "451 4.2.1 full", "eva@halden.example": "550 5.1.1 unknown"}
    with ScriptedServer(by_recipient=by_recipient) as server:
        pumped(server)
    mail.refresh_from_db()
    assert mail.state == State.DELAYED
    assert mail.settled == {"tom@desk.example": "sent", "eva@halden.example": "550 5.1.1 unknown"}
    with ScriptedServer() as server:
        pumped(server, mail.next_at)
    mail.refresh_from_db()
    assert [recipients for _sender, recipients, _content in server.received] == [["omar@halden.example"]]
    assert mail.state == State.REFUSED  # eva never got it, and the agent is told
    sending.send_again(mail, at=monday(12))
    with ScriptedServer() as server:
        pumped(server, monday(12))
    mail.refresh_from_db()
    assert [recipients for _sender, recipients, _content in server.received] == [["eva@halden.example"]]
    assert mail.state == State.SENT


@pytest.mark.parametrize(
    "fate",
    [
        {"state": State.SENT, "sent_at": monday(9), "next_at": None},
        {"state": State.QUEUED},
        {"state": State.UNSURE, "next_at": monday(9, 15)},  # its worker waits for the server's answer
        {"state": State.REFUSED, "next_at": None, "placeholders": None},
    ],
)
def test_what_went_out_is_about_to_or_has_no_text_any_more_does_not_go_out_again(desk, fate):
    mail = a_mail(**fate)
    with pytest.raises(sending.NotUndelivered):
        sending.send_again(mail, at=monday(12))
    mail.refresh_from_db()
    assert {name: getattr(mail, name) for name in fate} == fate


def test_a_server_that_does_not_work_is_asked_once_and_all_wait(desk):
    for _ in range(5):
        a_mail()
    with ScriptedServer({"hello": "421 4.3.2 closed today"}) as server:
        assert pumped(server) == 1
    assert OutgoingMail.objects.filter(next_at__lte=monday(9)).count() == 0
    with ScriptedServer() as server:
        assert pumped(server, monday(9, 1)) == 5


def test_a_worker_that_stood_still_does_not_send_what_another_has_sent(desk):
    mail = a_mail()
    (late,) = sending.claim(monday(9))
    with ScriptedServer() as server:
        assert pumped(server, monday(10)) == 1
        with override_settings(MAIL=settings_for(server.port)):
            sending.try_once(late, at=monday(9))
        assert len(server.received) == 1
    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_a_worker_that_stood_still_and_found_its_server_gone_puts_nothing_off(desk):
    mail = a_mail()
    (late,) = sending.claim(monday(9))
    with ScriptedServer() as server:
        assert pumped(server, monday(10)) == 1
    with ScriptedServer({"hello": close}) as gone, override_settings(MAIL=settings_for(gone.port)):
        assert sending.try_once(late, at=monday(9))
    mail.refresh_from_db()
    assert (mail.state, mail.next_at) == (State.SENT, None)


def test_a_worker_that_works_slowly_keeps_what_it_claimed(committing, monkeypatch):
    monkeypatch.setattr(holding, "RENEW_EVERY", 0.05)
    mails, began, seen = [a_mail(next_at=timezone.now()) for _number in range(2)], threading.Event(), threading.Event()
    claimed = OutgoingMail.objects.filter(pk__in=[one.pk for one in mails])

    def claimed_until():
        return list(claimed.values_list("next_at", flat=True))

    def slow(_server, talk):
        began.set()
        seen.wait(60)
        talk.sendall(b"220 ready\r\n")

    with ScriptedServer({"connect": slow}) as server:
        worker = threading.Thread(target=lambda: (pumped(server, timezone.now()), connection.close()))
        worker.start()
        try:
            assert began.wait(60)
            would_end, patience = max(claimed_until()), time.monotonic() + 60
            while min(claimed_until()) <= would_end and time.monotonic() < patience:
                time.sleep(0.02)
            assert sending.claim(would_end) == []
        finally:
            seen.set()
            worker.join()
        assert len(server.received) == 2
    assert [mail.state for mail in claimed] == [State.SENT] * 2


def test_a_mail_that_was_put_off_stays_put_off_while_the_others_of_its_claim_are_sent(committing, monkeypatch):
    monkeypatch.setattr(holding, "RENEW_EVERY", 0.05)
    at = timezone.now()
    put_off, sent = a_mail(to="ann@desk.example", queued_at=at, next_at=at - timedelta(seconds=1)), a_mail(next_at=at)

    def slow(_server, talk):
        time.sleep(0.4)
        talk.sendall(b"250 ok\r\n")

    with ScriptedServer({"sender": slow}, by_recipient={put_off.to: "451 4.2.0 later"}) as server:
        pumped(server, at)
    put_off.refresh_from_db()
    sent.refresh_from_db()
    assert (put_off.state, put_off.next_at, sent.state) == (State.DELAYED, at + timedelta(minutes=1), State.SENT)


def test_a_claim_stands_for_as_long_as_its_worker_is_at_it(committing, monkeypatch):
    monkeypatch.setattr(holding, "RENEW_EVERY", 0.01)
    at = timezone.now()
    mail = a_mail(queued_at=at, next_at=at + holding.LEASE)
    rows, patience = OutgoingMail.objects.filter(pk=mail.pk, next_at__gt=mail.next_at), time.monotonic() + 60
    with holding.held([mail], at=at):
        while not rows.exists() and time.monotonic() < patience:
            time.sleep(0.01)
    assert rows.exists()


def test_a_claim_that_another_has_by_now_is_not_renewed(db):
    at = timezone.now()
    mail = a_mail(queued_at=at, next_at=at)
    OutgoingMail.objects.update(next_at=at + holding.LEASE)
    holding.renew([holding.Claim(mail, mail.next_at)], until=at + 2 * holding.LEASE)
    mail.refresh_from_db()
    assert mail.next_at == at + holding.LEASE


def test_what_came_of_a_mail_is_written_while_its_claim_is_being_renewed(committing, monkeypatch):
    monkeypatch.setattr(holding, "RENEW_EVERY", 0)
    at = timezone.now()
    mails = [a_mail(to=f"ann{number}@desk.example", queued_at=at, next_at=at) for number in range(20)]
    with ScriptedServer(by_recipient={mail.to: "451 4.2.0 later" for mail in mails}) as server:
        pumped(server, at)
    found = OutgoingMail.objects.filter(pk__in=[one.pk for one in mails])
    assert [(mail.state, mail.next_at) for mail in found] == [(State.DELAYED, at + timedelta(minutes=1))] * 20


def test_without_a_mail_server_it_is_kept(desk):
    mail = a_mail()
    with override_settings(MAIL=settings_for(25, host="")):
        sending.pump(monday(9))
    mail.refresh_from_db()
    assert mail.state == State.KEPT


def test_a_link_to_sign_in_does_not_stay_in_the_outbox_without_a_mail_server(db):
    mail = a_mail(
        kind="plain", placeholders={"subject": "Your link", "text": "https://desk/sign-in/SECRET", "html": ""}
    )
    with override_settings(MAIL=settings_for(0, host="")):
        sending.pump(monday(9))
    mail.refresh_from_db()
    assert (mail.state, mail.placeholders) == (State.KEPT, None)


def test_nor_where_it_was_refused(desk):
    mail = a_mail(
        kind="plain", placeholders={"subject": "Your link", "text": "https://desk/sign-in/SECRET", "html": ""}
    )
    with ScriptedServer({"recipient": "550 5.1.1 nobody of that name"}) as server:
        pumped(server)
    mail.refresh_from_db()
    assert (mail.state, mail.placeholders) == (State.REFUSED, None)


def test_a_mail_that_cannot_be_written_is_put_off_and_holds_up_no_other(desk):
    broken, good = a_mail(kind="no_such_text"), a_mail()
    with ScriptedServer() as server:
        pumped(server)
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, good.state) == (State.DELAYED, State.SENT)


def test_an_address_that_is_none_is_refused(desk):
    mail = a_mail(to="not an address")
    with ScriptedServer() as server:
        pumped(server)
    mail.refresh_from_db()
    assert mail.state == State.REFUSED


def test_several_workers_claim_different_mails(committing):
    desk = Desk()
    assert desk
    for _ in range(30):
        a_mail()
    claimed, together = [], threading.Barrier(3)

    def claim():
        together.wait()
        claimed.extend(mail.pk for mail in sending.claim(monday(9)))
        claimed.extend(mail.pk for mail in sending.claim(monday(9)))
        connection.close()

    workers = [threading.Thread(target=claim) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(claimed) == len(set(claimed)) == 30


WORKER = """
import os, signal, sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from datetime import datetime
from sira.notifications import sending
from sira.plumbing.mail import sending as transport
if sys.argv[3] == "before the mark":
    def pieces(outgoing):
        yield b"Subject: half"
        os.kill(os.getpid(), signal.SIGKILL)
    sending.building.pieces = pieces
elif sys.argv[3] == "before the last dot":
    mark = sending._marked
    def marked(mail, pieces):
        yield from mark(mail, pieces)
        os.kill(os.getpid(), signal.SIGKILL)
    sending._marked = marked
else:
    sending.judge = lambda *_a, **_k: os.kill(os.getpid(), signal.SIGKILL)
sending.pump(datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.parametrize("moment", ["before the mark", "before the last dot", "after the answer"])
def test_a_worker_killed_while_sending_never_sends_twice(committing, moment):
    desk = Desk()
    ticket = an_assigned_ticket(desk)
    mail = a_mail(ticket.pk)
    with ScriptedServer() as server:
        env = os.environ | {"SIRA_MAIL_HOST": "127.0.0.1", "SIRA_MAIL_PORT": str(server.port), "SIRA_MAIL_TLS": "none"}
        env["DJANGO_SETTINGS_MODULE"] = "sira.config.settings"
        call = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], monday(9).isoformat(), moment]
        killed = subprocess.run(call, env=env, capture_output=True, text=True)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        came = len(server.received)
        assert came == (moment == "after the answer")
        assert pumped(server, monday(9) + timedelta(seconds=20)) == 0  # the dead worker's claim
        later = monday(10)
        tried = pumped(server, later)
        found = sending.find_lost(later)
        assert sending.find_lost(later) == 0
        mail.refresh_from_db()
        assert len(server.received) <= 1
    if moment == "before the mark":
        assert (tried, found, mail.state, len(server.received)) == (1, 0, State.SENT, 1)
    else:
        assert (tried, found, mail.state) == (0, 1, State.UNSURE)
        assert OutgoingMail.objects.filter(kind="undelivered").count() == 1
