import re
from dataclasses import replace

import pytest
from django.urls import reverse

from sira.knowledge.models import Article, ArticleVersion
from sira.knowledge.tests.test_articles import PRINTER, an_article
from sira.people.models import Organisation
from sira.tickets.tests.cast import holding

TEXT = {"title": "Reset a badge", "text": "1. Hold it to the reader.", "keywords": "door", "language": "en"}


@pytest.fixture
def ayse(desk, client):
    client.force_login(desk.ayse)
    return client


@pytest.fixture
def jonas(desk, client):
    client.force_login(desk.jonas)
    return client


def page(client, name="articles", *args, **asked):
    return client.get(reverse(f"knowledge:{name}", args=args), asked)


def test_an_agent_writes_a_draft_and_sees_why_publishing_is_a_leads(desk, jonas):
    answer = jonas.post(reverse("knowledge:new"), TEXT)
    article = Article.objects.get()
    assert answer.url == reverse("knowledge:article", args=[article.pk])
    shown = page(jonas, "article", article.pk).content.decode()
    assert "Hold it to the reader." in shown
    assert 'aria-disabled="true"' in shown and "A lead publishes articles" in shown
    refused = jonas.post(reverse("knowledge:publish", args=[article.pk, "en"]))
    assert refused.status_code == 403
    assert article.versions.get().status == "draft"


def test_two_who_write_at_once_lose_nothing_and_the_second_is_told(desk, jonas):
    jonas.post(reverse("knowledge:new"), TEXT)
    way = reverse("knowledge:write", args=[Article.objects.get().pk, "en"])
    seen = re.search(r'name="seen" value="([^"]+)"', jonas.get(way).content.decode())[1]
    assert jonas.post(way, TEXT | {"text": "Hold it closer.", "seen": seen}).status_code == 302
    assert jonas.post(way, TEXT | {"text": "Hold it closer.", "seen": seen}).status_code == 302  # pressed twice
    jonas.force_login(desk.ayse)
    refused = jonas.post(way, TEXT | {"text": "Hold it still.", "seen": seen})
    shown = refused.content.decode()
    assert refused.status_code == 409 and "Hold it still.</textarea>" in shown
    assert "Kept by Jonas Weber" in shown and "Hold it closer." in shown
    assert ArticleVersion.objects.get().text == "Hold it closer."
    again = re.search(r'name="seen" value="([^"]+)"', shown)[1]
    assert jonas.post(way, TEXT | {"text": "Hold it still.", "seen": again}).status_code == 302
    assert ArticleVersion.objects.get().text == "Hold it still."


def test_a_lead_publishes_and_chooses_the_readers(desk, ayse):
    ayse.post(reverse("knowledge:new"), TEXT)
    article = Article.objects.get()
    ayse.post(reverse("knowledge:publish", args=[article.pk, "en"]))
    given = {"audience": "organisations", "organisations": [desk.halden.pk], "owner": desk.jonas.pk}
    ayse.post(reverse("knowledge:arrange", args=[article.pk]), given | {"review_on": "2027-05-01"})
    article.refresh_from_db()
    assert (article.audience, article.owner, str(article.review_on)) == ("organisations", desk.jonas, "2027-05-01")
    assert list(article.organisations.all()) == [desk.halden]
    assert article.versions.get().status == "published"
    ayse.post(reverse("knowledge:retire", args=[article.pk, "en"]))
    assert article.versions.get().status == "retired"


def test_who_works_for_one_customer_reads_nothing_that_is_for_another(desk, client):
    """Nor changes it, nor learns whom it is for."""
    partner = holding(desk.tom, "work", by=desk.ada, organisation=desk.halden)
    fjord = Organisation.objects.create(name="Fjord Shipping", kind="customer")
    other = an_article(desk, replace(PRINTER, title="The crane"), audience="organisations", organisations=[fjord])
    own = an_article(desk, replace(PRINTER, title="The scanner"), audience="organisations", organisations=[desk.halden])
    inside = an_article(desk, replace(PRINTER, title="The cellar"), audience="internal")
    client.force_login(partner)
    for listed in (page(client), page(client, q="blank pages"), page(client, which="due")):
        assert "The crane" not in listed.content.decode() and "Fjord" not in listed.content.decode()
    assert "The scanner" in page(client).content.decode() and "The cellar" in page(client).content.decode()
    assert page(client, "article", inside.pk).status_code == page(client, "article", own.pk).status_code == 200
    assert "Fjord" not in page(client, "article", own.pk).content.decode()
    assert page(client, "article", other.pk).status_code == 404
    assert client.post(reverse("knowledge:write", args=[other.pk, "en"]), TEXT).status_code == 404


def test_a_refused_form_keeps_what_was_typed(desk, ayse):
    answer = ayse.post(reverse("knowledge:new"), TEXT | {"title": ""})
    assert answer.status_code == 422
    assert "Hold it to the reader." in answer.content.decode()
    article = an_article(desk)
    given = {"audience": "organisations", "owner": desk.jonas.pk, "review_on": "someday"}
    answer = ayse.post(reverse("knowledge:arrange", args=[article.pk]), given)
    assert answer.status_code == 422
    assert "someday" in answer.content.decode()


def test_the_day_to_read_it_again_is_chosen_in_the_calendar_of_the_reader(desk, ayse):
    article = an_article(desk)
    assert '<input type="date" name="review_on"' in page(ayse, "article", article.pk).content.decode()
    desk.ayse.language = "fa"
    desk.ayse.save()
    shown = page(ayse, "article", article.pk).content.decode()
    assert re.search(r'<jalali-date><input type="text" name="review_on" value="[۰-۹]{4}/[۰-۹]{2}/[۰-۹]{2}"', shown)
    given = {"audience": "internal", "owner": desk.jonas.pk, "review_on": "۱۴۰۶/۰۱/۰۱"}
    ayse.post(reverse("knowledge:arrange", args=[article.pk]), given)
    assert str(Article.objects.get().review_on) == "2027-03-21"


def test_a_translation_begins_with_the_text_there_is(desk, ayse):
    article = an_article(desk)
    address = reverse("knowledge:write", args=[article.pk, "tr"])
    assert PRINTER.title in ayse.get(address).content.decode()
    ayse.post(address, {"title": "Yazıcı boş sayfa basıyor", "text": "1. Toneri çıkar.", "language": "tr"})
    assert article.versions.get(language="tr").status == "draft"
    assert "Yazıcı" in page(ayse, "article", article.pk, language="tr").content.decode()
    assert ayse.get(reverse("knowledge:write", args=[article.pk, "xx"])).status_code == 404


def test_the_list_finds_by_word_and_number_and_costs_few_queries(desk, ayse, django_assert_max_num_queries):
    articles = [an_article(desk) for _ in range(3)]
    assert PRINTER.title in page(ayse, q="blank").content.decode()
    assert articles[0].number in page(ayse, q=articles[0].number).content.decode()
    assert PRINTER.title not in page(ayse, which="drafts").content.decode()
    with django_assert_max_num_queries(8):
        page(ayse)


def test_beside_a_ticket_stand_the_articles_about_its_subject(desk, ayse):
    an_article(desk)
    ticket = desk.ticket(subject="The big printer on floor 3 only gives blank sheets")
    part = page(ayse, "beside", ticket.number).content.decode()
    assert PRINTER.title in part and "<html" not in part
    other = desk.ticket(subject="Where is the canteen")
    assert "No article about this yet" in page(ayse, "beside", other.number).content.decode()


def test_a_requester_does_not_find_these_pages(desk, client):
    article = an_article(desk)
    client.force_login(desk.tom)
    for name, args in (("articles", ()), ("article", (article.pk,)), ("new", ()), ("write", (article.pk, "en"))):
        assert page(client, name, *args).status_code == 404
    for name, args in (("publish", (article.pk, "en")), ("retire", (article.pk, "en")), ("arrange", (article.pk,))):
        assert client.post(reverse(f"knowledge:{name}", args=args)).status_code == 404


def test_who_has_not_signed_in_is_asked_to(desk, client):
    assert page(client).url.startswith(reverse("account_login"))
