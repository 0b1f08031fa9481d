"""What the desk knows, for whoever may read it: a list, one answer, whether it helped.  Signed in or not."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.knowledge import finding, marking
from sira.knowledge.models import Article, ArticleMark, ArticleVersion
from sira.people import reader
from sira.people.models import Person
from sira.shell.laying_out import laid_out
from sira.shell.parts import part_or_page, say

PLACE = "answers"
PAGE = 30


def who(request: HttpRequest) -> Person | None:
    return reader.signed_in(request) if request.user.is_authenticated else None


def frame(request: HttpRequest) -> str:
    return "portal/_frame.html" if request.user.is_authenticated else "portal/_outside.html"


@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """With ?q= what answers it, best first; else by title in the reader's language, paged by key."""
    person, language = who(request), get_language() or "en"
    typed, after = " ".join(request.GET.get("q", "").split())[:200], request.GET.get("after", "")
    further = ""
    if typed:
        found = finding.find(typed, person, language=language, most=PAGE)
    else:
        versions = ArticleVersion.objects.readable_by(person).filter(language=language).select_related("article")
        page = list(versions.filter(title__gt=after).order_by("title", "pk")[: PAGE + 1])
        found, further = finding.told(page[:PAGE]), page[PAGE - 1].title if len(page) > PAGE else ""
    context = {"place": PLACE, "frame": frame(request), "q": typed, "found": found, "further": further}
    return part_or_page(request, part="portal/_answers.html", page="portal/answers.html", context=context)


@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """In the reader's language, in ?language=, or in the one there is."""
    person = who(request)
    versions = list(ArticleVersion.objects.readable_by(person).filter(article=pk).select_related("article"))
    shown = finding.in_language(versions, request.GET.get("language", "") or get_language() or "en")
    if shown is None:
        raise Http404
    marks = ArticleMark.objects.filter(article=pk, person=person) if person else ArticleMark.objects.none()
    context = {
        "place": PLACE,
        "frame": frame(request),
        "shown": shown,
        "text": laid_out(shown.text),
        "languages": [one.language for one in versions if one is not shown],
        "help": marking.counted([pk]).get(pk),
        "mark": marks.first(),
    }
    return render(request, "portal/answer.html", context)


@require_POST
@login_required
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article.objects.readable_by(reader.signed_in(request)), pk=pk)
    helped = request.POST.get("helped") == "yes"
    marking.mark(article, helped=helped, by=reader.signed_in(request), at=now())
    said = _("Good to know. Thank you.") if helped else _("Thank you. Ask below, and we help you ourselves.")
    return say(request, redirect("portal:told", pk), said)
