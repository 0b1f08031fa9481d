"""A mail that breaks the reader is a ticket with its bytes attached, and is read again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sira.channels.email import breaking, rereading, taking
from sira.channels.email.models import BrokenMail
from sira.channels.email.reading import bounded, reader
from sira.channels.email.taking import take
from sira.plumbing.desk_files import desk_files
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk

RAW = b"From: Jane <jane@client.test>\r\nSubject: Plans\r\nMessage-ID: <1@client.test>\r\n\r\nThe plans.\r\n"


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")


@pytest.fixture
def broken(desk, store, monkeypatch):
    """The reader has a fault; until the function that it gives is called."""

    def fault(*_given):
        raise RecursionError("too deep")

    patched = pytest.MonkeyPatch()
    patched.setattr(reader, "_read", fault)
    patched.setattr(bounded, "PROGRAM", "raise RecursionError('too deep')")
    yield patched.undo
    patched.undo()


def test_it_is_a_ticket_with_its_bytes_and_a_mark(broken):
    receipt = take(RAW, at=timezone.now())
    message = receipt.message
    assert "too deep" in message.trouble
    assert [file.name for file in message.files.all()] == ["message.eml"]
    assert desk_files().whole(bytes(message.files.get().digest)) == RAW
    assert BrokenMail.objects.get().tries == 1
    assert take(RAW, at=timezone.now()).repeated and BrokenMail.objects.count() == 1


def test_read_again_it_says_what_it_says(broken):
    ticket = take(RAW, at=timezone.now()).ticket
    broken()
    found = rereading.read_again(BrokenMail.objects.get().pk, at=timezone.now())
    assert found.requester.email == "jane@client.test"
    assert "The plans." in [text.strip() for text in found.messages.values_list("text", flat=True)]
    ticket.refresh_from_db()
    assert ticket.merged_into == found and not BrokenMail.objects.exists()


def test_where_the_sender_was_known_it_stays_in_its_ticket(desk, store, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(bounded, "PROGRAM", "raise SystemExit(3)")
        ticket = take(RAW + b"=?" * 3000, at=timezone.now()).ticket
    assert (ticket.requester.email, ticket.subject) == ("jane@client.test", "Plans")
    assert rereading.read_again(BrokenMail.objects.get().pk, at=timezone.now()) == ticket
    assert Ticket.objects.count() == 1


def test_after_three_tries_it_waits_for_an_administrator(broken):
    take(RAW, at=timezone.now())
    key = BrokenMail.objects.get().pk
    waits = []
    for tries in (2, 3):
        waits.append(ProcrastinateJob.objects.filter(task_name="email.read_again").latest("id").scheduled_at)
        assert rereading.read_again(key, at=timezone.now()) is None
        assert BrokenMail.objects.get().tries == tries
    assert waits[1] - waits[0] > timedelta(minutes=5)
    assert ProcrastinateJob.objects.filter(task_name="email.read_again").count() == 2 == len(breaking.WAITS)
    broken()
    assert rereading.read_again(key, at=timezone.now()).messages.count() == 2


def test_a_fault_in_taking_it_in_leaves_its_bytes_too(desk, store, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(taking, "read_in", lambda *_given: 1 / 0)
        message = take(RAW, at=timezone.now()).message
    assert message.trouble == "ZeroDivisionError"
    ticket = rereading.read_again(BrokenMail.objects.get().pk, at=timezone.now())
    assert [one.author.email for one in ticket.messages.order_by("pk")][-1] == "jane@client.test"


def test_html_that_cannot_be_made_safe_is_shown_as_text_beside_its_bytes(desk, store, monkeypatch):
    monkeypatch.setattr(bounded, "PROGRAM_FOR_HTML", "raise SystemExit(3)")
    html = b"<p>The plans." + b"<i>" * bounded.FEW_TAGS
    message = take(RAW.replace(b"\r\n\r\n", b"\r\nContent-Type: text/html\r\n\r\n" + html), at=timezone.now()).message
    assert not message.html and message.text.startswith("The plans.")
    assert [file.name for file in message.files.all()] == ["message.eml"]
