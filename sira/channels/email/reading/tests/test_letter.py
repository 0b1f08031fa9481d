"""What a mail says: who, what, text and files."""

import io
import json

import pytest

from sira.channels.email.reading import Letter, digest, read
from sira.channels.email.reading.__main__ import main


def a_mail(body: str | bytes = "Hello", **headers: str) -> bytes:
    fields = {"From": "Jane Doe <jane@example.org>", "To": "desk@example.com", "Subject": "Printer"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return head.encode() + b"\r\n" + (body if isinstance(body, bytes) else body.encode())


def parts(*pieces: str, kind: str = "mixed") -> bytes:
    body = "".join(f"--cut\r\n{piece}\r\n" for piece in pieces)
    return a_mail(body + "--cut--\r\n", Content_Type=f'multipart/{kind}; boundary="cut"')


def test_an_ordinary_mail_is_read():
    letter = read(a_mail("The printer burns.\r\n", Message_ID="<1@x>", In_Reply_To="<0@x>", References="<a@x> <0@x>"))
    assert (letter.sender.addr, letter.sender.name) == ("jane@example.org", "Jane Doe")
    assert (letter.subject, letter.message_id, letter.in_reply_to) == ("Printer", "1@x", "0@x")
    assert letter.references == ("a@x", "0@x")
    assert letter.body_text.strip() == letter.reply_text == "The printer burns."
    assert not letter.trouble and not letter.is_machine_mail


def test_the_digest_is_of_the_bytes_as_they_came():
    assert digest(b"a\r\n") != digest(b"a\n")
    assert read(b"a\r\n").digest == digest(b"a\r\n")


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Jane <jane@x.org>, bob@x.org", [("jane@x.org", "Jane"), ("bob@x.org", "")]),
        ('"Doe, Jane" <jane@x.org>', [("jane@x.org", "Doe, Jane")]),
        ("Doe, Jane <jane@x.org>", [("jane@x.org", "Doe, Jane")]),
        ("jane@x.org (Jane Doe)", [("jane@x.org", "Jane Doe")]),
        ("=?utf-8?q?J=C3=A4n?= <jane@x.org>", [("jane@x.org", "Jän")]),
        ("=?utf-8?q?J=C3=A4n=2C_D?= <jane@x.org>", [("jane@x.org", "Jän, D")]),
        ("=?utf-8?q?Jane=0D=0ABcc:_x=40evil.test?= <jane@x.org>", [("jane@x.org", "Jane Bcc: x@evil.test")]),
        ("=?utf-8?q?Jane=E2=80=AE=E2=80=A8Doe?= <jane@x.org>", [("jane@x.org", "Jane Doe")]),
        ("undisclosed-recipients:;", []),
        ("Team: a@x.org, b@x.org;", [("a@x.org", ""), ("b@x.org", "")]),
        ("a@x.org; b@x.org", [("a@x.org", ""), ("b@x.org", "")]),
        ("Jane <jane@x.org", [("jane@x.org", "Jane")]),
        ("<mailto:jane@x.org>", [("jane@x.org", "")]),
        ("'Jane' <jane@x.org>", [("jane@x.org", "Jane")]),
        ("", []),
    ],
)
def test_addresses_are_found_however_they_are_written(field, expected):
    assert [(a.addr, a.name) for a in read(a_mail(To=field)).to] == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("=?utf-8?Q?=C3=84rger?= mit =?utf-8?B?w5Zs?=", "Ärger mit Öl"),
        ("=?utf-8?Q?=C3=84?= =?utf-8?Q?rger?=", "Ärger"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=84rger?=", "Ärger"),
        ("=?utf-8?Q?Was ist das??=", "Was ist das?"),
        ("=?utf-8?Q?abgeschn", "abgeschn"),
        ("=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?x-unknown?Q?hello?=", "hello"),
        ("Günther", "Günther"),
        ("=?utf-8?q?VPN=E2=80=AE=0D=0ADown=C2=85now?=", "VPN Down now"),
    ],
)
def test_subjects_are_read_in_any_encoding(raw, expected):
    assert read(a_mail(Subject=raw)).subject == expected


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-8", "Grüße".encode("cp1252")),
        ("iso-8859-1", "Grüße".encode()),
        ("nonsense", "Grüße".encode()),
        ("", "Grüße".encode("cp1252")),
    ],
)
def test_a_wrong_character_set_is_seen_through(charset, data):
    letter = read(a_mail(data, Content_Type=f"text/plain; charset={charset}", Content_Transfer_Encoding="8bit"))
    assert letter.body_text == "Grüße"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1254", "Şifremi unuttum, lütfen yardım edin, bugün çok işim var."),
        ("cp1250", "Zażółć gęślą jaźń, proszę o „pomoc”."),
        ("cp1256", "سلام، اينترنت من از ديروز قطع است و كار نميكند"),
        ("cp1251", "Здравствуйте, принтер не печатает"),
        ("cp1252", "Þetta er ekki í lagi, prentarinn virkar ekki"),
        ("cp1252", "¿Cómo reinicio el servidor? Son 30 m³ y 5 años"),
        ("cp1252", "L'imprimante du cœur de réseau est cassée, ça brûle"),
    ],
)
@pytest.mark.parametrize("label", ["utf-8", "iso-8859-1", "us-ascii"])
def test_text_labelled_as_what_it_is_not_is_read_by_its_letters(codec, text, label):
    letter = read(a_mail(text.encode(codec), Content_Type=f"text/plain; charset={label}"))
    assert letter.body_text == text


def test_a_word_or_two_in_letters_that_two_languages_write_are_read_as_labelled():
    letter = read(a_mail("Það er bið".encode("cp1252"), Content_Type="text/plain; charset=iso-8859-1"))
    assert letter.body_text == "Það er bið"


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "utf-32"])
def test_narrow_text_labelled_as_wide_is_read_as_it_is(label):
    assert read(a_mail("It is broken.\r\nAgain.", Content_Type=f"text/plain; charset={label}")).body_text.startswith(
        "It is broken."
    )


@pytest.mark.parametrize(
    "text",
    [
        "프린터가 작동하지 않습니다",
        "よろしくおねがいいたします",
        "Принтер не работает",
        "Yazıcı çalışmıyor",
        "😀😀😀😀😀😀😀😀",
    ],
)
def test_utf_8_that_was_cut_within_a_letter_stays_utf_8(text):
    letter = read(a_mail(f"{text} {text}".encode() + b" \xe3\x81", Content_Type="text/plain; charset=utf-8"))
    assert letter.body_text.startswith(f"{text} {text}")


def test_an_invitation_without_a_text_says_what_when_and_where():
    entry = (
        "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
        "SUMMARY:Switch is\r\n  replaced\r\nDTSTART;TZID=Europe/Istanbul:20261124T100000\r\n"
        "DTEND:20261124T110000Z\r\nLOCATION:Room 2\\, Ankara\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    letter = read(a_mail(entry, Content_Type="text/calendar; method=REQUEST"))
    when = "2026-11-24 10:00 Europe/Istanbul – 2026-11-24 11:00 UTC"
    assert letter.body_text == f"Switch is replaced\n{when}\nRoom 2, Ankara"
    assert len(letter.attachments) == 1
    said = parts("Content-Type: text/plain\r\n\r\nPlease come", f"Content-Type: text/calendar\r\n\r\n{entry}")
    assert read(said).body_text == "Please come"


def test_html_for_other_programs_is_no_file():
    kinds = [f"Content-Type: text/{kind}\r\n\r\n<p>Hi</p>" for kind in ("x-amp-html", "html")]
    letter = read(parts(*kinds, kind="alternative"))
    assert letter.body_text == "Hi" and not letter.attachments


def test_japanese_with_circled_digits_is_read():
    letter = read(a_mail(b"\x1b$B-!\x1b(B", Content_Type="text/plain; charset=iso-2022-jp"))
    assert letter.body_text == "①"


def test_text_is_taken_from_html_where_there_is_no_plain_part():
    letter = read(a_mail("<title>T</title><p>Hi,<br>it &amp; burns</p><script>x</script>", Content_Type="text/html"))
    assert letter.body_text == "Hi,\nit & burns"
    assert letter.html_text.startswith("T\n")


def test_a_file_keeps_its_bytes_and_its_name():
    letter = read(
        parts(
            "Content-Type: text/plain\r\n\r\nSee the file.",
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment; filename*0*=utf-8''M%C3%A4ngel; filename*1=.pdf\r\n\r\nAAEC",
        )
    )
    (file,) = letter.attachments
    assert (file.name, file.content, file.size, file.content_type) == ("Mängel.pdf", b"\0\1\2", 3, "application/pdf")
    assert letter.body_text.strip() == "See the file."


def test_a_picture_within_the_text_is_inline():
    letter = read(
        parts(
            "Content-Type: text/html\r\n\r\n<img src='cid:p1'>Look",
            "Content-Type: image/png\r\nContent-ID: <p1>\r\nContent-Disposition: inline; filename=a.png\r\n\r\nPNG",
            kind="related",
        )
    )
    assert [(f.name, f.content_id, f.inline) for f in letter.attachments] == [("a.png", "p1", True)]


def test_plain_and_html_of_one_text_are_not_doubled():
    letter = read(
        parts("Content-Type: text/plain\r\n\r\nplain", "Content-Type: text/html\r\n\r\n<p>rich</p>", kind="alternative")
    )
    assert (letter.body_text.strip(), letter.html_text) == ("plain", "rich")


def test_a_mail_inside_a_mail_is_a_file_named_by_its_subject():
    letter = read(parts("Content-Type: message/rfc822\r\n\r\nSubject: Inner\r\n\r\nhi"))
    assert [f.name for f in letter.attachments] == ["Inner.eml"]


def test_a_missing_last_boundary_loses_nothing():
    raw = a_mail("--cut\r\nContent-Type: text/plain\r\n\r\nstill here", Content_Type="multipart/mixed; boundary=cut")
    assert read(raw).body_text == "still here"


def test_a_wrong_boundary_is_guessed():
    raw = a_mail(
        "--real\r\nContent-Type: text/plain\r\n\r\nhere\r\n--real--", Content_Type="multipart/mixed; boundary=x"
    )
    assert read(raw).body_text == "here"


def test_a_detached_signature_without_name_is_no_file():
    letter = read(
        parts(
            "Content-Type: text/plain\r\n\r\nsigned", "Content-Type: application/pgp-signature\r\n\r\nX", kind="signed"
        )
    )
    assert letter.body_text.strip() == "signed" and not letter.attachments


def test_an_opaque_smime_signature_is_opened():
    inner = b"Content-Type: text/plain\r\n\r\nsigned text"
    data = b"\x04" + bytes([len(inner)]) + inner
    content = bytes.fromhex("06092a864886f70d010701") + b"\xa0" + bytes([len(data)]) + data
    der = (
        b"\x30\x80"
        + bytes.fromhex("06092a864886f70d010702")
        + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80"
        + content
    )
    letter = read(a_mail(der, Content_Type="application/pkcs7-mime; smime-type=signed-data"))
    assert letter.body_text == "signed text"


def test_encrypted_mail_is_kept_as_a_file():
    letter = read(a_mail(b"\x30\x80xyz", Content_Type="application/pkcs7-mime; name=smime.p7m"))
    assert [f.name for f in letter.attachments] == ["smime.p7m"]


def test_flowed_text_is_put_together_and_delsp_drops_the_blank():
    flowed = "Content-Type: text/plain; format=flowed; delsp="
    assert read(parts(flowed + "no\r\n\r\none \r\nline")).body_text.strip() == "one line"
    assert read(parts(flowed + "yes\r\n\r\none \r\nline")).body_text.strip() == "oneline"


def test_uuencoded_files_in_the_text_become_files():
    letter = read(a_mail("See:\r\nbegin 644 a.txt\r\n#:&D*\r\n`\r\nend\r\nBye"))
    assert [(f.name, f.content) for f in letter.attachments] == [("a.txt", b"hi\n")]
    assert "begin" not in letter.body_text and "Bye" in letter.body_text


@pytest.mark.parametrize(
    "raw",
    [
        b"From x@y Thu Jan 1 00:00:00 2026\nSubject: S\n\nbody",
        b"From : x@y\nSubject: S\n\nbody",
        b"\xef\xbb\xbfSubject: S\n\nbody",
        b"Subject: S\r\rbody",
        b"\r\n\r\nSubject: S\r\n\r\nbody",
    ],
)
def test_what_stands_before_and_between_lines_is_repaired(raw):
    letter = read(raw)
    assert (letter.subject, letter.body_text) == ("S", "body")
    assert letter.sender.addr == ("x@y" if b" : " in raw else "")


def test_nul_never_reaches_a_text():
    letter = read(b"Subject: a\0b\n\nx\0y")
    assert "\0" not in letter.subject + letter.body_text + letter.reply_text


def test_half_a_surrogate_pair_never_reaches_a_text():
    letter = read(b"Subject: =?utf-7?Q?+2AA-?=\nContent-Type: text/plain; charset=utf-7\n\n+2AA-x")
    assert (letter.subject, letter.body_text) == ("\ufffd", "\ufffdx")


def test_a_list_that_rewrites_from_keeps_its_writer():
    letter = read(
        a_mail(From="'Jane' via list <list@x.org>", X_Original_From="Jane <jane@y.org>", Reply_To="Jane <jane@y.org>")
    )
    assert letter.sender.addr == "jane@y.org"


def test_headers_for_intake_are_given():
    letter = read(
        a_mail(
            Return_Path="<>", Delivered_To="desk+7@example.com", List_Id="<l.x.org>", X_Loop="sira",
            Date="Thu, 1 Jan 2026 10:00:00 +0300",
            Authentication_Results="mx; spf=pass", Reply_To="other@x.org",
        )
    )  # fmt: skip
    assert (letter.return_path, letter.delivered_to, letter.loop_marks) == ("", ("desk+7@example.com",), ("sira",))
    assert letter.date is not None and letter.date.isoformat() == "2026-01-01T10:00:00+03:00"
    assert letter.reply_to[0].addr == "other@x.org" and letter.is_machine_mail


def test_a_fault_of_the_reader_keeps_the_mail(monkeypatch):
    def broken(raw: bytes) -> Letter:
        raise RuntimeError("oops")

    monkeypatch.setattr("sira.channels.email.reading.reader._read", broken)
    letter = read(b"anything")
    assert "oops" in letter.trouble and letter.attachments[0].content == b"anything"


def test_the_command_answers_line_by_line_with_the_contract_fields(tmp_path):
    mail = tmp_path / "a.eml"
    mail.write_bytes(a_mail())
    asked = [
        json.dumps({"id": "a", "path": str(mail)}),
        json.dumps({"id": "b", "path": str(tmp_path / "none")}),
        "nonsense",
    ]
    out = io.StringIO()
    assert main(io.StringIO("\n".join(asked)), out) == 0
    first, second, third = map(json.loads, out.getvalue().splitlines())
    assert list(first) == [
        "id", "from_addr", "from_name", "to", "cc", "people", "subject", "message_id", "in_reply_to", "references",
        "body_text", "html_text", "reply_text", "attachments", "is_auto_reply", "is_auto_generated", "is_bounce",
        "is_complaint", "bounces",
    ]  # fmt: skip
    assert second["id"] == "b" and second["error"] and third["error"]
