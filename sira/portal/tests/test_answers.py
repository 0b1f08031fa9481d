import pytest
from django.urls import reverse
from django.utils.timezone import now

from sira.knowledge import writing
from sira.knowledge.models import ArticleMark
from sira.knowledge.tests.test_articles import PRINTER, an_article
from sira.knowledge.writing import Wording


@pytest.fixture
def hannah(desk, client):
    client.force_login(desk.hannah)
    return client


def found(client, typed):
    return client.get(reverse("portal:find"), {"q": typed}, headers={"HX-Request": "true"}).content.decode()


def test_the_one_field_finds_answers_own_tickets_and_the_form_that_fits(desk, hannah):
    an_article(desk)
    desk.ticket(requester=desk.hannah, subject="Label printer blinks")
    desk.ticket(requester=desk.tom, subject="Printer of somebody else")
    part = found(hannah, "printer")
    assert PRINTER.title in part and "3 steps" in part
    assert "Your request: Label printer blinks" in part
    assert "somebody else" not in part
    assert reverse("portal:ask", args=["report-a-problem"]) + "?subject=printer" in part
    assert "Not there, I will ask" in part


def test_a_form_is_found_by_the_words_it_asks_with(desk, hannah):
    assert reverse("portal:ask", args=["new-laptop"]) in found(hannah, "13 inch")
    assert "Nothing found, I will ask" in found(hannah, "xyzzy quux")


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ("my laptop is slow", "report-a-problem", "new-laptop"),
        ("a new laptop, mine is slow", "new-laptop", "report-a-problem"),
    ],
)
def test_who_names_a_thing_in_trouble_is_offered_to_report_it_before_a_new_one(desk, hannah, typed, first, second):
    part = found(hannah, typed)
    assert 0 < part.index(reverse("portal:ask", args=[first])) < part.index(reverse("portal:ask", args=[second]))


def test_without_javascript_the_page_answers(desk, hannah):
    an_article(desk)
    assert PRINTER.title in hannah.get(reverse("portal:home"), {"q": "blank"}).content.decode()
    assert PRINTER.title in hannah.get(reverse("portal:answers"), {"q": "blank"}).content.decode()


def test_an_answer_is_read_and_says_how_many_it_helped(desk, hannah):
    article = an_article(desk)
    address = reverse("portal:told", args=[article.pk])
    assert "Take the cartridge out." in hannah.get(address).content.decode()
    answer = hannah.post(reverse("portal:answer_mark", args=[article.pk]), {"helped": "no"}, follow=True)
    assert ArticleMark.objects.get().helped is False
    assert "It helped 0 of 1 people" in answer.content.decode()
    assert reverse("portal:choose") + "?subject=Printer" in answer.content.decode()
    hannah.post(reverse("portal:answer_mark", args=[article.pk]), {"helped": "yes"})
    assert ArticleMark.objects.get().helped is True


def test_what_is_for_others_is_not_there(desk, hannah):
    article = an_article(desk, audience="internal")
    assert hannah.get(reverse("portal:told", args=[article.pk])).status_code == 404
    assert hannah.post(reverse("portal:answer_mark", args=[article.pk]), {"helped": "yes"}).status_code == 404
    assert PRINTER.title not in hannah.get(reverse("portal:answers")).content.decode()
    assert PRINTER.title not in found(hannah, "blank")


def test_who_has_not_signed_in_reads_what_is_for_everybody_alone(desk, client):
    public, inside = an_article(desk), an_article(desk, Wording("Blank secret", "1. Hush"), audience="internal")
    part = client.get(reverse("portal:find_publicly"), {"q": "blank"}, headers={"HX-Request": "true"}).content.decode()
    assert PRINTER.title in part and "secret" not in part
    assert PRINTER.title in client.get("/", {"q": "blank"}).content.decode()
    assert client.get(reverse("portal:told", args=[public.pk])).status_code == 200
    assert client.get(reverse("portal:told", args=[inside.pk])).status_code == 404


def test_an_answer_in_another_language_says_so_and_can_be_chosen(desk, hannah):
    article = an_article(desk)
    writing.write(article, Wording("Puste strony", "1. Toner."), language="pl", by=desk.ayse, at=now())
    writing.publish(article, language="pl", by=desk.ayse, at=now())
    address = reverse("portal:told", args=[article.pk])
    assert "Polski" in hannah.get(address).content.decode()
    assert "Puste strony" in hannah.get(address, {"language": "pl"}).content.decode()


def test_finding_costs_few_queries(desk, hannah, django_assert_max_num_queries):
    for _ in range(3):
        an_article(desk)
        desk.ticket(requester=desk.hannah, subject="Label printer blinks")
    found(hannah, "printer")
    with django_assert_max_num_queries(18):
        found(hannah, "printer")
