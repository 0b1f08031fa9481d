"""Mailboxes followed by IMAP, on a real Dovecot."""

import io
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from sira.channels.email import connecting, fetching, following, mailboxes, taking
from sira.channels.email.models import Mailbox
from sira.intake.models import Received
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.sealing import seal
from sira.tickets.models import Message, Ticket
from sira.tickets.tests.cast import Desk
from tests.mail.servers import PASSWORD, free_port


@pytest.fixture
def people(committing):
    return Desk()


@pytest.fixture
def box(servers):
    """An empty mailbox of Dovecot's, signed in to."""
    box = servers.mailbox("box")
    if box.search(None, "ALL")[1][0]:
        box.store("1:*", "+FLAGS", "\\Deleted")
        box.expunge()
    yield box
    box.shutdown()


def a_mail(text, *, message_id="", subject="Mail"):
    named = f"Message-ID: <{message_id}@x>\r\n" if message_id else ""
    return (
        f"From: Tom <tom@desk.example>\r\nTo: box@client.test\r\nSubject: {subject}\r\n{named}\r\n{text}\r\n".encode()
    )


def a_mailbox(servers, **more):
    settings = {"host": "127.0.0.1", "port": servers.imap, "security": "none", "user": "box", "folder": "INBOX"} | more
    secret = settings.pop("password", PASSWORD)
    return Mailbox.objects.create(
        name="box", secret=seal(secret, desk_secrets()), set_up_at=timezone.now(), address="box@client.test", **settings
    )


@contextmanager
def followed(mailbox):
    stop = threading.Event()
    thread = threading.Thread(target=following.follow, args=(mailbox.pk, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def once(mailbox):
    """One look into the mailbox, as after connecting."""
    client = connecting.opened(mailbox)
    try:
        return fetching.take_new(client, mailbox, validity=connecting.selected(client, mailbox))
    finally:
        client.logout()


def wait_until(what, seconds=120):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, list(Mailbox.objects.values())
        time.sleep(0.1)


def unseen(box):
    box.noop()
    return box.search(None, "UNSEEN")[1][0].split()


def texts():
    return sorted(Message.objects.filter(from_desk=False).values_list("text", flat=True))


def test_what_waits_is_taken_and_what_comes_is_told_by_the_server(people, servers, box):
    box.append("INBOX", "", None, a_mail("One.", message_id="1"))
    box.append("INBOX", "(\\Seen)", None, a_mail("Old, read by a person.", message_id="0"))
    mailbox = a_mailbox(servers, group=people.hr)
    with followed(mailbox):
        wait_until(lambda: texts() == ["One."])
        wait_until(lambda: not unseen(box))
        time.sleep(0.5)
        began = time.monotonic()
        box.append("INBOX", "", None, a_mail("Two.", message_id="2"))
        wait_until(lambda: texts() == ["One.", "Two."])
        assert time.monotonic() - began < 10  # told, not asked for
        wait_until(lambda: not unseen(box))
    assert set(Ticket.objects.values_list("group__key", flat=True)) == {"hr"}
    mailbox.refresh_from_db()
    assert mailbox.last_ok_at
    assert mailbox.trouble == ""
    assert set(Received.objects.values_list("source", flat=True)) == {f"mailbox:{mailbox.pk}"}


def test_two_mails_with_one_message_id_are_two(people, servers, box):
    for text in ("One.", "Other."):
        box.append("INBOX", "", None, a_mail(text, message_id="same"))
    mailbox = a_mailbox(servers)
    assert once(mailbox) == 2
    assert texts() == ["One.", "Other."]


def test_numbering_anew_makes_no_doubles_and_loses_nothing(people, servers, box):
    for number in (1, 2):
        box.append("INBOX", "", None, a_mail(f"{number}.", message_id=str(number)))
    mailbox = a_mailbox(servers)
    once(mailbox)
    first = mailbox.uid_validity
    box.close()
    time.sleep(1.1)  # Dovecot makes the new number of the seconds
    for index in (servers.dovecot / "mail" / "box").glob("dovecot*"):
        index.unlink()
    box = servers.mailbox("box")
    box.append("INBOX", "(\\Seen)", None, a_mail("3.", message_id="3"))
    mailbox.refresh_from_db()
    once(mailbox)
    assert mailbox.uid_validity != first
    assert texts() == ["1.", "2.", "3."]
    assert Received.objects.filter(state=Received.State.REPEATED).count() == 2


def test_a_mail_expunged_during_the_fetch_stops_nothing(people, servers, box, monkeypatch):
    for number in (1, 2, 3):
        box.append("INBOX", "", None, a_mail(f"{number}.", message_id=str(number)))
    mailbox = a_mailbox(servers)
    take_one = fetching._take_one

    def slowly(client, mailbox, uid, size):
        if not texts():
            other = servers.mailbox("box")
            other.store("2", "+FLAGS", "\\Deleted")
            other.expunge()
            other.logout()
        take_one(client, mailbox, uid, size)

    monkeypatch.setattr(fetching, "_take_one", slowly)
    once(mailbox)
    assert texts() == ["1.", "3."]


def test_a_mail_that_cannot_be_taken_in_stays_flagged_and_stops_none_behind_it(people, servers, box, monkeypatch):
    for number in (1, 2, 3):
        box.append("INBOX", "", None, a_mail(f"{number}.", message_id=str(number)))
    mailbox = a_mailbox(servers)
    take = taking.take

    def poisoned(raw, **more):
        if b"2." in raw:
            raise MemoryError
        return take(raw, **more)

    monkeypatch.setattr(fetching, "take", poisoned)
    for _ in range(4):
        once(mailbox)
    assert texts() == ["1.", "3."]
    assert len(unseen(box)) == 1
    assert box.search(None, "FLAGGED")[1][0].split() == unseen(box)
    assert "left in the mailbox" in mailbox.trouble


def test_a_mail_is_seen_only_once_it_is_committed(people, servers, box, monkeypatch):
    box.append("INBOX", "", None, a_mail("One.", message_id="1"))
    mailbox = a_mailbox(servers)

    def away(raw, **more):
        raise connecting.Trouble("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(fetching, "take", away)
        once(mailbox)
    assert len(unseen(box)) == 1
    once(mailbox)
    assert texts() == ["One."]
    assert not unseen(box)


def test_a_lost_connection_is_made_again(people, servers, box):
    mailbox = a_mailbox(servers)
    with followed(mailbox):
        wait_until(lambda: Mailbox.objects.get().last_ok_at)
        subprocess.run(["doveadm", "-c", servers.dovecot / "conf", "kick", "box"], check=True, capture_output=True)
        box = servers.mailbox("box")
        box.append("INBOX", "", None, a_mail("After.", message_id="1"))
        wait_until(lambda: texts() == ["After."], 40)


def test_one_of_two_workers_follows_a_mailbox(people, servers, box, monkeypatch):
    mailbox = a_mailbox(servers)
    assert following._held(mailbox.pk)
    monkeypatch.setattr(following, "_who", lambda: "another")
    assert following._held(mailbox.pk) is None
    Mailbox.objects.update(held_until=timezone.now())
    assert following._held(mailbox.pk)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host": "no-such-name.invalid"}, "was not found"),
        ({"port": 1}, "Nothing answers on port 1"),
        ({"security": "tls"}, "does not speak TLS"),
        ({"security": "starttls"}, "offers no STARTTLS"),
        ({"password": "wrong"}, "Check user and password"),
        ({"password": "yanlış"}, "Check user and password"),
        ({"password": "wrong", "sign_in": "oauth2"}, "token of box was refused"),
        ({"folder": "Nowhere"}, "There are: INBOX"),
    ],
)
def test_the_test_says_what_is_wrong_and_how_to_mend_it(people, servers, box, capsys, change, words):
    a_mailbox(servers, **change)
    assert mailboxes.main(["test", "box"]) == 1
    assert words in capsys.readouterr().err


def test_a_mailbox_is_added_once_signing_in_succeeds_and_its_password_is_sealed(
    people, servers, box, capsys, monkeypatch
):
    call = ["add", "box", "--host", "127.0.0.1", "--port", str(servers.imap), "--security", "none", "--user", "box"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("wrong\n"))
    assert mailboxes.main(call) == 1
    assert not Mailbox.objects.exists()
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    assert mailboxes.main([*call, "--group", "hr"]) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM email_mailbox")
        assert PASSWORD not in cursor.fetchone()[0]
    assert mailboxes.main(["test", "box"]) == 0
    assert mailboxes.main(["list"]) == 0
    said = capsys.readouterr().out
    assert "0 unread in INBOX" in said
    assert "for hr" in said
    assert PASSWORD not in said
    assert mailboxes.main(["remove", "box"]) == 0
    assert not Mailbox.objects.exists()


def test_nothing_listens_there(people, servers, box, capsys):
    a_mailbox(servers, port=free_port())
    assert mailboxes.main(["test", "box"]) == 1
    assert "993" in capsys.readouterr().err
    assert shutil.which("doveadm")
