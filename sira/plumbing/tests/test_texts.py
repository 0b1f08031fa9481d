"""The tool that finds what is not translated, on a small room of its own."""

import pytest

from sira.plumbing import texts

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


def test_compiled_texts_are_what_was_written(room):
    write(room, WHOLE)
    texts.compile_all()
    assert (room / "locale" / "pl" / "LC_MESSAGES" / "django.mo").stat().st_size > 100
