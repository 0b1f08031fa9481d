from datetime import date

import pytest

from sira.knowledge import finding, marking, writing
from sira.knowledge.models import Article
from sira.knowledge.writing import NoReaders, NothingToPublish, TextMissing, TitleMissing, Wording
from sira.people.models import Organisation
from sira.plumbing.refusals import NotAllowed
from sira.tickets.tests.cast import monday

PRINTER = Wording("Printer prints blank pages", "1. Take the cartridge out.\n2. Shake it.\n3. Put it back.", "toner")
LANGUAGE = {"language": "en"}


def an_article(desk, wording=PRINTER, *, audience="public", language="en", organisations=()) -> Article:
    article = writing.begin(wording, language=language, by=desk.ayse, at=monday(9))
    writing.publish(article, language=language, by=desk.ayse, at=monday(10))
    readers = {"audience": audience, "organisations": organisations}
    writing.arrange(article, owner=desk.jonas, review_on=date(2027, 11, 23), by=desk.ayse, **readers)
    return article


def titles(typed, person, language="en"):
    return [one.version.title for one in finding.find(typed, person, language=language)]


def test_what_is_written_is_read_after_it_is_published_and_not_before(desk):
    article = writing.begin(PRINTER, language="en", by=desk.jonas, at=monday(9))
    assert titles("blank pages", desk.jonas) == []
    writing.publish(article, language="en", by=desk.ayse, at=monday(10))
    assert titles("blank pages", desk.jonas) == [PRINTER.title]
    assert titles("blank pages", desk.tom) == []
    assert not Article.objects.readable_by(desk.tom).exists()


def test_a_draft_changes_nothing_for_readers_until_it_is_published(desk):
    article = an_article(desk)
    writing.write(article, Wording("Blank pages", "Call us."), language="en", by=desk.jonas, at=monday(11))
    assert titles("blank pages", desk.tom) == [PRINTER.title]
    writing.publish(article, language="en", by=desk.ayse, at=monday(12))
    assert titles("blank pages", desk.tom) == ["Blank pages"]
    versions = article.versions.order_by("number").values_list("number", "status")
    assert list(versions) == [(1, "retired"), (2, "published")]


def test_only_the_chosen_organisations_and_their_departments_read_a_restricted_article(desk):
    ward = Organisation.objects.create(name="Ward 4", parent=desk.halden)
    an_article(desk, audience="organisations", organisations=[desk.halden])
    assert titles("blank", desk.hannah) == [PRINTER.title]
    assert titles("blank", desk.tom) == []
    assert titles("blank", None) == []
    desk.tom.organisation = ward
    assert titles("blank", desk.tom) == [PRINTER.title]


def test_nobody_outside_finds_what_is_for_the_desk_alone(desk):
    an_article(desk, audience="internal")
    assert titles("blank", desk.hannah) == titles("blank", None) == []
    assert titles("blank", desk.zeynep) == [PRINTER.title]


def test_an_article_taken_back_is_found_no_more(desk):
    article = an_article(desk)
    writing.retire(article, language="en", by=desk.ayse)
    assert titles("blank", desk.tom) == []


def test_the_best_answer_comes_first_and_half_of_the_words_are_enough(desk):
    an_article(desk, Wording("Order toner", "The printer says blank cartridge."))
    an_article(desk)
    assert titles("printer blank", desk.tom) == [PRINTER.title, "Order toner"]
    assert titles("my printer makes blank things", desk.tom)[0] == PRINTER.title
    assert titles("lunch menu of today in the canteen", desk.tom) == []


def test_an_article_told_in_two_languages_is_offered_once_in_the_readers_own(desk):
    article = an_article(desk)
    polish = Wording("Drukarka drukuje puste strony, blank", "1. Wyjmij toner.")
    writing.write(article, polish, language="pl", by=desk.ayse, at=monday(11))
    writing.publish(article, language="pl", by=desk.ayse, at=monday(11))
    assert titles("blank", desk.tom, "pl") == [polish.title]
    assert titles("prints pages", desk.tom, "pl") == [polish.title]  # asked in English, read in Polish
    assert titles("blank", desk.tom) == [PRINTER.title]


def test_it_tells_its_steps_and_how_many_it_helped(desk):
    article = an_article(desk)
    marking.mark(article, helped=True, by=desk.tom, at=monday(11))
    marking.mark(article, helped=True, by=desk.hannah, at=monday(11))
    marking.mark(article, helped=False, by=desk.hannah, at=monday(12))
    [found] = finding.find("blank", desk.tom, **LANGUAGE)
    assert (found.steps, found.help.helped, found.help.asked) == (3, 1, 2)


def test_who_may_not_read_it_marks_nothing(desk):
    article = an_article(desk, audience="internal")
    with pytest.raises(NotAllowed):
        marking.mark(article, helped=True, by=desk.tom, at=monday(11))


def test_a_requester_writes_nothing_and_an_agent_publishes_nothing(desk):
    with pytest.raises(NotAllowed):
        writing.begin(PRINTER, language="en", by=desk.tom, at=monday(9))
    article = writing.begin(PRINTER, language="en", by=desk.jonas, at=monday(9))
    with pytest.raises(NotAllowed):
        writing.publish(article, language="en", by=desk.jonas, at=monday(9))
    with pytest.raises(NotAllowed):
        writing.retire(article, language="en", by=desk.jonas)
    readers = {"audience": "public", "owner": desk.jonas, "review_on": date(2027, 1, 1)}
    with pytest.raises(NotAllowed):
        writing.arrange(article, by=desk.jonas, **readers)


def test_an_article_says_something_and_has_readers_and_an_owner_at_the_desk(desk):
    for wording, refusal in ((Wording(" ", "Text"), TitleMissing), (Wording("Title", " "), TextMissing)):
        with pytest.raises(refusal):
            writing.begin(wording, language="en", by=desk.ayse, at=monday(9))
    article = an_article(desk)
    with pytest.raises(NothingToPublish):
        writing.publish(article, language="en", by=desk.ayse, at=monday(11))
    given = {"review_on": date(2027, 1, 1), "by": desk.ayse}
    with pytest.raises(NoReaders):
        writing.arrange(article, audience="organisations", owner=desk.ayse, **given)
    with pytest.raises(NotAllowed):
        writing.arrange(article, audience="public", owner=desk.tom, **given)
