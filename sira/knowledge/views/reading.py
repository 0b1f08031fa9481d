"""The agents' list of articles, one article with its versions, and what stands beside a ticket."""

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from sira.knowledge import finding, marking, permissions
from sira.knowledge.access import for_writers
from sira.knowledge.forms import ReadersForm
from sira.knowledge.models import Article, ArticleVersion
from sira.people.reader import signed_in
from sira.shell.laying_out import laid_out
from sira.tickets.models import Ticket

PAGE = 50
PLACE = "knowledge"
WHICH = ("all", "drafts", "due", "mine")
Status = ArticleVersion.Status
CURRENT = Prefetch(
    "versions",
    ArticleVersion.objects.exclude(status=Status.RETIRED).defer("text", "words").order_by("language", "-number"),
    to_attr="current",
)


@require_GET
@for_writers
def articles(request: HttpRequest) -> HttpResponse:
    """Newest first, paged by key; ?q= finds, ?which= drafts, due for reading again, or mine."""
    person, today = signed_in(request), localdate()
    which = request.GET.get("which", "all")
    typed = " ".join(request.GET.get("q", "").split())[:200]
    rows = Article.objects.readable_by(person).select_related("owner").prefetch_related(CURRENT)
    if which == "drafts":
        rows = rows.filter(versions__status=Status.DRAFT).distinct()
    elif which == "due":
        rows = rows.filter(review_on__lte=today)
    elif which == "mine":
        rows = rows.filter(owner=person)
    if typed:
        found = finding.find(typed, person, language=get_language() or "en", most=PAGE)
        page, older = by_key(rows, [one.version.article_id for one in found], typed), 0
    else:
        before = request.GET.get("before", "")
        rows = rows.filter(pk__lt=int(before)) if before.isdecimal() and len(before) < 19 else rows
        page = list(rows.order_by("-pk")[: PAGE + 1])
        older = page[PAGE - 1].pk if len(page) > PAGE else 0
    context = {
        "place": PLACE,
        "q": typed,
        "which": which if which in WHICH else "all",
        "articles": page[:PAGE],
        "helps": marking.counted(one.pk for one in page[:PAGE]),
        "older": f"?which={which}&before={older}" if older else "",
        "today": today,
    }
    return render(request, "knowledge/articles.html", context)


def by_key(rows: "object", keys: list[int], typed: str) -> list[Article]:
    """Those articles in this order, and the one whose number was typed."""
    number = typed.upper().removeprefix("KB-")
    keys = [int(number), *keys] if number.isdecimal() and len(number) < 19 else keys
    by_key = {one.pk: one for one in rows.filter(pk__in=keys)}  # type: ignore[attr-defined]
    return [by_key[key] for key in dict.fromkeys(keys) if key in by_key]


def readable(request: HttpRequest) -> "QuerySet[Article]":
    return Article.objects.readable_by(signed_in(request)).select_related("owner", "ticket")


@require_GET
@for_writers
def article(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, get_object_or_404(readable(request), pk=pk))


def show(
    request: HttpRequest, found: Article, *, form: ReadersForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The text in one language as it is written now, who reads it, and what it said before; ?version= shows that."""
    versions = list(found.versions.select_related("by").order_by("language", "-number"))
    current = {one.language: one for one in reversed(versions) if one.status != Status.RETIRED}
    asked, told = request.GET.get("language", ""), request.GET.get("version", "")
    shown = next((one for one in versions if str(one.pk) == told), None) or current.get(asked)
    shown = shown or finding.in_language([*current.values(), *versions], get_language() or "en")
    of_language = [one for one in versions if shown and one.language == shown.language]
    person = signed_in(request)
    context = {
        "place": PLACE,
        "article": found,
        "shown": shown,
        "text": laid_out(shown.text) if shown else "",
        "versions": of_language,
        "is_published": any(one.status == Status.PUBLISHED for one in of_language),
        "has_draft": any(one.status == Status.DRAFT for one in of_language),
        "languages": [(code, words, code in current) for code, words in settings.LANGUAGES],
        "help": marking.counted([found.pk]).get(found.pk),
        "organisations": list(found.organisations.order_by("name")) if found.audience == "organisations" else [],
        "may_publish": permissions.may_publish(person),
        "form": form or ReadersForm(article=found),
        "refusal": refusal,
        "today": localdate(),
    }
    return render(request, "knowledge/article.html", context, status=status)


@require_GET
@for_writers
def beside(request: HttpRequest, number: str) -> HttpResponse:
    """A part for the page of a ticket: articles about what its subject says; ?q= asks with other words."""
    person = signed_in(request)
    ticket = get_object_or_404(Ticket.objects.visible_to(person), number=number.upper())
    typed = request.GET.get("q", "").strip() or ticket.subject
    found = finding.find(typed, person, language=ticket.language or "en", most=5, enough=finding.SOME)
    return render(request, "knowledge/_beside.html", {"found": found, "ticket": ticket, "q": request.GET.get("q", "")})
