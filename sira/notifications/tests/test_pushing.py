"""A notice on a device: the message that only the browser can read, at a push service of our own."""

import base64
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.test import Client

from sira.notifications import devices, encrypting, pushing, sending, wishes
from sira.notifications.encrypting import decoded, encoded, point
from sira.notifications.models import OutgoingMail, Push, PushDevice, PushKey
from sira.plumbing.outbound import Unreachable
from sira.tickets import assigning
from sira.tickets.tests.cast import Desk, monday


class Browser:
    """Holds the keys that a browser holds, and reads what its push service was given."""

    def __init__(self):
        self.key, self.secret = ec.generate_private_key(encrypting.CURVE), bytes(range(16))

    def subscription(self, endpoint):
        return {"endpoint": endpoint, "keys": {"p256dh": encoded(point(self.key)), "auth": encoded(self.secret)}}

    def read(self, body):
        """RFC 8291 from the other side, written from the standard and not from our code."""
        salt, size, theirs, sealed = body[:16], body[20], body[21 : 21 + body[20]], body[21 + body[20] :]
        assert size == 65 and int.from_bytes(body[16:20], "big") == 4096
        sender = ec.EllipticCurvePublicKey.from_encoded_point(encrypting.CURVE, theirs)
        ikm = self._hkdf(
            self.secret, self.key.exchange(ec.ECDH(), sender), b"WebPush: info\x00" + point(self.key) + theirs, 32
        )
        key = self._hkdf(salt, ikm, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = self._hkdf(salt, ikm, b"Content-Encoding: nonce\x00", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        return json.loads(plain.rstrip(b"\x00")[:-1])

    def _hkdf(self, salt, material, info, length):
        return HKDF(SHA256(), length, salt, info).derive(material)


class Service:
    """A push service on this machine. status: what it answers."""

    def __init__(self):
        self.status, self.calls = 201, []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.calls.append((self.path, dict(self.headers), body))
                self.send_response(service.status)
                self.end_headers()

            def log_message(self, *said):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service(settings):
    settings.PUSH_INSIDE = True
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def browser():
    return Browser()


def subscribed(desk, service, browser):
    client = Client()
    client.force_login(desk.jonas)
    given = browser.subscription(f"{service.address}/one")
    answer = client.post("/profile/notifications/devices/", json.dumps(given), content_type="application/json")
    assert answer.status_code == 204
    return client


def told(desk):
    at = monday(9)
    assigning.assign(desk.ticket(at=at), group=desk.it, agent=desk.jonas, by=desk.ayse, at=at)
    notice = OutgoingMail.objects.filter(kind="assigned").latest("pk")
    sending.pump(at)
    return notice


def test_the_message_of_the_standard_is_written_byte_for_byte():
    """RFC 8291, section 5 and appendix A."""
    ours = ec.derive_private_key(
        int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), encrypting.CURVE
    )
    body = encrypting._encrypted(
        b"When I grow up, I want to be a watermelon",
        key="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        secret="BTBZMqHH6r4Tts7J_aSIgg",
        ours=ours,
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_browser_reads_the_kind_and_the_number_and_no_word_of_the_ticket(desk, service, browser):
    client = subscribed(desk, service, browser)
    told(desk)
    assert pushing.pump(monday(9)) == 1
    ((path, headers, body),) = service.calls
    message = browser.read(body)
    assert path == "/one" and headers["Content-Encoding"] == "aes128gcm" and headers["TTL"] == "86400"
    assert message["title"] == "A ticket is yours" and message["body"].startswith("INC-")
    assert b"VPN" not in json.dumps(message).encode()
    assert "VPN drops" in client.get(message["more"]).json()["body"]
    assert client.get(message["opens"]).headers["Location"] == f"/tickets/{message['body']}/"
    assert Client().get(message["more"]).status_code == 302


def test_the_number_is_told_also_after_the_mail_has_left(desk, service, browser):
    subscribed(desk, service, browser)
    notice = told(desk)
    OutgoingMail.objects.filter(pk=notice.pk).update(placeholders=None)  # as a mail that was sent
    pushing.pump(monday(9))
    assert browser.read(service.calls[0][2])["body"].startswith("INC-")


def test_the_push_service_can_prove_that_it_was_the_desk(desk, service, browser):
    subscribed(desk, service, browser)
    told(desk)
    pushing.pump(monday(9))
    token, key = service.calls[0][1]["Authorization"].removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    raw = decoded(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    public = ec.EllipticCurvePublicKey.from_encoded_point(encrypting.CURVE, decoded(key))
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert key == devices.desk_key().public and said["aud"] == service.address and said["sub"].startswith("mailto:")


def test_the_private_key_is_sealed_in_the_database(desk):
    number = devices.desk_number()
    kept = PushKey.objects.get()
    assert str(number) not in kept.secret and devices.desk_key().secret == kept.secret
    assert encoded(point(ec.derive_private_key(number, encrypting.CURVE))) == kept.public


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(desk, service, browser, status):
    subscribed(desk, service, browser)
    told(desk)
    service.status = status
    pushing.pump(monday(9))
    assert not PushDevice.objects.exists() and not Push.objects.exists()


def test_a_service_that_does_not_work_is_tried_again_later_and_given_up_after_a_day(desk, service, browser):
    subscribed(desk, service, browser)
    told(desk)
    service.status = 503
    assert pushing.pump(monday(9)) == 1 and pushing.pump(monday(9)) == 0
    again = monday(9) + timedelta(minutes=1)
    service.status = 201
    assert pushing.pump(again) == 1 and pushing.pump(again + timedelta(hours=1)) == 0
    assert len(service.calls) == 2
    Push.objects.update(next_at=monday(9) + timedelta(days=2))
    pushing.pump(monday(9) + timedelta(days=2))
    assert len(service.calls) == 2 and Push.objects.get().next_at is None


def test_a_notice_comes_to_a_device_once_however_often_it_is_sorted(desk, service, browser):
    subscribed(desk, service, browser)
    notice = told(desk)
    pushing.pump(monday(9))
    pushing.queue({notice.pk: monday(9)}, at=monday(9))
    assert pushing.pump(monday(10)) == 0 and len(service.calls) == 1


def test_a_device_is_told_after_the_quiet_hours_and_not_at_all_where_it_is_not_wanted(desk, service, browser):
    subscribed(desk, service, browser)
    wishes.keep(desk.jonas, {"quiet": "hours", "quiet_from": 0, "quiet_to": 23}, by=desk.jonas)
    told(desk)
    assert pushing.pump(monday(9)) == 0 and Push.objects.get().next_at > monday(9)
    wishes.keep(desk.jonas, {"ways": {"assigned": ["page", "mail"]}, "quiet": "never"}, by=desk.jonas)
    told(desk)
    assert Push.objects.count() == 1


def test_a_browser_cannot_make_the_desk_call_the_house(desk, service, browser, settings):
    subscribed(desk, service, browser)
    notice = told(desk)
    settings.PUSH_INSIDE = False
    with pytest.raises(Unreachable):
        pushing.send(Push.objects.select_related("device__person").get(), notice, at=monday(9))
    assert not service.calls


@pytest.mark.parametrize(
    "given",
    [b"", b"[]", b"{}", b'{"endpoint": "x", "keys": 1}', b'{"endpoint": 1, "keys": {"p256dh": "a", "auth": "b"}}',
     b'{"endpoint": "https://push.example/1", "keys": {"p256dh": "a", "auth": "b"}}', b"x" * 5000, b"[" * 4000],
)  # fmt: skip
def test_what_is_no_device_is_refused(desk, given):
    client = Client()
    client.force_login(desk.jonas)
    answer = client.post("/profile/notifications/devices/", given, content_type="application/json")
    assert answer.status_code == 409 and not PushDevice.objects.exists()


@pytest.mark.parametrize(
    ("name", "more"),
    [("endpoint", "\0"), ("endpoint", "\ud800"), ("endpoint", "x" * 1000), ("p256dh", "!" * 200), ("auth", "!" * 200)],
)
def test_a_device_that_no_column_takes_is_refused(desk, browser, name, more):
    client = Client()
    client.force_login(desk.jonas)
    given = browser.subscription("https://push.example/one")
    (given if name in given else given["keys"])[name] += more
    answer = client.post("/profile/notifications/devices/", json.dumps(given), content_type="application/json")
    assert answer.status_code == 409 and not PushDevice.objects.exists()
    dropped = client.post("/profile/notifications/devices/drop/", json.dumps(given), content_type="application/json")
    assert dropped.status_code == 204


def test_a_browser_belongs_to_who_is_signed_in_there_and_can_be_told_no_more(desk, service, browser):
    client = subscribed(desk, service, browser)
    other = Client()
    other.force_login(desk.tom)
    gone = json.dumps({"endpoint": f"{service.address}/one"})
    other.post("/profile/notifications/devices/drop/", gone, content_type="application/json")
    assert PushDevice.objects.get().person == desk.jonas
    client.post("/profile/notifications/devices/drop/", gone, content_type="application/json")
    assert not PushDevice.objects.exists()
