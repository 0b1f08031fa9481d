"""What the listener answers to mail servers."""

import base64
import contextlib
import io
import os
import smtplib
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import override_settings

from sira.channels.email import deliver, listening, talking
from sira.channels.email.place import lmtp_socket
from sira.channels.email.reading import bounded, read
from sira.plumbing.desk_files import desk_files

PATIENCE = 60


@contextmanager
def listening_at(folder, port=0):
    """The listener in a thread; the path of its socket."""
    stop = threading.Event()
    listen = {"lmtp_socket": str(folder / "lmtp"), "smtp_host": "127.0.0.1", "smtp_port": port}
    with override_settings(LISTEN=listen):
        thread = threading.Thread(target=listening.listen, args=(stop,))
        thread.start()
        wait_until(lambda: answers(folder / "lmtp"))
        try:
            yield str(folder / "lmtp")
        finally:
            stop.set()
            thread.join(PATIENCE)


def wait_until(what):
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def answers(place):
    with socket.socket(socket.AF_UNIX) as talk:
        return talk.connect_ex(str(place)) == 0


@pytest.fixture
def taken(monkeypatch, tmp_path):
    """The mails that were handed to be taken in, each answered with a yes."""
    mails = []
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")

    def keep(content, sender, recipients):
        raw = content if isinstance(content, bytes) else desk_files().whole(content.keep().digest)
        mails.append((raw, sender, recipients))
        return listening.ACCEPTED

    monkeypatch.setattr(listening, "taken", keep)
    return mails


@pytest.fixture
def place(tmp_path, taken):
    with listening_at(tmp_path) as place:
        yield place


def test_of_two_workers_on_one_folder_one_listens_also_when_the_other_ends(tmp_path, taken):
    """An upgrade has the new one beside the old; mail that comes then is not put off for ever."""
    with contextlib.ExitStack() as old:
        place = Path(old.enter_context(listening_at(tmp_path)))
        was = listening.which(place)
        with listening_at(tmp_path):
            wait_until(lambda: listening.which(place) not in (None, was))
        wait_until(lambda: answers(place))
        was = listening.which(place)
        with listening_at(tmp_path):
            wait_until(lambda: listening.which(place) not in (None, was))
            old.close()
            assert answers(place)


def test_a_socket_that_somebody_tidied_away_is_made_again(place):
    os.unlink(place)
    wait_until(lambda: answers(place))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_lmtp_answers_for_each_recipient(place, taken):
    with socket.socket(socket.AF_UNIX) as talk:
        talk.connect(place)
        answers = talk.makefile("rb")
        answers.readline()
        for line in ("LHLO mx", "MAIL FROM:<a@x>", "RCPT TO:<help@desk>", "RCPT TO:<hr@desk>", "DATA"):
            talk.sendall(line.encode() + b"\r\n")
            while answers.readline()[3:4] == b"-":
                pass
        talk.sendall(b"Subject: x\r\n\r\nHello\r\n.\r\nQUIT\r\n")
        said = [answers.readline() for _ in range(3)]
    assert [line[:3] for line in said] == [b"250", b"250", b"221"]
    assert taken == [(b"Subject: x\r\n\r\nHello\r\n", "a@x", ("help@desk", "hr@desk"))]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b".\r\n",
        b"..\r\n...\r\n",
        b"Subject: x\r\n\r\n.leading\r\n",
        b"\r\n.\r\n",
        b"a" * 3_000_000 + b"\r\n",
        b"\r\n".join(b".%d" % number for number in range(100_000)) + b"\r\n",
        b"bare \n newline and \r return\r\n.\n.\r\n",
        bytes(range(256)) * 2000 + b"\r\n",
    ],
)
def test_the_content_arrives_as_it_was(place, taken, content):
    stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
    with socket.socket(socket.AF_UNIX) as talk:
        talk.connect(place)
        answers = talk.makefile("rb")
        answers.readline()
        for line in ("LHLO mx", "MAIL FROM:<>", "RCPT TO:<help@desk>", "DATA"):
            talk.sendall(line.encode() + b"\r\n")
            while answers.readline()[3:4] == b"-":
                pass
        talk.sendall(stuffed + b".\r\n")
        assert answers.readline().startswith(b"250")
    assert taken == [(content, "<>", ("help@desk",))]


def test_an_odd_address_is_no_reason_to_send_a_mail_back(place, taken):
    with smtplib.LMTP(place) as lmtp:
        lmtp.ehlo_or_helo_if_needed()
        assert lmtp.docmd("MAIL", "FROM:<..a..@>")[0] == 250
        assert lmtp.docmd("RCPT", "TO:<a..b@desk>")[0] == 250
        assert lmtp.data(b"x\r\n")[0] == 250
    assert taken[0][2] == ("a..b@desk",)


def test_a_size_above_the_limit_is_refused_before_it_is_read(place, taken):
    with smtplib.LMTP(place) as lmtp:
        lmtp.ehlo_or_helo_if_needed()
        assert lmtp.docmd("MAIL", f"FROM:<a@x> SIZE={talking.LARGEST + 1}")[0] == 552
        assert lmtp.docmd("MAIL", f"FROM:<a@x> SIZE={talking.LARGEST}")[0] == 250
    assert not taken


def test_a_content_above_the_limit_is_refused_while_it_is_read_and_not_held(place, taken, monkeypatch):
    monkeypatch.setattr(talking, "LARGEST", 1_000_000)
    with smtplib.LMTP(place) as lmtp:
        lmtp.ehlo_or_helo_if_needed()
        lmtp.mail("a@x")
        lmtp.rcpt("help@desk")
        assert lmtp.data(b"some text\r\n" * 130_000)[0] == 552
        lmtp.sendmail("a@x", ["help@desk"], b"small\r\n")
    assert [raw for raw, *_rest in taken] == [b"small\r\n"]


def test_more_at_once_than_can_be_held_is_put_off(place, taken, monkeypatch):
    monkeypatch.setattr(talking, "MOST_IN_HAND", 100_000)
    with smtplib.LMTP(place) as lmtp, pytest.raises(smtplib.SMTPDataError) as put_off:
        lmtp.sendmail("a@x", ["help@desk"], b"some text\r\n" * 50_000)
    assert put_off.value.smtp_code == 452


def test_no_talk_waits_while_an_encoded_mail_is_looked_at(place, taken, monkeypatch):
    looked = []

    def look(raw):
        looked.append(threading.current_thread().name)
        return read(raw)

    monkeypatch.setattr(bounded, "read", look)
    head = b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    with smtplib.LMTP(place) as lmtp:
        lmtp.sendmail("a@x", ["help@desk"], head + base64.encodebytes(b"<p>" * 5_000).replace(b"\n", b"\r\n"))
    assert len(taken) == 1 and [name.startswith("mail-in") for name in looked] == [True]


def test_too_many_connections_are_put_off_and_the_next_is_served(place, taken, monkeypatch):
    monkeypatch.setattr(talking, "MOST_TALKS", 2)
    first, second = smtplib.LMTP(place), smtplib.LMTP(place)
    with pytest.raises(smtplib.SMTPConnectError) as put_off:
        smtplib.LMTP(place)
    assert put_off.value.smtp_code == 421
    first.quit()
    wait_until(lambda: is_served(place))
    with smtplib.LMTP(place) as third:
        third.sendmail("a@x", ["help@desk"], b"x\r\n")
    second.quit()
    assert len(taken) == 1


def is_served(place):
    try:
        smtplib.LMTP(place).quit()
    except smtplib.SMTPConnectError:
        return False
    return True


@pytest.mark.parametrize("fault", [OperationalError("away"), RuntimeError("a fault of ours")])
def test_while_the_database_is_away_the_sender_keeps_the_mail(tmp_path, monkeypatch, fault, db):
    def away(*_given, **_more):
        raise fault

    monkeypatch.setattr(listening, "take", away)
    with listening_at(tmp_path) as place, smtplib.LMTP(place) as lmtp, pytest.raises(smtplib.SMTPDataError) as put_off:
        lmtp.sendmail("a@x", ["help@desk"], b"x\r\n")
    assert put_off.value.smtp_code == 451


def test_smtp_on_the_port_needs_no_encryption(tmp_path, taken):
    port = free_port()
    with listening_at(tmp_path, port), smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.sendmail("a@x", ["help@desk"], b"Hello\r\n")
    assert taken == [(b"Hello\r\n", "a@x", ("help@desk",))]


def test_the_socket_may_lie_where_a_mail_server_can_reach_it(tmp_path):
    assert lmtp_socket(tmp_path, "/run/sira/lmtp").as_posix() == "/run/sira/lmtp"
    with listening_at(tmp_path) as place:
        # It is opened to all right after it is made.
        wait_until(lambda: (tmp_path / "lmtp").stat().st_mode & 0o777 == 0o666)
        assert place
    assert not (tmp_path / "lmtp").exists()


def test_deliver_hands_over_and_says_what_became_of_it(place, taken, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("SIRA_LMTP_SOCKET", place)
    mail = tmp_path / "mail"
    mail.write_bytes(b"Subject: x\n\n.dot\n..two\nend")
    with mail.open("rb") as message:
        assert deliver.deliver(message, "help@desk") == 0
    assert taken == [(b"Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n", "pipe@localhost", ("help@desk",))]
    assert deliver.deliver(io.BytesIO(b"Subject: no file\n\n")) == 0
    monkeypatch.setattr(deliver, "LARGEST", 10)
    with mail.open("rb") as message:
        assert deliver.deliver(message) == 65
    monkeypatch.setenv("SIRA_LMTP_SOCKET", str(tmp_path / "nowhere"))
    with mail.open("rb") as message:
        assert deliver.deliver(message) == 75
    assert "try again" in capsys.readouterr().err


def test_deliver_takes_a_maildir_and_stops_at_what_has_to_wait(place, taken, monkeypatch, tmp_path):
    monkeypatch.setenv("SIRA_LMTP_SOCKET", place)
    (tmp_path / "box" / "new").mkdir(parents=True)
    for name in ("1", "2"):
        (tmp_path / "box" / "new" / name).write_bytes(b"Subject: x\n\nx\n")
    assert deliver.main(["--maildir", str(tmp_path / "box")]) == 0
    assert sorted(one.name for one in (tmp_path / "box" / "cur").iterdir()) == ["1:2,S", "2:2,S"]
    assert deliver.main(["--maildir", str(tmp_path)]) == 64
