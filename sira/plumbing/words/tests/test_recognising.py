import pytest

from sira.plumbing.words.recognising import recognise

TEXTS = [
    ("en", "Hello, my laptop does not start any more since this morning. Please help."),
    ("en", "my laptop is slow"),
    ("tr", "Merhaba, yazıcı çalışmıyor, yardımcı olur musunuz?"),
    ("tr", "yazici calismiyor"),
    ("tr", "Bilgisayarim acilmiyor, lutfen bakar misiniz"),
    ("pl", "Dzień dobry, nie działa mi drukarka."),
    ("pl", "drukarka nie dziala"),
    ("pl", "Prosze o reset hasla"),
    ("fa", "سلام، پرینتر کار نمی‌کند"),
    ("fa", "سلام چاپگر كار نمي كند"),
    ("ar", "لا أستطيع الدخول إلى البريد"),
    ("de", "Ich kann mich nicht einloggen"),
    ("fr", "Le wifi ne marche pas dans la salle"),
    ("es", "No puedo entrar en mi cuenta desde ayer"),
    ("ru", "Принтер не работает уже второй день"),
    ("ja", "プリンターが動きません"),
]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_ordinary_sentences_are_recognised_with_and_without_marks(language, text):
    assert recognise(text) == language


@pytest.mark.parametrize("text", ["", "INC-1042", "0x80070005", "ayse@client.example", "?!", "10.0.0.12"])
def test_what_is_in_no_language_is_in_the_one_given_for_that(text):
    assert recognise(text, otherwise="pl") == "pl"


def test_names_of_machines_and_foreign_words_do_not_decide():
    assert recognise("srv-the-with.corp.example sunucusu yeniden başlatıldı, VPN yine yok") == "tr"


def test_a_long_text_costs_no_more_than_a_page():
    assert recognise("Nie działa drukarka. " * 100_000) == "pl"
