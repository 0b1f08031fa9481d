import pytest
from hypothesis import given
from hypothesis import strategies as st

from sira.plumbing.words.marking import LONGEST, mark

LETTER = """Dear all,

we have moved. The new printers on the second floor are slow, see INC-1042! Could you have a look?
Bye, Ayşe"""


def hits(text: str, typed: str, language: str) -> list[str]:
    return [piece for piece, is_hit in mark(text, typed, language) if is_hit]


def shown(text: str, typed: str, language: str = "en") -> str:
    return "".join(piece for piece, _is_hit in mark(text, typed, language))


def test_the_sentence_with_the_hit_is_shown_and_the_hit_known():
    assert mark(LETTER, "printer", "en") == [
        ("The new ", False),
        ("printers", True),
        (" on the second floor are slow, see INC-1042!", False),
    ]


@pytest.mark.parametrize(
    ("language", "text", "typed", "hit"),
    [
        ("en", "See INC-1042, please", "inc-1042", ["INC-1042"]),
        ("en", "See INC-1042, please", "1042", ["INC-1042"]),
        ("en", "It is printing", "print -slow", ["printing"]),
        ("en", "a big printer", '"big printer"', ["big", "printer"]),
        ("en", "It is synchronised", "synchr", ["synchronised"]),
        ("tr", "Yazıcılarımız ÇALIŞMIYOR", "yazici", ["Yazıcılarımız"]),
        ("pl", "Zmiana hasła", "haslo", ["hasła"]),
        ("fa", "چاپگر کار نمی‌کند", "نمیکند", ["نمی‌کند"]),
        ("en", "Nothing of it", "printer", []),
    ],
)
def test_hits_are_what_the_search_meant(language, text, typed, hit):
    assert hits(text, typed, language) == hit


def test_without_a_hit_the_beginning_is_shown():
    assert shown(LETTER, "scanner") == "Dear all,"


def test_a_long_sentence_is_cut_around_its_hit():
    text = "word " * 300 + "needle " + "word " * 300
    assert shown(text, "needle").startswith("… ") and shown(text, "needle").endswith(" …")
    assert len(shown(text, "needle")) <= LONGEST + 60
    assert hits(text, "needle", "en") == ["needle"]


def test_what_looks_like_html_stays_text():
    assert ("printer", True) in mark("<b>printer</b>", "printer", "en")
    assert shown("<b>printer</b>", "printer") == "<b>printer</b>"


@given(st.text(max_size=400), st.text(max_size=20))
def test_any_text_can_be_shown(text, typed):
    pieces = mark(text, typed, "tr")
    assert all(piece for piece, _is_hit in pieces)
    assert all(piece in text for piece, is_hit in pieces if is_hit)
    assert sum(len(piece) for piece, _is_hit in pieces) <= 2 * LONGEST + 400
