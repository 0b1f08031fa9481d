"""Who a mail is from, and what that lets it do: nobody joins, speaks for the desk or is told something by a forgery."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from sira.channels.email.taking import take
from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing.desk_files import desk_files
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail import building, keys
from sira.tickets import conversation, facts
from sira.tickets.messages import Said
from sira.tickets.models import Message, Ticket, TicketType
from sira.tickets.opening import Asked, open_ticket
from sira.tickets.tests.cast import Desk
from sira.tickets.worksheet import sheet_of

SECRET = "The code of the safe is 4711."


@pytest.fixture
def desk(db, tmp_path, monkeypatch):
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    return Desk()


@pytest.fixture
def ticket(desk):
    ticket = desk.ticket(requester=desk.hannah, group=desk.it)
    conversation.answer(ticket, Said(text=SECRET), by=desk.jonas, at=timezone.now(), channel="web")
    OutgoingMail.objects.update(next_at=None)
    return ticket


def keyed(ticket, number=""):
    return keys.reply_address("help@localhost", number or ticket.number, desk_secrets())


def came(ticket, sender, *, fields="", to="", text="Let me in"):
    """What a mail with these sender fields became."""
    raw = f"{sender}\r\nTo: {to or keyed(ticket)}\r\nSubject: Re: [{ticket.number}] VPN\r\n{fields}\r\n{text}\r\n"
    receipt = take(raw.encode(), at=timezone.now())
    assert receipt
    return receipt


HANNAH = "hannah@desk.example"
FORGED = {
    "Reply-To names her": f"From: Mallory <mallory@evil.test>\r\nReply-To: {HANNAH}",
    "Sender names her": f"From: mallory@evil.test\r\nSender: {HANNAH}",
    "no From, Reply-To names her": f"Reply-To: Hannah <{HANNAH}>",
    "no address in From, Reply-To names her": f"From: Hannah Brooks\r\nReply-To: {HANNAH}",
    "no address in From, Sender names her": f"From: Hannah Brooks\r\nSender: {HANNAH}",
    "a list's old From": f"From: mallory@evil.test\r\nX-Original-From: {HANNAH}\r\nReply-To: {HANNAH}",
    "her address as a name": f'From: "{HANNAH}" <mallory@evil.test>',
    "her address as a name, bare": f"From: {HANNAH} <mallory@evil.test>",
    "her address in an encoded word": "From: =?utf-8?q?hannah=40desk=2Eexample?= <mallory@evil.test>",
    "her mailbox in an encoded word": "From: =?utf-8?q?H_=3Channah=40desk=2Eexample=3E?= <mallory@evil.test>",
    "her address in a comment": f"From: mallory@evil.test ({HANNAH})",
    "her address quoted, at another's": f'From: "{HANNAH}"@evil.test',
    "her address, at another's": f"From: {HANNAH}@evil.test",
    "her address in brackets, at another's": f"From: <{HANNAH}>@evil.test",
    "her address in brackets with another's": f"From: <{HANNAH}@evil.test>",
    "her address quoted, and no other": f'From: "{HANNAH}"',
    "her address in a comment, and no other": f"From: mallory ({HANNAH})",
    "her mailbox in an encoded word, and no other": "From: =?utf-8?b?PGhhbm5haEBkZXNrLmV4YW1wbGU+?=",
    "her mailbox in a group of another's": f"From: Hannah: mallory@evil.test, {HANNAH};",
    "a line end in an encoded word": "From: =?utf-8?q?Hannah=0D=0AFrom:_hannah=40desk.example?= <mallory@evil.test>",
    "her mailbox, and a second in the same field": f"From: Hannah <{HANNAH}>, mallory@evil.test",
    "her mailbox, and a second field": f"From: {HANNAH}\r\nFrom: mallory@evil.test",
    "a letter that looks alike": "From: hannah@desk.examp\u04cfe",
    "her address behind a zero byte": f"From: mallory@evil.test\0{HANNAH}",
}


@pytest.mark.parametrize("forged", FORGED)
def test_nobody_joins_under_another_s_name(ticket, forged):
    before = Message.objects.filter(ticket=ticket).count()
    receipt = came(ticket, FORGED[forged])
    assert receipt.opened and receipt.ticket != ticket and not receipt.message.trouble
    assert Message.objects.filter(ticket=ticket).count() == before
    sent = OutgoingMail.objects.filter(next_at__isnull=False)
    assert not any(SECRET.encode() in building.build(writing.write(mail)) for mail in sent)


@pytest.mark.parametrize("field", ["References", "In-Reply-To"])
def test_stolen_references_join_nothing(ticket, field):
    ours = writing.write(OutgoingMail.objects.filter(subject=ticket.pk).latest("pk")).message_id
    receipt = came(ticket, "From: mallory@evil.test", fields=f"{field}: {ours}\r\n", to="help@localhost")
    assert receipt.opened and receipt.ticket.requester.email == "mallory@evil.test"


def test_who_takes_part_joins_by_the_key(ticket):
    assert came(ticket, f"From: Hannah <{HANNAH}>").ticket == ticket


@pytest.mark.parametrize("agent", ["jonas", "ayse", "ada"])
def test_a_forged_agent_does_not_speak_for_the_desk(desk, ticket, agent):
    sent = OutgoingMail.objects.count()
    receipt = came(ticket, f"From: {agent}@desk.example", text="Send her the money.")
    assert not receipt.message.from_desk
    assert not [
        mail for mail in OutgoingMail.objects.order_by("pk")[sent:] if mail.to == HANNAH and mail.kind == "answer"
    ]


def test_another_agent_s_key_speaks_for_nobody(desk, ticket):
    theirs = keyed(ticket, f"{ticket.number}-A{desk.jonas.pk}")
    assert not came(ticket, "From: ayse@desk.example", to=theirs, text="Hello").message.from_desk
    assert came(ticket, "From: mallory@evil.test", to=theirs).ticket != ticket


def test_a_key_of_another_ticket_opens_no_other_door(desk, ticket):
    other = desk.ticket(requester=desk.tom)
    assert came(ticket, f"From: {HANNAH}", to=keyed(other), fields="").ticket == ticket
    forged = keyed(other).replace(other.number.lower(), ticket.number.lower()).replace(other.number, ticket.number)
    assert came(ticket, "From: tom@desk.example", to=forged).ticket != ticket


def test_what_a_stranger_writes_is_not_sent_on_in_the_name_of_the_desk(desk):
    """Anybody can write another's address into From: who never proved it is told that something came, not what."""
    head = b"From: evil.test sells <victim@elsewhere.test>\r\nTo: help@localhost\r\nSubject: Buy at evil.test\r\n"
    ticket = take(head + b"\r\nCheap pills\r\n", at=timezone.now()).ticket
    mail = OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement")
    sent = building.build(writing.write(mail))
    assert b"evil.test" not in sent and b"pills" not in sent and ticket.number.encode() in sent


def test_who_has_signed_in_reads_their_own_subject(desk):
    Person.objects.filter(pk=desk.hannah.pk).update(last_login=timezone.now())
    raw = f"From: {HANNAH}\r\nTo: help@localhost\r\nSubject: Badge lost\r\n\r\nHelp\r\n"
    ticket = take(raw.encode(), at=timezone.now()).ticket
    assert b"Badge lost" in building.build(
        writing.write(OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement"))
    )


def test_two_machines_that_answer_each_other_stop(desk):
    """The other side answers whatever comes, with nothing that says it is a machine."""
    for number in range(20):
        head = f"From: robot@elsewhere.test\r\nSubject: Re {number}\r\nMessage-ID: <{number}@elsewhere>\r\n"
        raw = f"{head}\r\nThank you {number}\r\n"
        take(raw.encode(), at=timezone.now())
    assert OutgoingMail.objects.filter(to="robot@elsewhere.test").count() == 1
    assert Ticket.objects.filter(requester__email="robot@elsewhere.test").count() == 20


@pytest.mark.parametrize("channel", ["mail", "form"])
def test_nobody_is_sent_one_mail_after_another_because_somebody_names_their_address(desk, channel):
    victim = Person.objects.create(name="V", email="victim@elsewhere.test", created_at=timezone.now())
    for number in range(4):
        asked = Asked(
            type=TicketType.objects.get(key="incident"), subject=f"Buy {number}", said=Said(text="Cheap pills"),
            requester=victim, channel=channel,
        )  # fmt: skip
        open_ticket(asked, by=victim, at=timezone.now())
    (mail,) = OutgoingMail.objects.filter(to=victim.email)
    sent = building.build(writing.write(mail))
    assert b"pills" not in sent and b"Buy" not in sent


def test_a_machine_that_answers_within_its_ticket_stops_too(desk):
    """With our key and our references, and nothing that says it is a machine: at most four messages, then silence."""
    ticket = take(b"From: robot@elsewhere.test\r\nSubject: Help\r\n\r\nFirst\r\n", at=timezone.now()).ticket
    for number in range(10):
        head = f"From: robot@elsewhere.test\r\nTo: {keyed(ticket)}\r\nMessage-ID: <{number}@elsewhere>\r\n"
        take(f"{head}Subject: Re: [{ticket.number}] Help\r\n\r\nThank you {number}\r\n".encode(), at=timezone.now())
    assert OutgoingMail.objects.filter(to="robot@elsewhere.test").count() == 1
    assert Ticket.objects.count() == 1


def test_our_own_mails_answer_no_mail_of_ours(desk):
    """Another desk like this one writes to us, or our mail is sent back to us under another's name."""
    ticket = take(b"From: robot@elsewhere.test\r\nSubject: Help\r\n\r\nFirst\r\n", at=timezone.now()).ticket
    ours = building.build(writing.write(OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement")))
    sent = OutgoingMail.objects.count()
    for number, sender in enumerate((b"other-desk@elsewhere.test", b"robot@elsewhere.test")):
        came_back = re.sub(rb"(?m)^From: .*$", b"From: " + sender, ours, count=1)
        came_back = re.sub(rb"(?mi)^Message-ID: .*$", b"Message-ID: <%d@elsewhere>" % number, came_back, count=1)
        take(came_back, at=timezone.now())
    assert OutgoingMail.objects.count() == sent


@pytest.mark.parametrize(
    "mark",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (rejected)",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "List-Id: <news.elsewhere.test>",
        "Return-Path: <>",
        "X-Autoreply: yes",
    ],
)
def test_a_machine_is_answered_by_no_machine(desk, mark):
    raw = f"{mark}\r\nFrom: robot@elsewhere.test\r\nSubject: Away\r\n\r\nI am away\r\n"
    take(raw.encode(), at=timezone.now())
    assert not OutgoingMail.objects.filter(to="robot@elsewhere.test").exists()


def test_line_ends_in_encoded_words_make_no_header(desk):
    Person.objects.filter(pk=desk.hannah.pk).update(last_login=timezone.now(), name="Hannah\r\nBcc: x@evil.test")
    raw = f"From: {HANNAH}\r\nSubject: =?utf-8?q?a=0D=0ABcc:_all=40evil.test=0D=0A?=\r\n\r\nHello\r\n"
    ticket = take(raw.encode(), at=timezone.now()).ticket
    head = building.build(writing.write(OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement")))
    assert b"\nBcc:" not in head.partition(b"\r\n\r\n")[0]


def test_what_our_server_says_of_a_sender_is_shown_and_known_to_rules(desk, monkeypatch):
    monkeypatch.setattr(settings, "MAIL", {**settings.MAIL, "authserv": ["mx.desk.test"]})
    forged = "Authentication-Results: mx.evil.test; dmarc=pass header.from=client.test\r\n"
    ours = "Authentication-Results: mx.desk.test; dmarc=fail header.from=client.test; spf=softfail\r\n"
    raw = f"{ours}{forged}From: boss@client.test\r\nTo: help@localhost\r\nSubject: Pay\r\n\r\nAt once\r\n"
    ticket = take(raw.encode(), at=timezone.now()).ticket
    sheet = sheet_of(ticket.pk, by=desk.ayse, at=timezone.now())
    assert facts.of(sheet)["message"] == {"text": "At once", "dmarc": "fail", "dkim": None, "spf": "softfail"}
    Ticket.objects.filter(pk=ticket.pk).update(group=desk.it)
    client = Client()
    client.force_login(desk.ayse)
    assert "DMARC fail, SPF softfail" in client.get(f"/tickets/{ticket.number}/").content.decode()


def test_a_sender_for_whom_our_server_vouches_is_shown_without_a_word(desk, monkeypatch):
    monkeypatch.setattr(settings, "MAIL", {**settings.MAIL, "authserv": ["mx.desk.test"]})
    ours = "Authentication-Results: mx.desk.test; dmarc=pass header.from=client.test; spf=softfail\r\n"
    raw = f"{ours}From: boss@client.test\r\nTo: help@localhost\r\nSubject: Pay\r\n\r\nAt once\r\n"
    ticket = take(raw.encode(), at=timezone.now()).ticket
    Ticket.objects.filter(pk=ticket.pk).update(group=desk.it)
    client = Client()
    client.force_login(desk.ayse)
    assert "vouch" not in client.get(f"/tickets/{ticket.number}/").content.decode()
