import base64
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from sira.plumbing.mail.fates import Envelope, Fate, MailServer, Outcome, Stage, next_attempt
from sira.plumbing.mail.sending import dots_doubled, send
from sira.plumbing.mail.tests.scripted import OFFERS, STAGES, ScriptedServer, close, hang, reset, saying, slowly

ENVELOPE = Envelope("bounce@desk.example", ("ayse@client.example", "bob@client.example"), "<7@desk.example>")
CONTENT = b"Subject: x\r\n\r\nHello\r\n.\r\n..two\r\n"

OUTCOMES = {
    "yes": None,
    "a 4xx": "451 4.3.0 later, please",
    "a 5xx": "550 5.7.1 not here",
    "a 421 and the end": saying("421 4.3.2 going down\r\n", then=close),
    "the end": close,
    "a reset": reset,
    "silence": hang,
    "nonsense": "hello, nice to meet you",
    "half an answer": saying("250-this goes on", then=close),
}
CONDEMNED = {("sender", "a 5xx"), ("recipient", "a 5xx"), ("data", "a 5xx"), ("answer", "a 5xx")}
REFUSED_AT_THE_END = {"a 4xx", "a 421 and the end"}


def reached(server: ScriptedServer, **more) -> MailServer:
    settings = {"security": "none", "hello_name": "desk.example", "patience": 0.6, "last_patience": 0.6, **more}
    return MailServer("127.0.0.1", server.port, **settings)


def sent(server: ScriptedServer, envelope: Envelope = ENVELOPE, **more) -> dict[str, Fate]:
    return send(reached(server, **more), envelope, [CONTENT[:15], CONTENT[15:]], size=len(CONTENT))


def expected(stage: str, outcome: str) -> Outcome:
    if outcome == "yes":
        return Outcome.DELIVERED
    if (stage, outcome) in CONDEMNED:
        return Outcome.PERMANENT
    if stage == "answer" and outcome not in REFUSED_AT_THE_END:
        return Outcome.UNKNOWN
    return Outcome.TEMPORARY


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("stage", STAGES)
def test_every_ending_at_every_stage_is_named(stage, outcome):
    script = {} if outcome == "yes" else {stage: OUTCOMES[outcome]}
    with ScriptedServer(script) as server:
        fates = sent(server)
        assert {fate.outcome for fate in fates.values()} == {expected(stage, outcome)}
        assert set(fates) == set(ENVELOPE.recipients)
        if outcome != "yes":
            assert {fate.stage for fate in fates.values()} == {Stage(stage)}
        whole_came = stage == "answer" or outcome == "yes"
        assert len(server.received) == whole_came  # never twice, and never counted as sent without having come


def test_the_content_arrives_as_it_was():
    with ScriptedServer() as server:
        fates = sent(server)
    assert server.received == [("bounce@desk.example", list(ENVELOPE.recipients), CONTENT)]
    answer = Fate(Outcome.DELIVERED, Stage.ANSWER, 250, "2.0.0", "queued as 4711")
    assert fates == dict.fromkeys(ENVELOPE.recipients, answer)


def test_one_refused_recipient_does_not_keep_the_others_from_their_mail():
    with ScriptedServer(by_recipient={"bob@client.example": "550 5.1.1 no such\tuser"}) as server:
        fates = sent(server)
    assert fates["ayse@client.example"].outcome is Outcome.DELIVERED
    assert fates["bob@client.example"] == Fate(Outcome.PERMANENT, Stage.RECIPIENT, 550, "5.1.1", "no such user")


def test_a_refusal_of_one_stands_even_if_the_answer_for_the_rest_is_lost():
    with ScriptedServer({"answer": close}, by_recipient={"bob@client.example": "550 5.1.1 no"}) as server:
        fates = sent(server)
    assert [fate.outcome for fate in fates.values()] == [Outcome.UNKNOWN, Outcome.PERMANENT]


def test_a_server_that_breaks_off_within_the_content_has_not_taken_it():
    with ScriptedServer({"content": reset}) as server:
        fates = send(reached(server), ENVELOPE, [b"x" * 70 + b"\r\n"] * 200_000)
    assert {fate.outcome for fate in fates.values()} == {Outcome.TEMPORARY}
    assert not server.received


def test_content_that_cannot_be_read_is_never_finished():
    def content():
        yield CONTENT
        raise OSError("the attachment is gone")

    with ScriptedServer() as server, pytest.raises(OSError, match="gone"):
        send(reached(server), ENVELOPE, content())
    assert not server.received


def test_nobody_listening_is_a_fault_of_the_server_and_is_tried_again():
    with ScriptedServer() as server:
        gone = reached(server)
    fate = send(gone, ENVELOPE, [CONTENT])["bob@client.example"]
    assert fate.outcome is Outcome.TEMPORARY and fate.is_fault_of_server and fate.text
    unknown_name = MailServer("no-such-host.invalid", security="none", patience=5)
    assert send(unknown_name, ENVELOPE, [CONTENT])["bob@client.example"].stage is Stage.CONNECT


def test_a_slow_scanner_is_waited_for():
    with ScriptedServer({"answer": slowly("250 2.0.0 clean\r\n", 0.9)}) as server:
        assert sent(server, last_patience=3)["bob@client.example"].outcome is Outcome.DELIVERED


@pytest.mark.parametrize("address", ["a b@client.example", "x@y.example>\r\nRCPT TO:<z@z.example", "nobody", ""])
def test_what_is_no_address_is_not_offered(address):
    with ScriptedServer() as server:
        fates = sent(server, Envelope("bounce@desk.example", (address,)))
        assert fates[address].outcome is Outcome.PERMANENT and fates[address].enhanced == "5.1.3"
        assert not any(command.startswith(("RCPT", "DATA")) for command in server.commands)


@pytest.mark.parametrize("offers", [OFFERS, (*OFFERS, "SMTPUTF8")])
def test_addresses_of_other_scripts_need_a_server_that_takes_them(offers):
    with ScriptedServer(offers=offers) as server:
        fate = sent(server, Envelope("bounce@desk.example", ("用户@x.example",)))["用户@x.example"]
    assert (fate.outcome is Outcome.DELIVERED) == ("SMTPUTF8" in offers)


def test_bounces_are_asked_for_with_our_message_id():
    with ScriptedServer() as server:
        sent(server)
    assert f"MAIL FROM:<bounce@desk.example> SIZE={len(CONTENT)} RET=HDRS ENVID=<7@desk.example>" in server.commands
    assert "RCPT TO:<bob@client.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;bob@client.example" in server.commands


def test_signing_in_with_a_password_that_is_not_ascii():
    with ScriptedServer(offers=("desk.test", "AUTH LOGIN PLAIN")) as server:
        assert sent(server, user="desk", password="şifre")["bob@client.example"].outcome is Outcome.DELIVERED
    assert f"AUTH PLAIN {base64.b64encode(chr(0).join(['', 'desk', 'şifre']).encode()).decode()}" in server.commands


def test_signing_in_with_a_token():
    with ScriptedServer(offers=("desk.test", "AUTH XOAUTH2")) as server:
        assert sent(server, user="desk", password="tok", sign_in="xoauth2")["bob@client.example"].is_yes
    given = next(command for command in server.commands if command.startswith("AUTH")).split()[-1]
    assert base64.b64decode(given) == b"user=desk\x01auth=Bearer tok\x01\x01"


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN", "XOAUTH2"])
def test_a_refused_sign_in_does_not_condemn_the_message(method):
    refused = {"sign_in": "535 5.7.8 wrong"}
    with ScriptedServer(refused, offers=("desk.test", f"AUTH {method}")) as server:
        fates = sent(server, user="u", password="p", sign_in="xoauth2" if method == "XOAUTH2" else "password")
    assert set(fates.values()) == {Fate(Outcome.TEMPORARY, Stage.SIGN_IN, 535, "5.7.8", "wrong")}


def test_a_server_that_hides_its_encryption_is_not_trusted():
    with ScriptedServer() as server:
        fate = sent(server, security="starttls", user="u", password="p")["bob@client.example"]
        assert fate.outcome is Outcome.TEMPORARY and fate.stage is Stage.STARTTLS
        assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, *form) + signed.public_bytes(pem))
    return path


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_ways_check_who_answers(certificate, security):
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(certificate)
    offers = (*OFFERS, "STARTTLS")
    with ScriptedServer(offers=offers, tls=theirs, tls_first=security == "tls") as server:
        ours = ssl.create_default_context(cafile=str(certificate))
        settings = {"hello_name": "desk.example", "security": security, "patience": 3}
        known = MailServer("localhost", server.port, tls=ours, **settings)
        assert send(known, ENVELOPE, [CONTENT])["bob@client.example"].outcome is Outcome.DELIVERED
        stranger = MailServer("localhost", server.port, **settings)
        fate = send(stranger, ENVELOPE, [CONTENT])["bob@client.example"]
        assert fate.outcome is Outcome.TEMPORARY and "certificate" in fate.text.lower()


def test_attempts_grow_rarer_and_end_after_five_days():
    first = at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    tries, waits = 1, []
    while then := next_attempt(tries, first=first, at=at):
        waits.append(then - at)
        tries, at = tries + 1, then
    assert waits == sorted(waits) and waits[0] == timedelta(minutes=1) and waits[-1] == timedelta(hours=6)
    assert timedelta(days=4, hours=18) < at - first <= timedelta(days=5)
    assert tries == 26


def undoubled(data: bytes) -> bytes:
    return b"\r\n".join(line.removeprefix(b".") for line in data.split(b"\r\n"))


@given(st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"a", b"\r\n.", b".\r\n", b""]), max_size=12))
def test_dots_are_doubled_wherever_the_pieces_are_cut(pieces):
    whole = b"".join(pieces)
    wire = b"".join(dots_doubled(pieces))
    assert wire == b"".join(dots_doubled([whole]))
    assert wire.endswith(b"\r\n") or wire == b""
    assert b"\r\n.\r\n" not in b"\r\n" + wire
    assert undoubled(wire) in (whole, whole + b"\r\n")
