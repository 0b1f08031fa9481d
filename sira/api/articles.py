"""What the desk knows, by program: articles found, read, marked and begun, and who reads them.

What they say in each language is written and let out in article_texts.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import FilterSchema, Query, Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.describing import AS_READ
from sira.api.house import for_working
from sira.api.instants import Day
from sira.api.matching import answered, must_be_as_read
from sira.api.once import once
from sira.api.paging import USUAL, Key, only_known, page, size
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.setting_up import somebody
from sira.api.shapes import Closed, moment
from sira.api.tickets import found as ticket_found
from sira.knowledge import finding, marking, writing
from sira.knowledge.models import Article, ArticleVersion
from sira.knowledge.writing import Wording
from sira.people.models import Organisation, Person

router = Router(tags=["knowledge"])
Status = ArticleVersion.Status
Language = Literal["en", "tr", "fa", "pl"]
BESIDE = 5
Words = Annotated[str, Field(max_length=200)]


class TextGiven(Closed):
    """keywords: what people search for that does not stand in it."""

    title: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=40_000)
    keywords: str = Field("", max_length=300)


class NewArticle(TextGiven):
    language: Language = "en"


class ReadersGiven(Closed):
    """owner: id of who looks after it.  review_on: the day by which it is read again."""

    audience: Literal["public", "organisations", "internal"]
    organisations: list[Key] = Field(default_factory=list, max_length=500)
    owner: Key
    review_on: Day


class MarkGiven(Closed):
    helped: bool


class TextShown(Schema):
    language: str
    number: int
    status: Literal["draft", "published", "retired"]
    title: str
    text: str
    keywords: str
    written_at: datetime
    published_at: datetime | None


class ArticleShown(Schema):
    """texts: in each language what is published, and a draft.  helped: of `asked` people who said a word."""

    id: int
    number: str
    audience: Literal["public", "organisations", "internal"]
    organisations: list[int]
    owner: int
    review_on: date
    helped: int
    asked: int
    texts: list[TextShown]


class ArticlePage(Schema):
    items: list[ArticleShown]
    next: str | None


class FoundShown(Schema):
    id: int
    number: str
    language: str
    title: str
    text: str


class FoundArticles(Schema):
    items: list[FoundShown]


class Filters(FilterSchema):
    q: Words = ""
    which: Literal["all", "drafts", "due", "mine"] = "all"
    language: Language = "en"


def readable(who: Person) -> Any:
    """Who works here reads drafts too, others what is published."""
    texts = ArticleVersion.objects.exclude(status=Status.RETIRED).order_by("language", "-number")
    texts = texts if who.is_agent else texts.filter(status=Status.PUBLISHED)
    rows = Article.objects.readable_by(who)
    return rows.prefetch_related(Prefetch("versions", texts, to_attr="current"), "organisations")


def found(request: HttpRequest, key: int) -> Article:
    row: Article = get_object_or_404(readable(caller(request)), pk=key)
    return row


def shown(rows: list[Article], who: Person) -> list[dict[str, Any]]:
    """Which organisations read it is the desk's to know."""
    help_of = marking.counted(row.pk for row in rows)
    return [
        {
            "id": row.pk,
            "number": row.number,
            "audience": row.audience,
            "organisations": sorted(one.pk for one in row.organisations.all()) if who.is_agent else [],
            "owner": row.owner_id,
            "review_on": row.review_on.isoformat(),
            "helped": help_of[row.pk].helped if row.pk in help_of else 0,
            "asked": help_of[row.pk].asked if row.pk in help_of else 0,
            "texts": [text(one) for one in row.current],  # type: ignore[attr-defined]
        }
        for row in rows
    ]


def text(row: ArticleVersion) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("language", "number", "status", "title", "text", "keywords")}
    return {**own, "written_at": moment(row.at), "published_at": moment(row.published_at)}


def readers(row: Article) -> dict[str, Any]:
    """What an edit of the readers is matched by: a mark that somebody gave meanwhile changes nothing of it."""
    told = [one.pk for one in row.organisations.order_by("pk")]
    return {
        "audience": row.audience,
        "organisations": told,
        "owner": row.owner_id,
        "review_on": row.review_on.isoformat(),
    }


@router.get("/articles", summary="List articles, newest first, or find some", response=answers(ArticlePage))
def listed(request: HttpRequest, filters: Query[Filters], cursor: str = "", limit: int = USUAL) -> HttpResponse:
    """`q` finds, best first, in one page. `which` of them (drafts, due to be read again, one's own) is for the desk."""
    only_known(request, *Filters.model_fields)
    who, most = caller(request), size(limit)
    rows = readable(who)
    if filters.which != "all" and not who.is_agent:
        raise Problem(422, "invalid", "which: all, for who does not work here.")
    if filters.which == "drafts":
        rows = rows.filter(versions__status=Status.DRAFT).distinct()
    elif filters.which == "due":
        rows = rows.filter(review_on__lte=timezone.localdate())
    elif filters.which == "mine":
        rows = rows.filter(owner=who)
    if filters.q.strip():
        keys = [one.version.article_id for one in finding.find(filters.q, who, language=filters.language, most=most)]
        by_key = {row.pk: row for row in rows.filter(pk__in=keys)}
        kept = [by_key[key] for key in keys if key in by_key]
        return JsonResponse({"items": shown(kept, who), "next": None})
    kept, following = page(rows, cursor=cursor, limit=most)
    return JsonResponse({"items": shown(kept, who), "next": following})


@router.post("/articles", summary="Begin an article", response=answers(ArticleShown, status=201))
@for_working
@once
def begun(request: HttpRequest, given: NewArticle) -> tuple[int, Any]:
    """Its first draft, for the desk alone."""
    wording = Wording(given.title, given.text, given.keywords)
    row = writing.begin(wording, language=given.language, by=caller(request), at=timezone.now())
    return 201, shown([found(request, row.pk)], caller(request))[0]


@router.get("/articles/{key}", summary="Read an article", response=answers(ArticleShown))
def read(request: HttpRequest, key: Key) -> HttpResponse:
    return JsonResponse(shown([found(request, key)], caller(request))[0])


@router.put("/articles/{key}/mark", summary="Say whether it helped", response=answers(ArticleShown))
def marked(request: HttpRequest, key: Key, given: MarkGiven) -> HttpResponse:
    """The last word of each reader counts."""
    marking.mark(found(request, key), helped=given.helped, by=caller(request), at=timezone.now())
    return read(request, key)


@router.get("/articles/{key}/readers", summary="Read who reads it", response=answers(ReadersGiven))
@for_working
def read_readers(request: HttpRequest, key: Key) -> HttpResponse:
    return answered(readers(found(request, key)))


@router.put(
    "/articles/{key}/readers", summary="Say who reads it and who looks after it", response=answers(ReadersGiven),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_working
@transaction.atomic
def arranged(request: HttpRequest, key: Key, given: ReadersGiven) -> HttpResponse:
    row = Article.objects.select_for_update().get(pk=found(request, key).pk)
    must_be_as_read(request, readers(row))
    houses = list(Organisation.objects.filter(pk__in=given.organisations))
    if unknown := sorted({*given.organisations} - {one.pk for one in houses}):
        raise Problem(422, "invalid", f"organisations: there is no organisation {unknown[0]}.")
    owner, terms = somebody(given.owner, "owner"), given.dict(include={"audience", "review_on"})
    writing.arrange(row, **terms, organisations=houses, owner=owner, by=caller(request))
    return answered(readers(row))


@router.get("/tickets/{number}/articles", summary="Find articles for a ticket", response=answers(FoundArticles))
@for_working
def beside(request: HttpRequest, number: str, q: Words = "") -> HttpResponse:
    """About what its subject says, or `q`: at most five, best first."""
    only_known(request, "q")
    ticket, who = ticket_found(request, number), caller(request)
    typed, language = q.strip() or ticket.subject, ticket.language or "en"
    rows = finding.find(typed, who, language=language, most=BESIDE, enough=finding.SOME)
    items = [
        {
            "id": one.version.article_id,
            "number": one.version.article.number,
            **{name: getattr(one.version, name) for name in ("language", "title", "text")},
        }
        for one in rows
    ]
    return JsonResponse({"items": items})
