"""A mail becomes a ticket or joins one, once."""

from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.db import OperationalError
from django.test import override_settings

from sira.channels.email import taking
from sira.decisions.models import Trace
from sira.intake.models import Received
from sira.notifications import identity, writing
from sira.notifications.models import OutgoingMail
from sira.plumbing import desk_files
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.files import Files
from sira.plumbing.mail import keys
from sira.tickets import lifecycle, merging, notices
from sira.tickets.models import Message, Ticket, TicketLink
from sira.tickets.tests.cast import Desk, monday

DESK = "help@desk.example"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = Files(tmp_path)
    monkeypatch.setattr(taking, "desk_files", lambda: store)
    monkeypatch.setattr(desk_files, "desk_files", lambda: store)
    with override_settings(MAIL={"host": "", "port": 25, "user": "", "password": "", "tls": "none", "from": DESK}):
        yield store


def a_mail(
    text: str = "It drops every few minutes.",
    *,
    sender: str = "Tom Whitfield <tom@desk.example>",
    to: str = DESK,
    subject: str = "VPN drops",
    message_id: str = "<1@mail.example>",
    more: str = "",
) -> bytes:
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
    identity_line = f"Message-ID: {message_id}\r\n" if message_id else ""
    return f"{head}{identity_line}{more}\r\n{text}\r\n".encode()


def take(raw: bytes, *, at: datetime | None = None, **more: object):
    return taking.take(raw, at=at or monday(10), way=taking.Way(**more))  # type: ignore[arg-type]


def test_a_mail_opens_a_ticket_for_the_person_who_wrote_it(desk: Desk):
    receipt = take(a_mail())
    assert receipt.opened
    assert receipt.ticket.requester == desk.tom
    assert receipt.message.text == "It drops every few minutes."


def test_a_stranger_becomes_a_person(desk: Desk):
    receipt = take(a_mail(sender="Nadia Karimi <Nadia@New.example>"))
    assert (receipt.ticket.requester.name, receipt.ticket.requester.email) == ("Nadia Karimi", "nadia@new.example")


def test_the_same_mail_twice_makes_one_entry(desk: Desk):
    first, second = take(a_mail()), take(a_mail())
    assert second.repeated and second.message == first.message
    assert Message.objects.count() == 1


def test_the_same_mail_in_two_mailboxes_makes_one_entry(desk: Desk):
    first = take(a_mail(), source="help", key="7:1")
    second = take(a_mail(more="X-Trace: other way\r\n"), source="hr", key="9:4")
    assert second.repeated and second.message == first.message
    assert Received.objects.filter(state=Received.State.REPEATED).count() == 1


def test_another_mail_with_the_same_id_is_not_lost(desk: Desk):
    take(a_mail())
    assert take(a_mail("A different text.")).opened


def test_two_mailboxes_may_number_two_mails_alike(desk: Desk):
    """A number means something in its own mailbox only: each server begins at one."""
    first = take(a_mail(), source="mailbox:1", key="1:5")
    second = take(a_mail("Another.", message_id="<2@x>"), source="mailbox:2", key="1:5")
    assert second.opened and second.ticket != first.ticket
    assert take(a_mail(), source="mailbox:1", key="1:5").ticket == first.ticket


def test_what_passes_is_no_fault_of_the_mail_the_sender_brings_it_again(desk: Desk, monkeypatch):
    """Else a mail that came while two waited for each other would be a ticket that nobody can read."""
    with monkeypatch.context() as once:
        once.setattr(taking, "read_in", Mock(side_effect=OperationalError("deadlock detected")))
        with pytest.raises(OperationalError):
            take(a_mail())
    assert not Ticket.objects.exists()
    assert take(a_mail()).message.text == "It drops every few minutes."


def test_two_mails_without_an_id_are_two(desk: Desk):
    take(a_mail(message_id=""))
    assert take(a_mail("Something else.", message_id="")).opened


def test_an_answer_finds_its_ticket_by_the_key_in_the_address(desk: Desk):
    ticket = take(a_mail()).ticket
    keyed = keys.reply_address(DESK, ticket.number, desk_secrets())
    receipt = take(a_mail("More.", to=keyed, subject="hello", message_id="<2@x>"))
    assert receipt.ticket == ticket and not receipt.opened


def test_a_stranger_with_the_key_opens_a_ticket_of_their_own(desk: Desk):
    ticket = take(a_mail()).ticket
    keyed = keys.reply_address(DESK, ticket.number, desk_secrets())
    receipt = take(a_mail("Let me in.", sender="Eve <eve@evil.example>", to=keyed, message_id="<2@x>"))
    assert receipt.opened and receipt.ticket != ticket


def test_an_answer_finds_its_ticket_by_the_mail_it_answers(desk: Desk):
    ticket = take(a_mail()).ticket
    acknowledgement = OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement")
    ours = identity.message_id(acknowledgement.pk, domain="desk.example", secrets=desk_secrets())
    by_ours = take(a_mail("One.", subject="x", message_id="<2@x>", more=f"In-Reply-To: {ours}\r\n"))
    by_theirs = take(a_mail("Two.", subject="y", message_id="<3@x>", more="References: <0@x> <1@mail.example>\r\n"))
    assert by_ours.ticket == by_theirs.ticket == ticket


def test_an_answer_finds_its_ticket_by_the_tag_in_the_subject(desk: Desk):
    ticket = take(a_mail()).ticket
    assert take(a_mail("More.", subject=f"Re: [{ticket.number}] VPN", message_id="<2@x>")).ticket == ticket


def test_a_stranger_does_not_join_by_guessing_a_tag(desk: Desk):
    ticket = take(a_mail()).ticket
    receipt = take(a_mail("Hi.", sender="eve@evil.example", subject=f"[{ticket.number}]", message_id="<2@x>"))
    assert receipt.opened


def test_people_in_copy_take_part_but_not_the_desk_itself(desk: Desk):
    ticket = take(a_mail(more=f"Cc: Omar <omar@halden.example>, {DESK}\r\n")).ticket
    assert [one.person.email for one in ticket.participants.all()] == ["omar@halden.example"]
    receipt = take(a_mail("Me too.", sender="omar@halden.example", subject=f"[{ticket.number}]", message_id="<2@x>"))
    assert receipt.ticket == ticket


def test_an_agent_answers_by_mail_only_with_the_agents_own_key(desk: Desk):
    ticket = take(a_mail()).ticket
    key = notices.agent_key(ticket, desk.ayse)
    keyed = keys.reply_address(DESK, key, desk_secrets())
    answered = take(a_mail("Try now.", sender="ayse@desk.example", to=keyed, message_id="<2@x>"))
    assert answered.message.from_desk
    assert OutgoingMail.objects.filter(subject=ticket.pk, kind="answer", to="tom@desk.example").exists()
    forged = take(a_mail("Pay me.", sender="ayse@desk.example", subject=f"[{ticket.number}]", message_id="<3@x>"))
    assert not forged.message.from_desk


def test_automatic_mail_is_not_answered_and_reopens_nothing(desk: Desk):
    ticket = take(a_mail()).ticket
    lifecycle.resolve(ticket, by=desk.ayse, resolution="Done.", at=monday(11))
    away = a_mail(
        "I am away.", subject=f"[{ticket.number}]", message_id="<2@x>", more="Auto-Submitted: auto-replied\r\n"
    )
    receipt = take(away, at=monday(12))
    ticket.refresh_from_db()
    assert receipt.message.is_automatic and ticket.status == Ticket.Status.RESOLVED
    fresh = take(a_mail("Alert", subject="disk", message_id="<4@x>", more="Auto-Submitted: auto-generated\r\n"))
    assert not OutgoingMail.objects.filter(subject=fresh.ticket.pk, to="tom@desk.example").exists()


def test_an_answer_after_the_days_for_reopening_opens_a_follow_up(desk: Desk):
    ticket = take(a_mail()).ticket
    lifecycle.resolve(ticket, by=desk.ayse, resolution="Done.", at=monday(11))
    lifecycle.confirm(ticket, by=desk.tom, at=monday(12))
    late = monday(12).replace(month=12, day=20)
    receipt = take(a_mail("Again!", subject=f"Re: [{ticket.number}]", message_id="<2@x>"), at=late)
    assert receipt.opened
    assert TicketLink.objects.get(source=receipt.ticket).target == ticket


def test_an_answer_to_a_merged_ticket_goes_where_it_lives_on(desk: Desk):
    first, second = take(a_mail()).ticket, take(a_mail("Same.", message_id="<2@x>")).ticket
    merging.merge(second, first, by=desk.ayse, at=monday(11))
    assert take(a_mail("More.", subject=f"[{second.number}]", message_id="<3@x>")).ticket == first


def test_a_bounce_goes_to_the_ticket_whose_mail_bounced_and_tells_the_agent(desk: Desk):
    ticket = take(a_mail()).ticket
    mail = OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement")
    letter = writing.write(mail)
    bounce = (
        "From: MAILER-DAEMON@mx.example\r\nTo: help@desk.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <b@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; tom@desk.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {letter.message_id}\r\n\r\n--b--\r\n"
    ).encode()
    receipt = take(bounce, at=monday(11))
    mail.refresh_from_db()
    assert receipt.ticket == ticket and receipt.message.is_internal
    assert mail.state == OutgoingMail.State.REFUSED


def test_what_cannot_be_understood_is_a_ticket_with_its_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def broken(raw: bytes):
        raise RecursionError("deep")

    monkeypatch.setattr(taking, "read", broken)
    receipt = take(b"garbage")
    assert receipt.opened and receipt.message.trouble == "RecursionError"
    assert [file.name for file in receipt.message.files.all()] == ["message.eml"]


def test_the_original_is_in_the_store_under_its_digest(desk: Desk, files: Files):
    raw = a_mail()
    take(raw)
    assert files.whole(bytes(Received.objects.get().raw)) == raw


def test_attachments_are_kept_once(desk: Desk, files: Files):
    parts = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n'
    text = "--b\r\n\r\nSee it.\r\n--b\r\nContent-Disposition: attachment; filename=a.log\r\n\r\nlog\r\n--b--"
    first = take(a_mail(text, more=parts)).message.files.get()
    second = take(a_mail(text, more=parts, message_id="<2@x>")).message.files.get()
    assert (first.name, bytes(first.digest)) == ("a.log", bytes(second.digest))
    assert files.whole(bytes(first.digest)).strip() == b"log"


def test_a_mail_to_a_groups_own_address_goes_to_that_group_and_the_trace_says_so(desk: Desk):
    desk.hr.address, desk.hr.strategy = "hr@desk.example", "round_robin"
    desk.hr.save()
    ticket = take(a_mail(to="HR <hr+x@desk.example>", subject="VPN")).ticket
    assert (ticket.group, ticket.agent) == (desk.hr, desk.zeynep)
    trace = Trace.objects.get(subject=ticket.pk, reason__kind="route")
    assert (trace.outcome, trace.detail["agent"]) == ("hr", desk.zeynep.pk)
    assert trace.inputs == {"asked for": "hr"}
    assert OutgoingMail.objects.filter(subject=ticket.pk, kind="assigned", to=desk.zeynep.email).exists()


def test_a_mailbox_of_a_group_gives_its_mail_to_that_group(desk: Desk):
    ticket = take(a_mail(to="box@provider.example"), source="mailbox:1", key="1:1", group=desk.hr).ticket
    assert ticket.group == desk.hr


def test_a_mail_of_ours_that_comes_back_opens_nothing_and_is_not_answered(desk: Desk):
    ticket = take(a_mail()).ticket
    ours = writing.write(OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement"))
    before = OutgoingMail.objects.count()
    raw = a_mail("Your request has arrived.", sender=DESK, message_id=ours.message_id)
    receipts = [take(raw), take(raw)]
    assert [receipt.ticket for receipt in receipts] == [ticket, ticket]
    assert receipts[0].message.is_internal and receipts[0].message.is_automatic
    assert (Ticket.objects.count(), Message.objects.count(), OutgoingMail.objects.count()) == (1, 2, before)


def test_who_was_sent_a_mail_of_ours_cannot_pass_for_it_by_its_id(desk: Desk):
    """Else what they write would be a note of the desk's own, of which nobody is told."""
    ticket = take(a_mail()).ticket
    ours = writing.write(OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement"))
    receipt = take(a_mail("Send him the money.", sender="Eve <eve@evil.example>", message_id=ours.message_id))
    assert receipt.opened and receipt.ticket.requester.email == "eve@evil.example"
    claimed = a_mail("And her.", sender=f"{DESK}, eve@evil.example", message_id=ours.message_id)
    assert take(claimed).opened


def test_a_link_to_sign_in_that_comes_back_is_shown_to_nobody(desk: Desk):
    mail = OutgoingMail.objects.create(kind="plain", to="x@y", language="en", queued_at=monday(9), next_at=monday(9))
    ours = identity.message_id(mail.pk, domain="desk.example", secrets=desk_secrets())
    raw = a_mail("Sign in: https://desk.example/secret", message_id=ours)
    assert take(raw) is None and take(raw) is None
    assert not Ticket.objects.exists()
    assert Received.objects.count() == 1


def test_one_address_is_acknowledged_once_an_hour_and_the_history_says_so(desk: Desk):
    first = take(a_mail(message_id="<1@x>")).ticket
    second = take(a_mail("Another.", message_id="<2@x>"), at=monday(10, 59)).ticket
    third = take(a_mail("Third.", message_id="<3@x>"), at=monday(11, 1)).ticket
    told = OutgoingMail.objects.filter(kind="acknowledgement").values_list("subject", flat=True)
    assert sorted(told) == [first.pk, third.pk]
    assert second.history.get(fact__kind="delivery").facts == {
        "suppressed": "acknowledgement",
        "to": "tom@desk.example",
    }


def test_one_address_is_acknowledged_six_times_a_day_at_most(desk: Desk):
    for number in range(9):
        take(a_mail(f"Number {number}.", message_id=f"<{number}@x>"), at=monday(0) + timedelta(hours=2 * number))
    assert OutgoingMail.objects.filter(kind="acknowledgement").count() == 6
    take(a_mail("The day after.", message_id="<10@x>"), at=monday(0) + timedelta(hours=30))
    assert OutgoingMail.objects.filter(kind="acknowledgement").count() == 7


@pytest.mark.parametrize(
    ("more", "way"),
    [
        ("Precedence: bulk\r\n", {}),
        ("List-Id: <all.example>\r\n", {}),
        ("Auto-Submitted: auto-generated\r\n", {}),
        ("Return-Path: <>\r\n", {}),
        ("", {"from_nobody": True}),
    ],
)
def test_nothing_is_sent_by_itself_to_machines_lists_and_nobody(desk: Desk, more: str, way: dict):
    ticket = take(a_mail(more=more), **way).ticket
    assert not OutgoingMail.objects.filter(subject=ticket.pk, to="tom@desk.example").exists()


@pytest.mark.parametrize("sender", [f"Help desk <{DESK}>", "box@provider.example"])
def test_the_desk_sends_itself_nothing_whoever_writes_in_its_name(desk: Desk, sender: str):
    ticket = take(a_mail(sender=sender), source="mailbox:1", key="1:1", ours=("box@provider.example",)).ticket
    assert not OutgoingMail.objects.filter(subject=ticket.pk, kind="acknowledgement").exists()


def test_who_writes_for_the_first_time_is_answered_in_their_language(desk: Desk):
    text = "Merhaba, yazıcı çalışmıyor, lütfen bakar mısınız? Teşekkürler."
    raw = a_mail(text, sender="eda@new.example", more="Content-Type: text/plain; charset=utf-8\r\n")
    ticket = take(raw).ticket
    assert ticket.requester.language == "tr"
    assert OutgoingMail.objects.get(to="eda@new.example").language == "tr"
