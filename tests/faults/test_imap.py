"""Whatever an IMAP server does, each mail is a ticket once, none is seen before its commit, and reading goes on."""

import email.message
from contextlib import suppress

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from imapclient.exceptions import IMAPClientError

from sira.channels.email import connecting, fetching, large
from sira.channels.email.connecting import Trouble
from sira.channels.email.models import Mailbox
from sira.notifications.models import OutgoingMail
from sira.plumbing.desk_files import desk_files
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.sealing import seal
from sira.tickets.models import Message, Ticket
from sira.tickets.tests.cast import Desk
from tests.faults.imap import Box, ImapServer, Mail


def a_mail(text, message_id=""):
    mail = email.message.EmailMessage()
    mail["From"], mail["Subject"] = "Jane <jane@client.test>", text
    if message_id:
        mail["Message-ID"] = f"<{message_id}@client.test>"
    mail.set_content(f"It says {text}.")
    return Mail(mail.as_bytes().replace(b"\n", b"\r\n"))


@pytest.fixture
def box(db, tmp_path, monkeypatch):
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    Desk()
    return Box({5: a_mail("One", "1"), 9: a_mail("Two", "2")})


def a_mailbox(server, name="box", secret="open sesame", **more):
    secret = seal(secret, desk_secrets())
    settings = {"host": "127.0.0.1", "port": server.port, "security": "none", "user": f"{name}@desk.test", **more}
    return Mailbox.objects.create(name=name, secret=secret, set_up_at=timezone.now(), **settings)


def read(mailbox):
    """One time as the worker follows a mailbox, its row read anew; what is wrong with the connection ends it."""
    mailbox = Mailbox.objects.get(pk=mailbox.pk)
    with suppress(OSError, IMAPClientError, Trouble):
        client = connecting.opened(mailbox, patience=2)
        try:
            fetching.take_new(client, mailbox, validity=connecting.selected(client, mailbox))
        finally:
            client.logout()


def texts():
    return sorted(Message.objects.values_list("ticket__subject", flat=True))


@pytest.mark.parametrize("line", range(1, 24))
def test_cut_after_each_line_that_the_server_says(box, line):
    with ImapServer(box) as server:
        mailbox = a_mailbox(server)
        box.cut_after = line
        read(mailbox)
        assert len(texts()) >= sum(mail.seen for mail in box.mails.values())
        read(mailbox)
        read(mailbox)
    assert texts() == ["One", "Two"]
    assert all(mail.seen for mail in box.mails.values()) or line > 10  # the cut was behind the commit: not read again


def numbered_anew(box):
    box.validity = 8
    box.mails = {uid + 100: mail for uid, mail in box.mails.items()}


def numbered_anew_over_old_numbers(box):
    box.validity = 8
    box.mails = {5: box.mails[9], 9: box.mails[5]}


def gone_back(box):
    box.validity = 6
    box.mails = {1: box.mails[5], 2: box.mails[9]}


def moved_away(box):
    box.mails.clear()


def much_later(box):
    box.mails[4_000_000_000] = a_mail("Two", "2")


@pytest.mark.parametrize("change", [numbered_anew, numbered_anew_over_old_numbers, gone_back, moved_away, much_later])
def test_what_was_read_is_known_whatever_its_number(box, change):
    with ImapServer(box) as server:
        mailbox = a_mailbox(server)
        read(mailbox)
        change(box)
        read(mailbox)
        box.mails[4_000_000_001] = a_mail("Three", "3")
        read(mailbox)
    assert texts() == ["One", "Three", "Two"]


def test_new_mail_under_a_low_number_is_read_where_the_server_numbers_anew(box):
    with ImapServer(box) as server:
        mailbox = a_mailbox(server)
        read(mailbox)
        box.validity, box.mails = 8, {1: a_mail("Three", "3")}
        read(mailbox)
    assert texts() == ["One", "Three", "Two"]


def expunged(verb, uid=5):
    def at_once(box, _rest):
        box.mails.pop(uid, None)

    return {verb: at_once}


@pytest.mark.parametrize("verb", ["SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_mail_that_goes_meanwhile_is_no_trouble(box, verb):
    with ImapServer(box) as server:
        box.on = expunged(verb)
        mailbox = a_mailbox(server)
        read(mailbox)
        read(mailbox)
    assert "Two" in texts() and len(texts()) == len(set(texts()))
    assert Mailbox.objects.get().waiting == {}


def test_a_mail_that_goes_between_its_size_and_its_content(box):
    def on_content(box, rest):
        if "BODY" in rest:
            box.mails.pop(5, None)

    with ImapServer(box) as server:
        box.on = {"FETCH": on_content}
        read(a_mailbox(server))
    assert texts() == ["Two"]


def test_gaps_between_numbers_cost_nothing(box):
    box.mails = {uid: a_mail(f"Number {uid}", str(uid)) for uid in (1, 1000, 70_000, 4_294_967_295)}
    with ImapServer(box) as server:
        mailbox = a_mailbox(server)
        read(mailbox)
        read(mailbox)
    assert len(texts()) == 4
    assert sum("BODY" in one for one in box.commands) == 4


def test_mails_without_a_message_id_are_apart_by_their_content(box):
    box.mails = {1: a_mail("One"), 2: a_mail("Two"), 3: a_mail("Three")}
    with ImapServer(box) as server:
        read(a_mailbox(server))
    assert texts() == ["One", "Three", "Two"]


def test_the_same_message_id_over_other_content_is_another_mail(box):
    box.mails = {1: a_mail("One", "same"), 2: a_mail("Two", "same")}
    with ImapServer(box) as server:
        read(a_mailbox(server))
    assert texts() == ["One", "Two"]


def test_one_mail_in_two_mailboxes_is_one_ticket(box):
    with ImapServer(box) as server, ImapServer(Box({77: box.mails[5]})) as other:
        read(a_mailbox(server))
        read(a_mailbox(other, "other"))
    assert texts() == ["One", "Two"]


def test_the_same_mail_twice_in_a_mailbox_is_one_ticket(box):
    box.mails[10] = Mail(box.mails[5].raw)
    with ImapServer(box) as server:
        read(a_mailbox(server))
    assert texts() == ["One", "Two"] and all(mail.seen for mail in box.mails.values())


def test_a_sign_in_that_ran_out_is_said_and_reading_goes_on_after_it_is_mended(box):
    box.password = "another"
    with ImapServer(box) as server:
        mailbox = a_mailbox(server)
        with pytest.raises(Trouble, match="was refused"):
            connecting.opened(mailbox, patience=2)
        read(mailbox)
        assert texts() == []
        box.password = "open sesame"
        read(mailbox)
    assert texts() == ["One", "Two"]


def test_a_refused_token_is_said(box):
    with ImapServer(box) as server:
        mailbox = a_mailbox(server, secret="old", sign_in="oauth2")
        with pytest.raises(Trouble, match="token of box@desk.test was refused".replace(".", r"\.")):
            connecting.opened(mailbox, patience=2)
        box.tokens = {"old"}
        read(mailbox)
    assert texts() == ["One", "Two"]


@pytest.mark.parametrize("said", ["NO [UNAVAILABLE] later", "BAD what", "NO [OVERQUOTA] full"])
@pytest.mark.parametrize("verb", ["SEARCH", "FETCH", "STORE"])
def test_a_refusal_of_any_command_passes(box, verb, said):
    times = iter([said])
    with ImapServer(box) as server:
        box.on = {verb: lambda _box, _rest: next(times, None)}
        mailbox = a_mailbox(server)
        read(mailbox)
        read(mailbox)
    assert texts() == ["One", "Two"]


def test_a_mail_that_is_too_large_is_not_fetched_and_its_sender_is_told_once(box):
    box.size_of = lambda uid: 10**9 if uid == 5 else len(box.mails[uid].raw)
    with ImapServer(box) as server:
        mailbox = a_mailbox(server)
        read(mailbox)
        numbered_anew(box)
        box.size_of = lambda uid: 10**9 if uid == 105 else len(box.mails[uid].raw)
        read(mailbox)
    assert texts() == ["Two"]
    assert OutgoingMail.objects.filter(kind="too_large").values_list("to", flat=True).get() == "jane@client.test"
    assert not any("BODY.PEEK[]" in one and "105" in one for one in box.commands)
    assert box.mails[105].flagged and not box.mails[105].seen


def test_a_machine_is_not_told_that_its_mail_is_too_large(box):
    box.mails = {5: Mail(b"Auto-Submitted: auto-replied\r\n" + box.mails[5].raw)}
    box.size_of = lambda _uid: 10**9
    with ImapServer(box) as server:
        read(a_mailbox(server))
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("size", [large.SMALL + 1, large.PIECE, 2 * large.PIECE, 2 * large.PIECE + 17])
def test_a_large_mail_comes_in_pieces_and_whole(box, size):
    raw = box.mails[5].raw
    box.mails = {5: Mail(raw + b"x" * (size - len(raw)))}
    with ImapServer(box) as server:
        read(a_mailbox(server))
    assert Ticket.objects.count() == 1
    assert any(path.stat().st_size == size for path in desk_files().folder.rglob("*"))


def test_none_is_seen_that_was_not_kept(box):
    """The database refuses: the mail stays as it was, and is taken when the database takes it."""
    full = "RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {full}; END $$")
        cursor.execute("CREATE TRIGGER full_disk BEFORE INSERT ON intake_received EXECUTE FUNCTION full_disk()")
    with ImapServer(box) as server:
        mailbox = a_mailbox(server)
        with pytest.raises(OperationalError):
            read(mailbox)
        assert not any(mail.seen for mail in box.mails.values())
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER full_disk ON intake_received")
        read(mailbox)
    assert texts() == ["One", "Two"] and all(mail.seen for mail in box.mails.values())
