"""Two machines that answer each other by themselves come to an end, whatever the other one keeps or strips."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from django.utils.timezone import now

from conftest import use_database
from sira.channels.email.taking import take
from sira.notifications import sending
from sira.notifications.tests.test_sending import settings_for
from sira.plumbing import settled, testserver
from sira.plumbing.desk_files import desk_files
from sira.plumbing.mail.tests.scripted import ScriptedServer
from sira.tickets.likeness import MOST, MOST_NUMBERED, common_part, is_first
from sira.tickets.models import HistoryEntry
from sira.tickets.tests.cast import Desk

ROUNDS = 30
Answer = Callable[[EmailMessage, int], bytes]


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")


@pytest.fixture
def smtp() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server, override_settings(MAIL=settings_for(server.port)):
        yield server


def sent_by(server: ScriptedServer, known: int) -> list[EmailMessage]:
    """What the desk sent to the other machine since; what it tells its own people goes nowhere here."""
    sending.pump(now() + timedelta(minutes=1))
    fresh = server.received[known:]
    return [
        message_from_bytes(content, policy=policy.default)  # type: ignore[misc]
        for _sender, recipients, content in fresh
        if recipients[0].endswith("@old.example")
    ]


def an_answer(
    sender: str,
    *,
    to: str,
    subject: str = "We have your message",
    more: str = "",
    text: str = "Thank you. We are on it.",
) -> bytes:
    return f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n{more}\r\n{text}\r\n".encode()


def with_all(mail: EmailMessage, number: int) -> bytes:
    more = f"In-Reply-To: {mail['Message-ID']}\r\n"
    return an_answer("help@old.example", to=mail["Reply-To"], subject=f"Re: {mail['Subject']}", more=more)


def from_a_new_address(mail: EmailMessage, number: int) -> bytes:
    return an_answer(f"case-{number}@old.example", to=mail["Reply-To"], text=f"Your number is {number}.")


def with_the_subject(mail: EmailMessage, number: int) -> bytes:
    sender = "".join(chr(97 + int(digit)) for digit in str(number)) + "@old.example"
    return an_answer(
        sender, to=mail["From"], subject=f"We have yours: {mail['Subject']}", text=f"We are on it, {number}."
    )


def with_the_thread(mail: EmailMessage, number: int) -> bytes:
    sender = "".join(chr(97 + int(digit)) for digit in str(number)) + "@old.example"
    return an_answer(sender, to=mail["From"], more=f"References: {mail['Message-ID']}\r\n", text=f"On it, {number}.")


def with_nothing(mail: EmailMessage, number: int) -> bytes:
    return an_answer("help@old.example", to=mail["From"], text=f"Your number is {number}.")


def with_nothing_from_a_new_address(mail: EmailMessage, number: int) -> bytes:
    return an_answer(f"case-{number}@old.example", to=mail["From"], text=f"Your number is {number}.")


@pytest.mark.parametrize(
    ("answers", "most"),
    [
        (with_all, 1),
        (from_a_new_address, 1),
        (with_the_subject, 1),
        (with_the_thread, 1),
        (with_nothing, 1),
        (with_nothing_from_a_new_address, MOST + 1),  # and its first, which was like no other
    ],
)
def test_a_machine_that_answers_each_mail_as_a_person_would(
    desk: Desk, smtp: ScriptedServer, answers: Answer, most: int
) -> None:
    """Nothing it sends is marked as a machine's. most: acknowledgements it gets until the desk says no more."""
    take(an_answer("help@old.example", to="help@desk.example", subject="Our request"), at=now())
    got, known, number = 0, 0, 100
    for _round in range(ROUNDS):
        fresh = sent_by(smtp, known)
        known = len(smtp.received)
        if not fresh:
            break
        for mail in fresh:
            got, number = got + 1, number + 1
            take(answers(mail, number), at=now())
    assert 1 <= got <= most


def test_the_history_says_why_nothing_was_sent(desk: Desk, smtp: ScriptedServer) -> None:
    take(an_answer("help@old.example", to="help@desk.example", subject="Our request"), at=now())
    (mail,) = sent_by(smtp, 0)
    receipt = take(from_a_new_address(mail, 1), at=now())
    assert receipt and receipt.opened
    told = HistoryEntry.objects.get(ticket=receipt.ticket, fact__kind="delivery").facts
    assert told == {"suppressed": "acknowledgement", "to": "case-1@old.example", "why": "answers"}


@pytest.mark.parametrize(
    ("mail", "kept"),
    [
        ("case-41@x.example", "case-@x.example"),
        ("Help+K7f3@x.example", "help@x.example"),
        ("reply.7f3ac2.b1@x.example", "reply..@x.example"),
        ("emily.carter@x.example", ""),
        ("41@x.example", "@x.example"),
    ],
)
def test_addresses_are_alike_by_what_is_not_counted_up(mail: str, kept: str) -> None:
    assert common_part(mail) == kept


def test_people_who_are_numbered_are_not_taken_for_a_machine_but_no_machine_goes_on_for_ever() -> None:
    at = now()
    told = [is_first(f"s{number}@students.example", at=at) for number in range(1000, 1000 + MOST_NUMBERED + 1)]
    assert told == [True] * MOST_NUMBERED + [False]


MARKS = re.compile(rb"(?im)^(?:Auto-Submitted|X-Auto-Response-Suppress|Precedence|Return-Path):[^\r\n]*\r?\n")


@pytest.mark.parametrize(
    ("strips", "mails_in_all"), [(False, 2), (True, 3)], ids=["as they are sent", "without a mark of a machine"]
)
def test_two_desks_that_write_to_each_other_stop(committing: None, strips: bool, mails_in_all: int) -> None:
    """Each with a database, a name and a key of its own, real SMTP between; on the way the marks may get lost."""
    own = str(connection.settings_dict["NAME"])
    sides = {"a.example": own, "b.example": f"{own}_other"}
    connection.close()
    testserver.recreate(sides["b.example"], testserver.TEMPLATE)

    def on(side: str, server: ScriptedServer) -> override_settings:
        use_database(sides[side])
        settled.forget()
        mail = settings_for(server.port) | {"from": f"help@{side}"}
        return override_settings(MAIL=mail, SECRET_KEY=f"{side} " * 10)

    try:
        with ScriptedServer() as server:
            for side in sides:
                with on(side, server):
                    Desk()
            mails = [("a.example", an_answer("help@b.example", to="help@a.example", subject="Our request"))]
            written = 0
            while mails:
                side, raw = mails.pop(0)
                written += 1
                assert written < ROUNDS
                known = len(server.received)
                with on(side, server):
                    take(MARKS.sub(b"", raw) if strips else raw, at=now())
                    while sending.pump(now() + timedelta(minutes=1)):
                        pass
                for _sender, recipients, content in server.received[known:]:
                    other = recipients[0].rpartition("@")[2]
                    mails += [(other, content)] if other in sides else []
        assert written == mails_in_all
    finally:
        use_database(own)
        testserver.administration().execute(f'DROP DATABASE IF EXISTS "{sides["b.example"]}" WITH (FORCE)')
