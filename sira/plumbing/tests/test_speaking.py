"""Forms of address: which sentence is said where."""

from pathlib import Path

import pytest
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import gettext, ngettext

from sira.plumbing import speaking, texts
from sira.shell.folding import fold

TURN = "Your turn"
FIELDS = "%(shown)s field is not right yet. Nothing you wrote is lost.", "%(shown)s fields are not right yet."


@pytest.fixture
def choose(monkeypatch):
    def choose(**places):
        monkeypatch.setattr(speaking, "chosen", lambda: {"tr": places})

    choose()
    return choose


def said(place, words=TURN, language="tr"):
    with translation.override(language), speaking.at(place):
        return gettext(words)


def test_each_place_speaks_in_its_usual_form(choose):
    assert (said(speaking.WORKSPACE), said(speaking.PORTAL)) == ("Sıra sende", "Sıra sizde")


def test_what_was_chosen_holds_and_an_unknown_form_is_the_usual(choose):
    choose(workspace="siz", portal="sen")
    assert (said(speaking.WORKSPACE), said(speaking.PORTAL)) == ("Sıra sizde", "Sıra sende")
    choose(workspace="thou")
    assert said(speaking.WORKSPACE) == "Sıra sende"


def test_what_does_not_differ_and_other_languages_are_as_ever(choose):
    assert {said(place, "Open it") for place in speaking.PLACES} == {said("", "Open it")}
    assert {said(place, language="fa") for place in speaking.PLACES} == {"نوبت شماست"}
    assert not speaking.forms_of("fa") and set(speaking.forms_of("tr")) == {"sen", "siz"}


def test_plurals_are_said_in_the_form(choose):
    with translation.override("tr"):
        for place, words in ((speaking.WORKSPACE, "Yazdıkların "), (speaking.PORTAL, "Yazdıklarınız ")):
            with speaking.at(place):
                assert all(words in ngettext(FIELDS[0], FIELDS[1], number) for number in (1, 5))


def test_the_form_outlasts_another_language_in_between_and_ends_with_its_place(choose):
    with translation.override("tr"), speaking.at(speaking.WORKSPACE):
        with translation.override("en"):
            assert gettext(TURN) == TURN
        assert gettext(TURN) == "Sıra sende"
        with speaking.mailing("tr"):
            assert gettext(TURN) == "Sıra sizde"
        assert gettext(TURN) == "Sıra sende"
    assert speaking.spoken() == "en"


def test_a_folded_page_is_kept_for_each_form(choose):
    page = Engine.get_default().from_string('{% load i18n %}<p>{% translate "Your turn" %}</p>')
    fold(page.nodelist)
    with translation.override("tr"):
        for place, words in ((speaking.WORKSPACE, "sende"), (speaking.PORTAL, "sizde"), (speaking.WORKSPACE, "sende")):
            with speaking.at(place):
                assert page.render(Context()) == f"<p>Sıra {words}</p>"


HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
FORM = 'msgctxt "form of address"\nmsgid "usual in"\nmsgstr "portal"\n\n' + (
    'msgctxt "form of address"\nmsgid "differs where"\nmsgstr "\\\\bdu\\\\b"\n\n'
)


def test_a_form_that_lacks_a_sentence_or_has_one_too_many_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "SIRA", tmp_path)
    (tmp_path / "plumbing").mkdir()
    (tmp_path / "plumbing" / "apps.py").write_text("")
    (tmp_path / "plumbing" / "code.py").write_text('_("Go"), _("Way")')
    write(tmp_path, "pl", 'msgid "Go"\nmsgstr "Geh du"\n\nmsgid "Way"\nmsgstr "Weg"\n')
    form = write(tmp_path, "pl@sie", FORM + 'msgid "Old"\nmsgstr "Sie"\n')
    assert list(texts.amiss(form)) == [
        "'Old' is said nowhere; take it out",
        "'Go' needs an entry: 'Geh du'",
    ]
    write(tmp_path, "pl@sie", FORM + 'msgid "Go"\nmsgstr "Gehen Sie"\n')
    assert list(texts.amiss(form)) == []
    write(tmp_path, "pl@sie", 'msgid "Go"\nmsgstr ""\n')
    assert list(texts.amiss(form)) == ["'Go' is empty", "the entries about sie itself are missing"]


def write(home: Path, name: str, entries: str) -> Path:
    path = home / "plumbing" / "locale" / name / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "\n" + entries)
    return path
