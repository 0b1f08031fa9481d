import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sira.plumbing.words.asking import asked
from sira.plumbing.words.folding import lowered, without_marks
from sira.plumbing.words.tokens import COMPOUND, indexed, line


def holds(text: str, language: str, typed: str) -> bool:
    """Whether the text answers; both ways, by the index and by reading the line, come to the same."""
    wanted = asked(typed)
    if not wanted:
        return False
    (read, terms), (beside, more) = wanted.condition("words"), wanted.condition("words", beside_index=True)
    sql = f"SELECT {read}, {indexed('words')} @@ %s::tsquery AND {beside} FROM (SELECT %s::text AS words) AS one"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*terms, wanted.query, *more, line(text, language)])
        reads, finds = cursor.fetchone()
    assert reads == finds
    return reads


# (language of the text, text, what is typed); the language of what is typed is never told
FOUND = [
    ("en", "The printers are printing again", "printer"),
    ("en", "The printers are printing again", "printed"),
    ("en", "Error ORA-01017 on srv-db-01.corp.example", "ora-01017"),
    ("en", "Error ORA-01017 on srv-db-01.corp.example", "01017"),
    ("en", "Error ORA-01017 on srv-db-01.corp.example", "SRV-DB-01.corp.example"),
    ("en", "Error ORA-01017 on srv-db-01.corp.example", "srv-db"),
    ("en", "Error ORA-01017 on srv-db-01.corp.example", "corp.example"),
    ("en", "Write to ayse.yilmaz@client.example", "ayse.yilmaz@client.example"),
    ("en", "Write to ayse.yilmaz@client.example", "Yılmaz"),
    ("en", "See [INC-1042]: https://desk.example/tickets/INC-7", "INC-1042 inc-7"),
    ("en", "ERR_CONNECTION_REFUSED again", "err_connection_refused"),
    ("en", "code 0x80070005, window 10.0.0.12", "0x80070005 10.0.0.12"),
    ("en", "the wi-fi in room 5", "wi-fi"),
    ("en", "the big new printer", '"big new printer"'),
    ("en", "a printer of the company", '"printer of the company"'),
    ("en", "the printer is slow", "printer -vpn"),
    ("en", "synchronisation", "synchr"),
    ("en", "Ｆｕｌｌ ｗｉｄｔｈ １２３", "full width 123"),
    ("tr", "Yazıcılarımız ÇALIŞMIYOR", "yazıcı"),
    ("tr", "Yazıcılarımız ÇALIŞMIYOR", "yazici calismiyor"),
    ("tr", "yazicilar calismiyor", "Yazıcı çalışmıyor"),
    ("tr", "IŞIKLAR Ankara'da söndü", "ışık ankara"),
    ("tr", "İstanbul ofisi", "ISTANBUL"),
    ("pl", "Drukarka nie działa, zmiana hasła", "hasło drukarki"),
    ("pl", "Drukarka nie działa, zmiana hasła", "haslo dziala"),
    ("pl", "drukarka nie dziala", "działa"),
    ("fa", "پرینتر کار نمی‌کند", "نمیکند"),
    ("fa", "پرینتر کار نمیکند", "نمی‌کند"),
    ("fa", "پرینتر کار نمی کند", "نمی‌کند"),
    ("fa", "كتاب‌هاي جديد", "کتاب جدید"),
    ("fa", "کتابها", "کتاب‌ها"),
    ("fa", "شماره ۱۲۳۴", "1234"),
    ("fa", "چـاپگر کِتاب VPN", "چاپگر کتاب vpn"),
    ("de", "Die Drucker drucken nicht", "drucker"),
    ("ru", "Принтеры не работают", "принтер"),
    ("uk", "Принтер не друкує", "друкує"),
]
NOT_FOUND = [
    ("en", "The server is serving", "serveur"),
    ("en", "new big printer", '"big new printer"'),
    ("en", "the printer and the vpn", "printer -vpn"),
    ("en", "See INC-1042", "INC-10421"),
    ("en", "See INC-1042 for that", "INC-104 that"),
    ("en", "The printer", "printer scanner"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text", "typed"), FOUND)
def test_what_is_meant_is_found(language, text, typed):
    assert holds(text, language, typed)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text", "typed"), NOT_FOUND)
def test_what_is_not_meant_is_not_found(language, text, typed):
    assert not holds(text, language, typed)


@pytest.mark.parametrize("typed", ["", "   ", "the", "-vpn", '""', '"the of"', "!&|<>:*'\\()", "-"])
def test_what_says_nothing_asks_for_nothing(typed):
    assert not asked(typed)


def test_letters_have_one_spelling():
    assert {without_marks(lowered(word)) for word in ["IŞIK", "ışık", "Işık", "isik", "İŞİK"]} == {"isik"}
    assert lowered("ﻙﺘﺎﺏ") == lowered("كتاب") == "کتاب"
    assert lowered("۱۲۳٤٥") == "12345"


def test_words_that_are_left_out_keep_their_place():
    assert line("printer of the INC-1042 desk", "en") == " printerE . . incE 1042 deskE . inc-1042 "


def test_a_pasted_log_is_indexed_to_a_limit_only():
    assert len(line(" ".join(f"line{n} srv-{n}.example" for n in range(100_000)), "en")) < 100_000
    assert line("A" * 100_000, "en") == ""


def test_an_ordinary_message_stays_small():
    text = (
        "Hello, since this morning I cannot print from my laptop. The printer on the second floor shows error 49.4C02"
        " and my colleagues have the same trouble. I have already restarted it twice. Could you please send somebody"
        " before noon? We have to print the contracts for the meeting with our customers today. Many thanks, Bob Smith"
    )
    assert len(line(text, "en")) < len(text)


WORDY = st.text(st.sampled_from("abIıİşçöğÜ'’-.@_09 \u200cمیکند\u064bـ"), min_size=1, max_size=30)


class AnyTextTest(TestCase):
    """PostgreSQL reads whatever is made of any text, and a text is found by its own words."""

    @settings(max_examples=150)
    @given(st.text(max_size=200), st.sampled_from(["en", "tr", "fa", "pl", "uk", "xx"]))
    def test_the_literals_are_always_readable(self, text, language):
        holds(text, language, text)

    @settings(max_examples=150)
    @given(WORDY, st.sampled_from(["en", "tr", "fa"]))
    def test_a_word_finds_the_text_it_stands_in(self, text, language):
        for word in COMPOUND.findall(text):
            if asked(word):
                assert holds(text, language, word)
