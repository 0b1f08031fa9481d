"""Articles by program: written, let out, found, marked."""

import pytest

from sira.api import pace
from sira.knowledge.models import ArticleMark, ArticleVersion

TEXT = {"title": "The VPN drops", "text": "1. Restart the client\n2. Sign in again", "keywords": "tunnel"}


@pytest.fixture(autouse=True)
def fresh_pace():
    pace._counted.clear()


@pytest.fixture
def article(desk, caller):
    made = caller(desk.jonas)("POST", "articles", TEXT)
    assert made.status_code == 201, made.content
    return made.json()


def let_out(desk, caller, article, audience="public"):
    lead, way = caller(desk.ayse), f"articles/{article['id']}"
    readers = lead("GET", f"{way}/readers")
    terms = readers.json() | {"audience": audience}
    assert lead("PUT", f"{way}/readers", terms, **{"If-Match": readers["ETag"]}).status_code == 200
    assert lead("PUT", f"{way}/texts/en/publication").status_code == 200


def test_an_article_is_for_the_desk_alone_until_who_may_publish_lets_it_out(desk, caller, article):
    agent, way = caller(desk.jonas), f"articles/{article['id']}"
    assert [one["status"] for one in article["texts"]] == ["draft"] and article["owner"] == desk.jonas.pk
    assert caller(desk.tom)("GET", way).status_code == 404
    assert caller(desk.tom)("POST", "articles", TEXT).status_code == 403
    assert agent("PUT", f"{way}/texts/en/publication").status_code == 403
    readers = agent("GET", f"{way}/readers")
    wider = readers.json() | {"audience": "public"}
    assert agent("PUT", f"{way}/readers", wider, **{"If-Match": readers["ETag"]}).status_code == 403
    let_out(desk, caller, article)
    read = caller(desk.tom)("GET", way).json()
    assert [one["status"] for one in read["texts"]] == ["published"]
    assert caller(desk.tom)("GET", f"{way}/texts/en").status_code == 403
    assert caller(desk.ayse)("DELETE", f"{way}/texts/en/publication").status_code == 204
    assert caller(desk.tom)("GET", way).status_code == 404


def test_a_draft_is_kept_against_what_was_read_and_readers_see_what_was_published(desk, caller, article):
    let_out(desk, caller, article)
    agent, text = caller(desk.jonas), f"articles/{article['id']}/texts/en"
    seen, other = agent("GET", text)["ETag"], TEXT | {"text": "Ask the desk."}
    assert agent("PUT", text, other).status_code == 428
    kept = agent("PUT", text, other, **{"If-Match": seen})
    assert kept.status_code == 200 and kept.json()["status"] == "draft"
    assert agent("PUT", text, TEXT | {"text": "Mine."}, **{"If-Match": seen}).status_code == 412
    assert ArticleVersion.objects.get(status="draft").text == "Ask the desk."
    (shown,) = caller(desk.tom)("GET", f"articles/{article['id']}").json()["texts"]
    assert shown["text"].startswith("1. Restart")
    stale = agent("PUT", f"articles/{article['id']}/texts/tr", TEXT, **{"If-Match": '"of what is gone"'})
    assert stale.status_code == 412, "there is none to have been read"
    turkish = agent("PUT", f"articles/{article['id']}/texts/tr", TEXT | {"title": "VPN kopuyor"})
    assert turkish.status_code == 200 and turkish.json()["language"] == "tr"
    assert agent("GET", f"articles/{article['id']}/texts/fa").status_code == 404
    assert agent("PUT", f"articles/{article['id']}/texts/xx", TEXT).status_code == 422


def test_articles_are_found_listed_and_offered_beside_a_ticket(desk, caller, article):
    agent, reader = caller(desk.jonas), caller(desk.tom)
    assert [one["id"] for one in agent("GET", "articles?which=drafts").json()["items"]] == [article["id"]]
    assert reader("GET", "articles").json()["items"] == []
    let_out(desk, caller, article)
    for path in ("articles", "articles?q=tunnel", "articles?q=drops"):
        assert [one["id"] for one in reader("GET", path).json()["items"]] == [article["id"]], path
    assert reader("GET", "articles?q=elephant").json()["items"] == []
    assert agent("GET", "articles?which=drafts").json()["items"] == []
    assert agent("GET", "articles?which=due").json()["items"] == []
    assert [one["id"] for one in agent("GET", "articles?which=mine").json()["items"]] == [article["id"]]
    assert reader("GET", "articles?which=mine").status_code == 422
    assert agent("GET", "articles?other=1").status_code == 422
    ticket = desk.ticket(subject="My VPN drops")
    (beside,) = agent("GET", f"tickets/{ticket.number}/articles").json()["items"]
    assert beside["id"] == article["id"] and beside["title"] == TEXT["title"]
    assert caller(desk.zeynep)("GET", f"tickets/{ticket.number}/articles").status_code == 404


def test_each_reader_says_once_whether_it_helped(desk, caller, article):
    let_out(desk, caller, article)
    way = f"articles/{article['id']}/mark"
    for helped in (False, True):
        marked = caller(desk.tom)("PUT", way, {"helped": helped}).json()
    assert (marked["helped"], marked["asked"]) == (1, 1) and ArticleMark.objects.count() == 1
    let_out_to_nobody = caller(desk.ayse)("DELETE", f"articles/{article['id']}/texts/en/publication")
    assert let_out_to_nobody.status_code == 204
    assert caller(desk.tom)("PUT", way, {"helped": False}).status_code == 404


def test_who_reads_it_is_arranged_against_what_was_read(desk, caller, article):
    lead, way = caller(desk.ayse), f"articles/{article['id']}/readers"
    read = lead("GET", way)
    only = read.json() | {"audience": "organisations", "organisations": [desk.halden.pk]}
    assert lead("PUT", way, only).status_code == 428
    assert lead("PUT", way, only, **{"If-Match": read["ETag"]}).json()["organisations"] == [desk.halden.pk]
    assert lead("PUT", way, only, **{"If-Match": read["ETag"]}).status_code == 412
    for amiss in ({"organisations": []}, {"organisations": [99_999]}, {"owner": 99_999}, {"review_on": 5}):
        assert lead("PUT", way, only | amiss, **{"If-Match": "*"}).status_code == 422
    assert lead("PUT", way, only | {"owner": desk.tom.pk}, **{"If-Match": "*"}).status_code == 403
