"""What mails say, in each language."""

import email
import email.policy

import pytest
from django.test import override_settings

from sira.notifications import identity, writing
from sira.notifications.models import OutgoingMail
from sira.people.models import SupportGroup
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail import keys
from sira.plumbing.mail.building import build
from sira.tickets.tests.cast import monday

KINDS = ("acknowledgement", "answer", "stage", "resolved", "closed", "assigned", "heard", "warned", "breached")
LINK = "https://desk.example/t/abc.def"
FACTS = {
    "number": "INC-1042",
    "subject": "VPN drops",
    "requester": "Tom",
    "agent": "Ayşe Demir",
    "author": "Ayşe Demir",
    "due_at": "2026-11-24T13:30:00+00:00",
    "link": LINK,
    "stage": "in_work",
    "target": "resolution",
    "text": "Try <b>this</b>.\n\nسلام، دوباره",
    "resolution": "Replaced the switch.",
    "reply_key": "INC-1042",
    "in_reply_to": "<1@client.example>",
    "references": ["<0@client.example>", "<1@client.example>"],
}


def a_mail(kind="answer", language="en", **more):
    return OutgoingMail(
        pk=7, kind=kind, to="tom@desk.example", language=language, placeholders=FACTS | more, queued_at=monday(9)
    )


@pytest.fixture(autouse=True)
def sender():
    with override_settings(MAIL={"host": "", "from": "help@desk.example"}):
        yield


@pytest.mark.parametrize("language", ["en", "tr", "fa", "pl"])
@pytest.mark.parametrize("kind", [*KINDS, "undelivered"])
def test_every_kind_is_written_in_every_language(kind, language):
    subject, text, html = writing.texts(a_mail(kind, language), None)
    assert subject.startswith("[INC-1042]")
    assert LINK in text
    assert f'href="{LINK}"' in html
    assert "<b>" not in html
    assert "&lt;br" not in html
    assert ('dir="rtl"' in html) == (language == "fa")
    assert "\n\n\n" not in text


def test_a_promise_is_dated_in_the_readers_calendar():
    assert "۳ آذر ۱۴۰۵" in writing.texts(a_mail("acknowledgement", "fa"), None)[1]
    assert "24 Nov 2026" in writing.texts(a_mail("acknowledgement", "en"), None)[1]


def test_words_of_a_person_keep_their_own_direction():
    html = writing.texts(a_mail("answer", "en"), None)[2]
    assert '<p dir="auto"' in html
    assert "سلام" in html


def test_a_subject_cannot_break_out_of_its_line():
    subject, text, _html = writing.texts(a_mail(subject="VPN\nBcc: all@desk.example"), None)
    assert subject == "[INC-1042] VPN Bcc: all@desk.example"
    assert "Bcc" not in text


def test_an_answer_is_a_letter_from_the_group_that_finds_its_way_back(db):
    group = SupportGroup.objects.create(key="it", name="IT", address="it@desk.example", signature="Your IT")
    mail = email.message_from_bytes(build(writing.write(a_mail(group=group.pk))), policy=email.policy.default)
    assert mail["From"] == "Ayşe Demir · IT <it@desk.example>"
    assert mail["In-Reply-To"] == "<1@client.example>"
    assert mail["References"].split() == ["<0@client.example>", "<1@client.example>"]
    assert mail["Auto-Submitted"] is None
    assert identity.row_in(mail["Message-ID"], desk_secrets()) == 7
    reply = mail["Reply-To"].addresses[0].addr_spec
    assert reply.startswith("it+") and keys.number_in(reply, desk_secrets()) == "INC-1042"
    assert mail.get_body(("plain",)).get_content().endswith("-- \r\nYour IT\r\n")


def test_what_the_desk_says_by_itself_says_so_and_is_never_bounced_to_a_loop(db):
    acknowledgement = a_mail("acknowledgement")
    assert writing.write(acknowledgement).auto_submitted == "auto-replied"
    assert writing.bounce_address(acknowledgement) == ""
    assert writing.write(a_mail("closed")).auto_submitted == "auto-generated"


def test_the_same_row_gives_the_same_bytes(db):
    assert build(writing.write(a_mail())) == build(writing.write(a_mail()))
