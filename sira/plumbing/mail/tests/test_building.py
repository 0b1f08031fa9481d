import email
import email.policy
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sira.plumbing.mail import building, headers
from sira.plumbing.mail.building import Attachment, Outgoing

ANYTHING = st.text(max_size=300)
# What a stranger writes: controls, line ends, and both again inside encoded words.
INJECTIONS = [
    "Bcc: spy@evil.example",
    "=?utf-8?q?a=0D=0ABcc:_spy@evil.example?=",
    "=?utf-8?b?DQpCY2M6IHNweUBldmlsLmV4?=",
]
ODDITIES = ["=?x?q??=", "ğış", "سلام", "\u200c", "\ud800", "\U0001f600", "a" * 100, "From ", "--=_", "?=", "=?", "\r\n"]
SIGNS = list('\n\r\x00 \t"\\<>,@.\u2028\x85')
HOSTILE = st.lists(st.sampled_from([*INJECTIONS, *ODDITIES, *SIGNS]), max_size=12).map("".join)


def a_message(**fields) -> Outgoing:
    given = {
        "from_name": "IT Desk",
        "from_addr": "help@desk.example",
        "to": (("Ayşe Yılmaz", "ayse@client.example"),),
        "subject": "Printer",
        "text": "Hello,\nit works again.\n",
        "message_id": "<INC-1042.7@desk.example>",
        "at": datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
    }
    return Outgoing(**{**given, **fields})


def a_file(name: str, content: bytes, content_type: str = "application/pdf") -> Attachment:
    return Attachment(name, content_type, lambda: [content[:100], content[100:]])


def parsed(message: Outgoing) -> email.message.EmailMessage:
    data = building.build(message)
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", data)
    read = email.message_from_bytes(data, policy=email.policy.default)
    assert not [part.defects for part in read.walk() if part.defects]
    return read


def test_a_message_with_everything_reads_back_as_it_was_meant():
    read = parsed(
        a_message(
            subject="Drukarka nie działa — پرینتر کار نمی‌کند",
            html="<p>Merhaba, <b>çalışıyor</b></p>",
            cc=(('Smith, "Bob"', "bob@client.example"),),
            reply_to="help+INC-1042.k3jx7q2mwz5a@desk.example",
            in_reply_to="<a@client.example>",
            references=("<1@client.example>", "<a@client.example>"),
            auto_submitted="auto-replied",
            attachments=(
                a_file("گزارش نهایی.pdf", b"%PDF" * 100),
                a_file("a.eml", b"From: x\r\n\r\nhi", "message/rfc822"),
            ),
            extra_headers=(("X-Ticket", "INC-1042"),),
        )
    )
    assert read["subject"] == "Drukarka nie działa — پرینتر کار نمی‌کند"
    assert read["to"].addresses[0].display_name == "Ayşe Yılmaz"
    assert read["cc"].addresses[0].display_name == 'Smith, "Bob"'
    assert read["reply-to"].addresses[0].addr_spec == "help+INC-1042.k3jx7q2mwz5a@desk.example"
    assert read["references"].split() == ["<1@client.example>", "<a@client.example>"]
    assert read["auto-submitted"] == "auto-replied" and read["x-ticket"] == "INC-1042"
    assert read.get_body(("plain",)).get_content().splitlines() == ["Hello,", "it works again."]
    assert "çalışıyor" in read.get_body(("html",)).get_content()
    files = list(read.iter_attachments())
    assert [part.get_filename() for part in files] == ["گزارش نهایی.pdf", "a.eml"]
    assert [part.get_content() for part in files] == [b"%PDF" * 100, b"From: x\r\n\r\nhi"]


def test_the_same_message_gives_the_same_bytes():
    message = a_message(html="<p>x</p>", attachments=(a_file("a.pdf", b"x" * 1000),))
    assert building.build(message) == building.build(message)


@settings(max_examples=300)
@given(subject=HOSTILE, name=HOSTILE, extra=HOSTILE, file=HOSTILE)
def test_nothing_a_stranger_writes_adds_a_header(subject, name, extra, file):
    message = a_message(
        subject=subject,
        from_name=name,
        to=((name, "ayse@client.example"),),
        extra_headers=(("X-Note", extra),),
        references=(subject, f"<{name}@x>"),
        in_reply_to=extra,
        attachments=(a_file(file, b"x", file),),
    )
    read = parsed(message)
    assert "bcc" not in read and not any("bcc" in part for part in read.walk())
    assert read["subject"].strip() == headers.clean(subject)
    assert [a.addr_spec for a in read["to"].addresses] == ["ayse@client.example"]
    assert len(read.get_all("from")) == len(read.get_all("to")) == len(read.get_all("subject")) == 1
    assert [part.get_content() for part in read.iter_attachments()] == [b"x"]


@settings(max_examples=200)
@given(text=st.one_of(ANYTHING, HOSTILE), html=st.one_of(ANYTHING, HOSTILE), content=st.binary(max_size=300))
def test_text_and_files_come_through_whole(text, html, content):
    read = parsed(a_message(text=text, html=html, attachments=(a_file("a.bin", content),)))
    for kind, sent in (("plain", text), ("html", html)):
        if sent:
            expected = sent.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
            got = read.get_body((kind,)).get_payload(decode=True).replace(b"\r\n", b"\n")
            assert got == (expected if expected.endswith(b"\n") else expected + b"\n")
    assert next(read.iter_attachments()).get_content() == content


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200))
def test_subjects_and_file_names_of_any_script_come_through(text):
    wanted = headers.clean(text)
    read = parsed(a_message(subject=text, attachments=(a_file(text, b"x"),)))
    assert read["subject"].strip() == wanted
    assert next(read.iter_attachments()).get_filename() == building.file_name(text)


@pytest.mark.parametrize("text", ["x" * 5000, "From me\n", "hidden\n--=_ff_mixed--\n", "trailing \n.\n", "nul \x00"])
def test_what_mail_servers_would_change_is_encoded(text):
    data = building.build(a_message(text=text))
    assert b"quoted-printable" in data
    assert not re.search(rb"(?m)^From |^--=_", data.partition(b"\r\n\r\n")[2])


def test_plain_text_stays_readable_and_persian_is_base64():
    assert b"7bit" in building.build(a_message())
    assert b"base64" in building.build(a_message(text="پرینتر کار نمی‌کند"))


NO_ADDRESSES = ["", "nobody", "a b@x.example", "a@x.example\r\nBcc: b@x.example", "a@b@c", "<a@x.example>"]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(headers.BadAddress):
        building.build(a_message(to=(("A", address),)))


def test_addresses_in_other_scripts_are_written_as_mail_servers_need_them():
    read = building.build(a_message(to=(("", "info@bücher.example"), ("", "用户@x.example"))))
    assert b"info@xn--bcher-kva.example" in read and "用户@x.example".encode() in read


def test_our_own_fields_cannot_be_given_twice():
    with pytest.raises(ValueError, match="Subject"):
        building.build(a_message(extra_headers=(("Subject", "x"),)))
    with pytest.raises(ValueError, match="not the name"):
        building.build(a_message(extra_headers=(("X: y\r\nBcc", "x"),)))


def test_a_long_thread_keeps_its_first_and_its_last_ids():
    ids = tuple(f"<{n}@client.example>" for n in range(100))
    assert parsed(a_message(references=ids))["references"].split() == [ids[0], *ids[-19:]]


def test_a_large_file_is_never_in_memory_whole():
    piece = b"x" * 1024 * 1024
    sizes = [len(p) for p in building.pieces(a_message(attachments=(Attachment("a", "a/b", lambda: [piece] * 20),)))]
    assert max(sizes) < 100_000 and sum(sizes) > 20 * 1024 * 1024 * 4 / 3
