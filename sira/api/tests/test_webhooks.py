"""What happens to tickets is told elsewhere: signed, once for each event, again for over a day, and seen."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from sira.api import webhooks
from sira.api.models import Delivery, Webhook
from sira.plumbing.refusals import NotAllowed
from sira.tickets import lifecycle
from sira.tickets.tests.cast import Desk

AT = timezone.now()


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def receiver():
    """Remembers what came; answers what `answers` says, one after the other, then 204."""
    came, answers = [], []

    class Receives(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((dict(self.headers.items()), body))
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, *_words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receives)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", came, answers
    server.shutdown()


def a_webhook(desk: Desk, url: str, *kinds: str) -> tuple[Webhook, str]:
    return webhooks.make("Elsewhere", url=url, kinds=list(kinds), by=desk.ada, at=AT)


def all_due() -> int:
    return webhooks.pump(timezone.now() + timedelta(seconds=1))


def test_an_event_goes_out_signed_by_the_standard(desk, receiver):
    url, came, _answers = receiver
    _row, secret = a_webhook(desk, url, "opened")
    ticket = desk.ticket(at=AT)
    assert all_due() == 1
    headers, body = came[0]
    told = json.loads(body)
    assert told["type"] == "ticket.opened" and told["data"]["number"] == ticket.number
    assert "VPN" not in body.decode()  # numbers and keys alone
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), content, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(wanted).decode()}"
    assert Delivery.objects.get().state == "sent" and all_due() == 0


def test_what_was_rolled_back_is_not_told_and_what_nobody_asked_for_neither(desk, receiver):
    a_webhook(desk, receiver[0], "resolved")
    with pytest.raises(RuntimeError), transaction.atomic():
        lifecycle.resolve(desk.ticket(at=AT), by=desk.jonas, resolution="Replaced.", at=AT)
        raise RuntimeError
    desk.ticket(at=AT)
    assert not Delivery.objects.exists()
    lifecycle.resolve(desk.ticket(at=AT), by=desk.jonas, resolution="Replaced.", at=AT)
    assert [row.kind for row in Delivery.objects.all()] == ["resolved"]


def test_it_is_tried_for_over_27_hours_with_one_id_then_given_up_and_sent_again_by_hand(desk, receiver):
    url, came, answers = receiver
    a_webhook(desk, url, "opened")
    desk.ticket(at=AT)
    answers.extend([500] * 8)
    at, first = timezone.now(), timezone.now()
    for _try in range(8):
        assert webhooks.pump(at) == 1
        row = Delivery.objects.get()
        at = row.next_at or at
    assert row.state == "dead" and row.attempts == 8 and row.status == 500
    assert at - first >= timedelta(hours=27)
    assert webhooks.pump(at + timedelta(days=9)) == 0
    webhooks.send_again(row, by=desk.ada, at=at)
    assert webhooks.pump(at) == 1
    assert Delivery.objects.get().state == "sent"
    assert len({headers["webhook-id"] for headers, _body in came}) == 1 and len(came) == 9


def test_gone_means_gone(desk, receiver):
    url, _came, answers = receiver
    a_webhook(desk, url, "opened")
    desk.ticket(at=AT)
    answers.append(410)
    all_due()
    assert Delivery.objects.get().state == "dead"


def test_nobody_there_and_the_inner_network_are_written_down(desk):
    for url in ("http://127.0.0.1:9/none", "http://169.254.169.254/latest", "http://example.org/plain"):
        a_webhook(desk, url, "opened")
    desk.ticket(at=AT)
    all_due()
    told = {row.webhook.url: (row.state, row.answer) for row in Delivery.objects.select_related("webhook")}
    assert all(state == "queued" and answer for state, answer in told.values())
    assert "no server's address" in told["http://169.254.169.254/latest"][1]


def test_a_worker_whose_lease_is_over_settles_nothing(desk, receiver):
    a_webhook(desk, receiver[0], "opened")
    desk.ticket(at=AT)
    at = timezone.now() + timedelta(seconds=1)
    slow = webhooks.claim(at)
    assert webhooks.claim(at) is None
    again = webhooks.claim(at + webhooks.LEASE)
    assert slow and again
    webhooks.settle(slow, webhooks.Outcome(500, "late"), at=at)
    assert Delivery.objects.get().status is None
    webhooks.settle(again, webhooks.Outcome(204, ""), at=at)
    assert Delivery.objects.get().state == "sent"


def test_slow_receivers_cost_nobody_a_second_call(desk, receiver, monkeypatch):
    """Each is claimed when its turn comes, not while others before it take their time."""
    a_webhook(desk, receiver[0], "opened")
    for _ticket in range(3):
        desk.ticket(at=AT)
    at, rivals = timezone.now() + timedelta(seconds=1), []
    monkeypatch.setattr(webhooks, "AT_ONCE", 2)
    call = webhooks.call

    def slow(delivery, *, at):
        rivals.append(Delivery.objects.filter(next_at__gt=at).count())
        return call(delivery, at=at)

    monkeypatch.setattr(webhooks, "call", slow)
    assert webhooks.pump(at) == 2 and rivals == [1, 1]


def test_the_secret_is_sealed_and_only_administrators_make_one(desk, receiver):
    row, secret = a_webhook(desk, receiver[0])
    assert secret not in Webhook.objects.get(pk=row.pk).secret
    with pytest.raises(NotAllowed):
        webhooks.make("x", url="https://a.example", kinds=[], by=desk.ayse, at=AT)
    odd = (
        "https://a.example\r\nX: y/",
        "https://a.example/a b",
        "https://[::1",
        "https://a.example:99999/",
        "https://@a/",
    )
    for url in ("javascript:alert(1)", "file:///etc/passwd", "https://user@host/", "hooks", *odd):
        with pytest.raises(webhooks.NotAnAddress):
            webhooks.make("x", url=url, kinds=[], by=desk.ada, at=AT)
