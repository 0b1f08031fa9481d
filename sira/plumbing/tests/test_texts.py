"""The tool that finds what is not translated, on a small room of its own."""

import re
from pathlib import Path

import pytest

from sira.plumbing import texts

GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"
CODE = """\
from django.utils.translation import gettext as _, ngettext
A = _("Close")
B = ngettext("one job", "%(n)d jobs", 2)
"""
PAGE = '{% load i18n %}<p>{% translate "Hold" %}</p>{% blocktranslate with a=b %}Until {{ a }}{% endblocktranslate %}'
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
WHOLE = (
    HEAD
    + 'msgid "Close"\nmsgstr "Zamknij"\n\nmsgid "one job"\nmsgid_plural "%(n)d jobs"\n'
    + 'msgstr[0] "a"\nmsgstr[1] "b"\nmsgstr[2] "c"\n\n'
    + 'msgid "Hold"\nmsgstr "Wstrzymaj"\n\nmsgid "Until %(a)s"\nmsgstr "Do %(a)s"\n'
)


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "SIRA", tmp_path)
    room = tmp_path / "room"
    (room / "templates" / "room").mkdir(parents=True)
    (room / "locale" / "pl" / "LC_MESSAGES").mkdir(parents=True)
    (room / "apps.py").write_text("")
    (room / "code.py").write_text(CODE)
    (room / "templates" / "room" / "page.html").write_text(PAGE)
    return room


def write(room, text):
    (room / "locale" / "pl" / "LC_MESSAGES" / "django.po").write_text(text)


def test_texts_of_code_and_pages_are_found(room):
    assert texts.missing(room, "pl") == [
        "room/code.py:2: 'Close'",
        "room/code.py:3: 'one job'",
        "room/templates/room/page.html:1: 'Hold'",
        "room/templates/room/page.html:1: 'Until %(a)s'",
    ]


def test_a_room_that_says_everything_lacks_nothing(room):
    write(room, WHOLE)
    assert texts.missing(room, "pl") == []


def test_a_doubtful_or_empty_or_half_plural_translation_counts_as_missing(room):
    write(
        room,
        WHOLE.replace('msgid "Close"', '#, fuzzy\nmsgid "Close"')
        .replace("Wstrzymaj", "")
        .replace('msgstr[2] "c"', 'msgstr[2] ""'),
    )
    assert [line.split(": ")[1] for line in texts.missing(room, "pl")] == ["'Close'", "'one job'", "'Hold'"]


def test_a_text_that_two_rooms_say_in_two_ways_is_named(room):
    other = room.parent / "other"
    (other / "locale" / "pl" / "LC_MESSAGES").mkdir(parents=True)
    (other / "apps.py").write_text("")
    write(room, HEAD + 'msgid "Keep"\nmsgstr "Zapisz"\n\nmsgctxt "a"\nmsgid "Go"\nmsgstr "Idź"\n')
    write(other, HEAD + 'msgid "Keep"\nmsgstr "Zachowaj"\n\nmsgid "Go"\nmsgstr "Dalej"\n')
    assert list(texts.in_two_ways("pl")) == ["'Keep' in two ways: 'Zachowaj' (other), 'Zapisz' (room)"]


def test_words_that_the_glossary_gave_up_do_not_come_back():
    """The table at its end: language, pattern, what is said instead."""
    lines = GLOSSARY.read_text().split("## Words given up")[1].splitlines()
    rows = [re.split(r"(?<!\\)\|", line)[1:4] for line in lines if "`" in line]
    assert len(rows) > 10
    for language, pattern, instead in ([cell.strip(" `") for cell in row] for row in rows):
        for room in texts.rooms():
            for message in texts.written(room, language):
                words = message.string if isinstance(message.string, str) else " ".join(message.string or ())
                assert not re.search(pattern.replace("\\|", "|"), words), (
                    f"{room.name}, {language}: {words!r}. Say: {instead}"
                )


def test_compiled_texts_are_what_was_written(room):
    write(room, WHOLE)
    texts.compile_all()
    assert (room / "locale" / "pl" / "LC_MESSAGES" / "django.mo").stat().st_size > 100
