"""Large mails are read from their file, and mails that may be dear by a process that can be ended."""

import base64
import os
import random
import resource
from dataclasses import replace

import pytest

from sira.channels.email.reading import bounded, cutting, read, reader
from sira.channels.email.reading.bounded import CannotRead, is_ordinary, is_quick, read_apart, read_kept, sanitised
from sira.channels.email.reading.cutting import skeleton
from sira.channels.email.reading.html import sanitise
from sira.channels.email.reading.tests.test_hostile import SAMPLE, STORMS

HEAD = b"From: Jane <jane@x.org>\r\nSubject: Plans\r\nMessage-ID: <1@x.org>\r\n"


def a_mail(*files, text=b"Hello", encoding=b"base64"):
    parts = [b"Content-Type: text/plain\r\n\r\n" + text]
    for number, content in enumerate(files):
        head = b'Content-Type: application/pdf; name="%d.pdf"\r\nContent-Transfer-Encoding: %s\r\n\r\n' % (
            number,
            encoding,
        )
        coded = base64.encodebytes(content).replace(b"\n", b"\r\n") if encoding == b"base64" else content
        parts.append(head + coded)
    cut = b"\r\n--cut\r\n"
    return HEAD + b'Content-Type: multipart/mixed; boundary="cut"\r\n' + cut + cut.join(parts) + b"\r\n--cut--\r\n"


@pytest.fixture
def in_file(tmp_path):
    def put(raw):
        path = tmp_path / "mail"
        path.write_bytes(raw)
        return path

    return put


@pytest.fixture
def small_cuts(monkeypatch):
    """Everything is large."""
    for name, size in (("CHUNK", 7), ("LEFT_OF_EACH", 200), ("LEFT_WHEN_MUCH", 100), ("MUCH", 1500), ("MOST", 3000)):
        monkeypatch.setattr(cutting, name, size)


def as_read(letter):
    files = [(file.name, file.content_type, file.sha256, file.inline) for file in letter.attachments]
    return replace(letter, attachments=()), files


@pytest.mark.parametrize("encoding", [b"base64", b"8bit"])
def test_a_large_mail_says_what_it_would_say_in_memory(in_file, small_cuts, encoding):
    chance = random.Random(4)
    files = [bytes(chance.choices(b"abcdefgh", k=size)) for size in (0, 1, 100, 399, 5_000)]
    raw = a_mail(*files, encoding=encoding)
    letter = reader.read_file(in_file(raw))
    assert as_read(letter) == as_read(read(raw))
    assert any(file.outside for file in letter.attachments)
    assert letter.attachments[-1].size == 5_000


def test_quoted_printable_is_decoded_across_the_pieces(in_file, small_cuts):
    raw = a_mail(b"caf=C3=A9 =\r\nand tea\r\n" * 300, encoding=b"quoted-printable")
    assert as_read(reader.read_file(in_file(raw))) == as_read(read(raw))


@pytest.mark.parametrize("seed", range(60))
def test_no_byte_is_lost_between_skeleton_and_file(in_file, small_cuts, seed):
    chance = random.Random(seed)
    pieces = [b"\r\n--cut", b"--", b"\n", b"\n-", b"\0cut-", b"x" * 150, b"x" * 1_000, b"\r\n--cut--\r\n", SAMPLE]
    raw = b"".join(chance.choices(pieces, k=chance.randrange(40)))
    kept, cuts = skeleton(in_file(raw))
    assert b"".join(cuts.outside(kept, "")) == raw


@pytest.mark.parametrize(
    "field",
    [
        b"To: " + b", ".join(b"p%d@many.example" % number for number in range(40_000)) + b"\r\n",
        b"".join(b"X-%d: %s\r\n" % (number, b"y" * 70) for number in range(9_000)),
        b"Subject: " + b"A" * 2_000_000 + b"\r\n",
    ],
    ids=["recipients", "fields", "subject"],
)
def test_below_a_head_of_any_length_stands_the_text(in_file, field):
    letter = reader.read_file(in_file(b"From: Jane <jane@x.org>\r\n" + field + b"Date: today\r\n\r\nIt is broken.\r\n"))
    assert (letter.sender.addr, letter.body_text.strip(), letter.trouble) == ("jane@x.org", "It is broken.", "")
    assert "cut-" not in letter.subject and not any("cut-" in one.addr for one in letter.to)


def test_a_long_text_is_shortened_and_says_so(in_file):
    letter = reader.read_file(in_file(a_mail(text=b"word " * 400_000)))
    assert letter.body_text.startswith("word word") and letter.trouble == reader.SHORTENED
    assert not letter.is_broken


def test_a_hundred_megabytes_are_read_in_little_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "SECONDS", 120)
    path = tmp_path / "mail"
    with path.open("wb") as file:
        file.write(a_mail(b"", text=b"Hello").partition(b"base64\r\n\r\n")[0] + b"base64\r\n\r\n")
        for _number in range(100):
            file.write(base64.encodebytes(os.urandom(1_048_512)))
        file.write(b"--cut--\r\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    letter = read_kept(path)
    assert letter.attachments[0].size == 100 * 1_048_512
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


@pytest.mark.parametrize("name", STORMS)
def test_every_storm_is_read_in_time_whatever_its_size(in_file, name, monkeypatch):
    """In the seconds that its process may count, however many the machine's others take meanwhile."""
    monkeypatch.setattr(bounded, "SECONDS", 120)
    head, blank, body = STORMS[name].partition(b"\n\n")
    raw = head + blank + body * 8 if len(body) > len(head) else STORMS[name]
    letter = read_kept(in_file(raw))
    assert letter.sender.addr or not letter.is_broken


def test_what_is_read_apart_comes_back_whole(in_file):
    path = in_file(SAMPLE)
    assert as_read(read_apart(path)) == as_read(read(SAMPLE))


def test_an_ordinary_mail_needs_no_process(in_file, monkeypatch):
    monkeypatch.setattr(bounded, "read_apart", None)
    assert is_ordinary(SAMPLE) and read_kept(in_file(SAMPLE)).subject == read(SAMPLE).subject
    assert not is_ordinary(STORMS["words"])


BREAKING = {
    "import time; time.sleep(60)": "took more than",
    "bytearray(10**10)": "MemoryError",
    "import os; os.abort()": "ended with -6",
    "print('{}')": "nothing sensible",
}


@pytest.mark.parametrize("fault", BREAKING)
def test_what_breaks_the_reader_still_tells_who_wrote_about_what(in_file, monkeypatch, fault):
    monkeypatch.setattr(bounded, "SECONDS", 2 if "sleep" in fault else 60)
    monkeypatch.setattr(bounded, "PROGRAM", f"import {bounded.__name__} as b; b.limit(); {fault}")
    path = in_file(a_mail(text=b"=?" * 3000))
    with pytest.raises(CannotRead, match=BREAKING[fault]):
        read_apart(path)
    letter = read_kept(path)
    assert (letter.sender.addr, letter.subject, letter.is_broken) == ("jane@x.org", "Plans", True)
    assert BREAKING[fault] in letter.trouble


def test_html_of_many_tags_is_made_safe_apart_and_comes_back_whole(monkeypatch):
    line = "<p onclick='x()'>Grüße<br>"
    few, many = line * 10, line * bounded.FEW_TAGS
    assert sanitised(many) == sanitise(many)
    monkeypatch.setattr(bounded, "PROGRAM_FOR_HTML", "raise SystemExit(3)")
    assert sanitised(few) == sanitise(few)
    with pytest.raises(CannotRead):
        sanitised(many)


TANGLED = {
    "each opened within all others": "".join(f'<b a="{number}">' for number in range(20_000)),
    "all opened again in each": "".join(f"<font color={number}><p>x" for number in range(700)),
    "deep": "<div>" * 80_000,
}


@pytest.mark.parametrize("name", TANGLED)
def test_html_that_is_dear_to_make_safe_ends_in_time(monkeypatch, name):
    """The parser's time and what it gives grow with the square: minutes, and gigabytes."""
    monkeypatch.setattr(bounded, "SECONDS", 1)
    with pytest.raises(CannotRead):
        sanitised(TANGLED[name])


@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("times", [10, bounded.FEW_TAGS + 1])
def test_a_mail_is_quick_by_the_tags_of_its_html_however_it_is_encoded(encoding, times):
    html = b"<br>" * times
    body = {"base64": base64.encodebytes(html), "quoted-printable": html.replace(b"<", b"=3C")}.get(encoding, html)
    head = f"From: a@b.c\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    assert is_quick(head.encode() + body) == (times == 10)
