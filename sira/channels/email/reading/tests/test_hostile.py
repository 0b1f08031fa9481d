"""Whatever comes in, a letter comes out, in time."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sira.channels.email.reading.reader import _read  # the one that may raise: `read` would hide a fault

SAMPLE = (
    b"From: =?utf-8?q?J=C3=A4ne?= <jane@x.org>\r\nTo: a@b.c, \"D, E\" <d@e.f>\r\nSubject: =?utf-8?b?w4RyZ2Vy?=\r\n"
    b"Content-Type: multipart/mixed; boundary=\"cut\"\r\n\r\n--cut\r\nContent-Type: text/plain; format=flowed\r\n\r\n"
    b"Hello \r\nthere\r\n\r\nOn 6 Jan 2026, X <x@y.z> wrote:\r\n> old\r\n--cut\r\nContent-Type: text/html; "
    b"charset=latin1\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>a=E4<br>b</p>\r\n--cut\r\nContent-Type: "
    b"message/delivery-status\r\n\r\n"
    b"Final-Recipient: rfc822; bob@x.org\r\nStatus: 5.1.1\r\n--cut\r\nContent-Type: application/pdf; "
    b"name*0*=utf-8''%C3%A4; name*1=b.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--cut--\r\n"
)  # fmt: skip
PIECES = [
    b"\r\n", b"\n\n", b"--cut", b"--cut--\r\n", b"=?utf-8?q?", b"?=", b"<", b">", b'"', b"(", b";", b"=", b"\0",
    b"\xff", b":", b"@", b"Content-Type: multipart/mixed; boundary=cut\r\n\r\n", b"<!--", b"begin 644 x\n", b"\x1b$B",
    b"\r", b"Status: 5.1.1\r\n",
]  # fmt: skip


@given(st.binary(max_size=2_000))
@settings(max_examples=150)
def test_any_bytes_are_read(raw):
    _read(raw)


@given(st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.sampled_from(PIECES), st.integers(0, 40)), max_size=12))
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_mail_is_read(changes):
    raw = SAMPLE
    for position, piece, cut in changes:
        raw = raw[:position] + piece + raw[position + cut :]
    letter = _read(raw)
    assert "\0" not in letter.body_text + letter.subject + letter.reply_text + letter.html_text


HEAD = b"From: a@b.c\nSubject: x\n"
STORMS = {
    "deep": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)),
    "words": b"Subject: " + b"=?utf-8?q?" * 12_000 + b"\n\nx",
    "names": b"To: " + b"a, " * 40_000 + b"\n\nx",
    "open quotes": b"From: " + b'\\"' * 50_000 + b"\n\nx",
    "open comments": b"From: " + b"\\(" * 50_000 + b"\n\nx",
    "an open bracket below a name": b"From: a@b.c\n\nJane\n<" + b"@" * 100_000 + b"\nwrote:\n> x",
    "brackets": b"To: " + b"<(" * 50_000 + b"\n\nx",
    "dots": b"To: " + b"a." * 50_000 + b"@\n\nx",
    "parameters": b"Content-Type: text/plain" + b'; a*1="b' * 12_000 + b"\n\nx",
    "parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 12_000,
    "attributions": HEAD + b"\n" + b"On Tue 2012-01-01 a wrote\n" * 4_000,
    "headers in text": HEAD + b"\n" + b"From: a\nTo: b\nText\n" * 5_000,
    "uu": HEAD + b"\n" + b"begin 644 a\n" * 8_000 + b"end\n",
    "tags": HEAD + b"Content-Type: text/html\n\n" + b'<a "' * 25_000,
    "comments": HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 25_000,
    "quotes": HEAD + b"Content-Type: text/html\n\n" + b"<blockquote>" * 8_000,
    "bounce": b"From: MAILER-DAEMON@x\nSubject: Undelivered\n\n" + b"could not be delivered to delivery to " * 3_000,
    "flowed": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 30_000,
}  # fmt: skip


@pytest.mark.parametrize("name", STORMS)
def test_no_storm_takes_long(name):
    began = time.process_time()
    _read(STORMS[name])
    assert time.process_time() - began < 2  # the worst take 0.4 s for 100 kB; what is quadratic takes minutes
