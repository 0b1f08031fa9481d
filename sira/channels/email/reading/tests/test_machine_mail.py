"""Mail that no person wrote: answers, notices, bounces, complaints."""

import pytest

from sira.channels.email.reading import Bounce, read
from sira.channels.email.reading.reasons import from_words, status_of

from .test_letter import a_mail


def a_report(text: str, fields: str, **headers: str) -> bytes:
    body = (
        f"--r\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example.org\r\n\r\n{fields}\r\n--r\r\nContent-Type: message/rfc822\r\n\r\n"
        "Message-ID: <ours@desk>\r\nTo: bob@example.net\r\nSubject: Answer\r\n\r\nHi\r\n--r--\r\n"
    )
    return a_mail(
        body,
        **{
            "From": "MAILER-DAEMON@example.org",
            "Content_Type": "multipart/report; report-type=delivery-status; boundary=r",
        }
        | headers,
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"Auto_Submitted": "(vacation (of \\) mine)) auto-replied; days=3"},
        {"Auto_Submitted": "no\r\nAuto-Submitted: auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Subject": "Automatic reply: Printer"},
        {"Subject": "Out of Office: Printer"},
        {"Subject": "Abwesenheitsnotiz: Drucker"},
        {"Subject": "Réponse automatique : imprimante"},
        {"Subject": "Autoodpowiedź: drukarka"},
        {"Subject": "Otomatik Yanıt: yazıcı"},
        {"Subject": "پاسخ خودکار: چاپگر"},
        {"Subject": "自动回复: 打印机"},
        {"Subject": "پاسخ اتوماتیک: چاپگر"},
        {"Subject": "İşyeri Dışında: yazıcı"},
        {"Subject": "Автоматична відповідь: принтер"},
        {"Subject": "Out of Office AutoReply: Printer"},
        {"Subject": "Out of office"},
    ],
)
def test_automatic_answers_are_known(headers):
    letter = read(a_mail(**headers))
    assert letter.is_auto_reply and letter.is_auto_generated and letter.is_machine_mail


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "no"}, {"Subject": "Please reply automatically"}, {"Subject": "Vacation request for May"},
        {"Subject": "Abwesenheit nächste Woche"},
        {"Subject": "Frånvaro imorgon"},
     {"X_Autoreply": "no"},
     {"Subject": "Re: Office supplies are out"},
     {"Subject": "Out of office message cannot be set"},
     {"Subject": "Automatische Antwort einrichten"},
     {"Subject": "Otomatik yanıt kurulumu"},
     {"Subject": "Autoodpowiedź nie działa"},
     {"Subject": "پاسخ خودکار کار نمی‌کند"}],
)  # fmt: skip
def test_people_are_not_taken_for_machines(headers):
    letter = read(a_mail(**headers))
    assert not letter.is_machine_mail


@pytest.mark.parametrize(
    "headers", [{"X_Auto_Response_Suppress": "OOF, AutoReply"}, {"List_Unsubscribe": "<mailto:off@example.org>"}]
)
def test_who_asks_for_no_answer_gets_none_and_may_be_a_person(headers):
    letter = read(a_mail(**headers))
    assert letter.is_machine_mail and not letter.is_auto_generated


def test_a_receipt_of_reading_is_written_by_a_machine():
    receipt = "Content-Type: message/disposition-notification\r\n\r\nDisposition: displayed"
    body = f"--r\r\n\r\nIt was read.\r\n--r\r\n{receipt}\r\n--r--"
    kind = "multipart/report; report-type=disposition-notification; boundary=r"
    letter = read(a_mail(body, Content_Type=kind))
    assert letter.is_auto_generated and not letter.is_bounce


def test_notices_are_generated_but_no_answers():
    letter = read(a_mail(Auto_Submitted="auto-generated"))
    assert letter.is_auto_generated and not letter.is_auto_reply


def test_a_standard_bounce_names_recipient_status_and_reason():
    fields = (
        "Final-Recipient: rfc822; bob@example.net\r\nAction: failed\r\nStatus: 5.0.0\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <bob@example.net>: User unknown\r\n"
    )
    letter = read(a_report("Sorry.", fields))
    assert letter.is_bounce and not letter.is_auto_reply
    assert letter.bounces == (Bounce("bob@example.net", "5.1.1", "userunknown"),)
    assert letter.returned_message_ids == ("ours@desk",)


def test_each_recipient_of_a_report_is_told():
    fields = "".join(
        f"Final-Recipient: rfc822; {name}@x.org\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        for name, status in (("a", "5.1.1"), ("b", "5.2.2"))
    )
    assert [(b.recipient, b.reason) for b in read(a_report("", fields)).bounces] == [
        ("a@x.org", "userunknown"),
        ("b@x.org", "mailboxfull"),
    ]


def test_a_report_of_success_is_no_bounce():
    fields = "Final-Recipient: rfc822; bob@example.net\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
    assert not read(a_report("Delivered.", fields)).is_bounce


@pytest.mark.parametrize(
    "text",
    [
        "Hi. This is the qmail-send program.\nI wasn't able to deliver your message to the following addresses.\n\n"
        "<bob@example.net>:\nRemote host said: 552 5.2.2 mailbox is full\n\n--- Below this line is a copy of "
        "the message.\n\nTo: x@y.z\n",
        "A message that you sent could not be delivered to one or more of its recipients.\n\n  bob@example.net\n"
        "    SMTP error from remote mail server: 552 5.2.2 Mailbox full\n\n------ This is a copy of the message "
        "------\n\nTo: x@y.z\n",
        "Your message\n  To: x@y.z\n  Subject: Hi\ndid not reach the following recipient(s):\n\nbob@example.net "
        "on Tue, 6 Jan 2026\n    552 5.2.2 Mailbox full\n",
        "   ----- The following addresses had permanent fatal errors -----\n<bob@example.net>\n    (reason: 552 "
        "5.2.2 Mailbox full)\n",
    ],
)
def test_bounces_for_people_only_are_read(text):
    letter = read(a_mail(text, From="MAILER-DAEMON@example.org", Subject="Undelivered mail", To="desk@example.com"))
    assert letter.bounces == (Bounce("bob@example.net", "5.2.2", "mailboxfull"),)


@pytest.mark.parametrize(
    ("subject", "text", "reason"),
    [
        ("Teslim edilemedi: Yazıcı", "İletiniz teslim edilemedi:\n<bob@example.net>: posta kutusu dolu", "mailboxfull"),
        ("Teslimat hatası", "bob@example.net adresine iletiniz teslim edilemedi. Adres bulunamadı.", "userunknown"),
        ("Niedostarczone: Drukarka", "Nie można dostarczyć wiadomości do: bob@example.net. Nie znaleziono adresu.",
         "userunknown"),
        ("Nie można dostarczyć wiadomości", "Nie została dostarczona.\n<bob@example.net>: skrzynka jest pełna",
         "mailboxfull"),
        ("غیرقابل تحویل: چاپگر", "پیام شما به bob@example.net تحویل داده نشد. نشانی پیدا نشد.", "userunknown"),
        ("Zustellung fehlgeschlagen", "Konnte nicht zugestellt werden:\n<bob@example.net>: Benutzer unbekannt",
         "userunknown"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("returned", ["", "\n\nMessage-ID: <ours@desk>\nTo: other@example.net\n"])
def test_bounces_are_read_in_the_languages_of_the_desk(subject, text, reason, returned):
    letter = read(a_mail(text + returned, From="postmaster@example.org", Subject=subject, To="desk@example.com"))
    (bounce,) = letter.bounces
    assert (bounce.recipient, bounce.reason) == ("bob@example.net", reason)
    assert letter.returned_message_ids == (("ours@desk",) if returned else ())


def test_an_international_address_in_a_report_is_read():
    fields = "Final-Recipient: utf-8; ay\\x{15F}e\\x{D800}@x.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    assert [bounce.recipient for bounce in read(a_report("", fields)).bounces] == ["ayşe\ufffd@x.org"]


def test_who_asks_in_another_language_why_a_mail_came_back_is_no_bounce():
    for subject in ("E-postam teslim edilemedi", "Poczta niedostarczona", "ایمیل تحویل داده نشد", "Mail unzustellbar"):
        letter = read(a_mail("bob@example.net: 550 5.1.1 user unknown", Subject=subject))
        assert not letter.is_bounce and not letter.is_machine_mail


def test_somebody_who_asks_about_a_bounce_is_not_one():
    text = "Hello,\nI get this from bob@example.net: 550 5.1.1 User unknown. My mail could not be delivered.\nJane"
    letter = read(a_mail(text, Subject="Mail delivery problem"))
    assert not letter.is_bounce and not letter.is_machine_mail


def test_a_complaint_is_known():
    body = "--r\r\n\r\nSpam!\r\n--r\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n--r--"
    assert read(a_mail(body, Content_Type="multipart/report; report-type=feedback-report; boundary=r")).is_complaint


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 The email account that you tried to reach does not exist", "userunknown"),
        ("452 4.2.2 The email account that you tried to reach is over quota", "mailboxfull"),
        ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "blocked"),
        ("554 5.7.1 <bob@x.org>: Relay access denied", "norelaying"),
        ("552 5.3.4 Message size exceeds fixed limit", "mesgtoobig"),
        ("550 5.7.1 This message was classified as SPAM", "spamdetected"),
        ("550 5.7.26 This mail fails DMARC", "authfailure"),
        ("Host or domain name not found. Name service error for name=x.org", "hostunknown"),
        ("connect to mx.x.org[192.0.2.1]:25: Connection timed out", "expired"),
        ("554 5.4.14 Hop count exceeded - possible mail loop", "networkerror"),
        ("550 Your message contains a virus", "virusdetected"),
        ("550 This account has been disabled", "suspend"),
    ],
)
def test_server_replies_are_understood(said, reason):
    assert from_words("5.1.1" if reason == "userunknown" else "", said) == reason


def test_a_status_that_nobody_gave_is_made_from_the_reason():
    assert status_of("", "no such thing", "mailboxfull", temporary=False) == "5.0.922"
    assert status_of("", "421 try later", "expired", temporary=False) == "4.0.947"
    assert status_of("5.0.0", "550 5.2.2 full", "mailboxfull", temporary=False) == "5.2.2"
    assert status_of("5.1.1", "from [192.0.2.1] and 10.5.1.2", "x", temporary=False) == "5.1.1"
