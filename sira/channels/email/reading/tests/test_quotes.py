"""Only the sender's new words."""

import pytest

from sira.channels.email.reading.quotes import new_text

ATTRIBUTIONS = [
    "On Tue, Jan 6, 2026 at 10:00 AM Jane Doe <jane@x.org> wrote:",
    "On Tue, Jan 6, 2026 at 10:00 AM Jane Doe\n<jane@x.org> wrote:",
    "On 06.01.26 10:00, Jane Doe wrote:",
    "Am Di., 6. Jan. 2026 um 10:00 Uhr schrieb Jane Doe <jane@x.org>:",
    "Am 06.01.2026 um 10:00 schrieb Jane Doe:",
    "Le mar. 6 janv. 2026 à 10:00, Jane Doe <jane@x.org> a écrit :",
    "El mar, 6 ene 2026 a las 10:00, Jane Doe (<jane@x.org>) escribió:",
    "Il giorno mar 6 gen 2026 alle ore 10:00 Jane Doe <jane@x.org> ha scritto:",
    "Em ter., 6 de jan. de 2026 às 10:00, Jane Doe <jane@x.org> escreveu:",
    "Op di 6 jan 2026 om 10:00 schreef Jane Doe <jane@x.org>:",
    "wt., 6 sty 2026 o 10:00 Jane Doe <jane@x.org> napisał(a):",
    "W dniu 6.01.2026 o 10:00, Jane Doe pisze:",
    "Jane Doe <jane@x.org>, 6 Oca 2026 Sal, 10:00 tarihinde şunu yazdı:",
    "در تاریخ سه‌شنبه ۶ ژانویهٔ ۲۰۲۶ ساعت ۱۰:۰۰ Jane Doe <jane@x.org> نوشت:",
    "вт, 6 янв. 2026 г. в 10:00, Jane Doe <jane@x.org>:",
    "6 января 2026, 10:00 от Jane Doe <jane@x.org>:",
    "Den tis 6 jan. 2026 kl 10:00 skrev Jane Doe <jane@x.org>:",
    "Den tirs. 6. jan. 2026 kl. 10.00 skrev Jane Doe <jane@x.org>:",
    "ti 6. tammik. 2026 klo 10.00 Jane Doe (jane@x.org) kirjoitti:",
    "út 6. 1. 2026 v 10:00 odesílatel Jane Doe <jane@x.org> napsal:",
    "2026年1月6日(火) 10:00 Jane Doe <jane@x.org>:",
    "Jane Doe <jane@x.org> 于2026年1月6日周二 10:00写道：",
    "2026년 1월 6일 (화) 오전 10:00, Jane Doe <jane@x.org>님이 작성:",
    '06.01.2026, 10:00, "Jane Doe" <jane@x.org>:',
    "Jane Doe\n<jane@x.org>, 6 Oca 2026 Sal, 10:00 tarihinde şunu yazdı:",
]
HEADER_BLOCKS = [
    "From: Jane <jane@x.org>\nSent: Tuesday, January 6, 2026 10:00\nTo: Desk\nSubject: Printer",
    "*From:* Jane <jane@x.org>\n*Sent:* Tuesday\n*To:* Desk\n*Subject:* Printer",
    "Von: Jane <jane@x.org>\nGesendet: Dienstag, 6. Januar 2026 10:00\nAn: Desk\nBetreff: Drucker",
    "De : Jane <jane@x.org>\nEnvoyé : mardi 6 janvier 2026 10:00\nÀ : Desk\nObjet : Imprimante",
    "De: Jane <jane@x.org>\nEnviado el: martes\nPara: Desk\nAsunto: Impresora",
    "Da: Jane <jane@x.org>\nInviato: martedì\nA: Desk\nOggetto: Stampante",
    "Van: Jane <jane@x.org>\nVerzonden: dinsdag\nAan: Desk\nOnderwerp: Printer",
    "Od: Jane <jane@x.org>\nWysłano: wtorek\nDo: Desk\nTemat: Drukarka",
    "Kimden: Jane <jane@x.org>\nGönderildi: 6 Ocak 2026 Salı\nKime: Desk\nKonu: Yazıcı",
    "از: Jane <jane@x.org>\nتاریخ: سه‌شنبه\nبه: Desk\nموضوع: چاپگر",
    "От: Jane <jane@x.org>\nОтправлено: вторник\nКому: Desk\nТема: Принтер",
    "Från: Jane <jane@x.org>\nSkickat: den 6 januari\nTill: Desk\nÄmne: Skrivare",
    "Fra: Jane <jane@x.org>\nSendt: 6. januar\nTil: Desk\nEmne: Printer",
    "Lähettäjä: Jane <jane@x.org>\nLähetetty: tiistai\nVastaanottaja: Desk\nAihe: Tulostin",
    "Odesílatel: Jane <jane@x.org>\nOdesláno: úterý\nKomu: Desk\nPředmět: Tiskárna",
    "发件人: Jane <jane@x.org>\n发送时间: 2026年1月6日\n收件人: Desk\n主题: 打印机",
    "差出人: Jane <jane@x.org>\n送信日時: 2026年1月6日\n宛先: Desk\n件名: プリンター",
]
RULES = [
    "-----Original Message-----", "----- Ursprüngliche Nachricht -----", "-------- Message d'origine --------",
    "-----Mensaje original-----", "-----Oorspronkelijk bericht-----", "-----Oryginalna wiadomość-----",
    "-----Orijinal Mesaj-----", "---------- Forwarded message ---------",
    "________________________________\nFrom: J <j@x>\nSent: 1\nTo: D",
    "##- Please type your reply above this line -##", "## Lütfen yanıtınızı bu satırın üstüne yazın ##",
]  # fmt: skip


def words(text: str) -> str:
    return new_text(text, "", text_is_from_html=False)


@pytest.mark.parametrize("head", ATTRIBUTIONS)
def test_quotes_below_a_line_of_attribution_go(head):
    assert words(f"It works now.\n\n{head}\n> old text\n> more\n") == "It works now."
    assert words(f"It works now.\n\n{head}\n\nold text without marks\n") == "It works now."


@pytest.mark.parametrize("head", HEADER_BLOCKS + RULES)
def test_all_below_a_quoted_header_goes(head):
    assert words(f"It works now.\n\n{head}\n\nold text\n") == "It works now."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you about this.",
        "Dates:\n2026-01-06 10:00\n06.01.2026 10:00\nThat is all.",
        "From my point of view: fine.\nTo be clear: it works.",
        "With regards to the invoice, we agree.",
        "I have to travel.\nFrom: Warsaw\nTo: Ankara\nBy train, please.",
        "Please do:\n- one\n- two",
        "Sent from my desk, is much easier than from my phone.",
        "The table:\n-------------\na  b\n-------------\nbye",
    ],
)
def test_the_senders_own_text_is_not_taken_for_a_quote(text):
    assert words(text) == text


def test_answers_between_quotes_are_kept_with_them():
    text = "On 6 Jan 2026, Jane <j@x.org> wrote:\n> first?\n\nyes\n\n> second?\n\nno"
    assert words(text) == "> first?\n\nyes\n\n> second?\n\nno"


def test_an_answer_below_the_quote_is_found():
    assert words("On 6 Jan 2026, Jane <j@x.org> wrote:\n> does it work?\n\nIt does.") == "It does."


@pytest.mark.parametrize(
    "below",
    ["-- \nJane Doe\nExample Ltd", "--\nJane", "Sent from my iPhone", "Von meinem iPhone gesendet",
     "Envoyé de mon iPhone",
     "iPhone'umdan gönderildi", "Wysłane z iPhone'a", "Отправлено с iPhone", "Enviado desde mi iPhone",
     "Get Outlook for iOS<https://aka.ms/x>", "iOS için Outlook'u edinin", "Pobierz aplikację Outlook dla systemu iOS",
     "Outlook برای Android را دریافت کنید", "فرستاده شده از Yandex Mail",
     "Mit freundlichen Grüßen\nJane Doe\nExample GmbH", "Pozdrawiam,\nJan", "Saygılarımla,\nAyşe", "با احترام\nمریم",
     "_______________________________________________\nusers mailing list\nusers@lists.x.org"],
)  # fmt: skip
def test_signatures_go(below):
    assert words(f"It works now.\n\n{below}\n") == "It works now."


def test_a_mail_that_is_only_a_signature_or_a_quote_is_not_empty():
    assert words("-- \nJane") == "--\nJane"
    assert words("> only this") == "only this"


def test_html_that_is_all_quote_is_read_without_its_marks():
    markup = "<div id='divRplyFwdMsg'><b>From:</b> X</div><div>old</div>"
    assert "\x01" not in new_text("x", markup, text_is_from_html=True)


def test_what_was_signed_in_clear_is_read_without_its_armour():
    begin, end = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n", "\n-----BEGIN PGP SIGNATURE-----\n\niQ\n"
    assert words(f"{begin}It works.\n- - twice{end}-----END PGP SIGNATURE-----\n") == "It works.\n- twice"
    assert "-----BEGIN" in words("Why does it say\n-----BEGIN PGP SIGNED MESSAGE-----\nabove?")


def test_a_thank_you_with_a_name_stays():
    assert words("Works.\n\nThanks,\nAlex") == "Works.\n\nThanks,\nAlex"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>It works.</div><div class='gmail_quote'><div>On … wrote:</div><blockquote>old</blockquote></div>",
        "<p>It works.</p><blockquote type='cite'>old</blockquote>",
        "<p>It works.</p><div id='divRplyFwdMsg'>From: X</div><div>old</div>",
        "<p>It works.</p><div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt "
        "0cm'><p><b>From:</b> X</p></div><p>old</p>",
        "<p>It works.</p><div class='yahoo_quoted'><p>old</p></div>",
    ],
)
def test_marks_of_mail_programs_in_html_are_understood(markup):
    assert new_text("x", markup, text_is_from_html=True) == "It works."
