"""An article is written, published, given to readers, taken back."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sira.knowledge import writing
from sira.knowledge.access import for_writers
from sira.knowledge.forms import ReadersForm, WritingForm, first_of
from sira.knowledge.models import Article, ArticleVersion
from sira.knowledge.views.reading import PLACE, readable, show
from sira.people.reader import signed_in
from sira.plumbing.refusals import Refused
from sira.shell.parts import say


@require_http_methods(["GET", "POST"])
@for_writers
def new(request: HttpRequest) -> HttpResponse:
    """?title= begins with what somebody looked for and did not find."""
    first = {"title": request.GET.get("title", "")[:200], "language": get_language() or "en"}
    form = WritingForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            language = form.cleaned_data["language"]
            article = writing.begin(form.wording, language=language, by=signed_in(request), at=now())
            return say(request, redirect("knowledge:article", article.pk), _("The draft is kept"))
        except Refused as refused:
            form.add_error(None, str(refused.message))
    context = {"place": PLACE, "form": form, "language": first["language"], "languages": settings.LANGUAGES}
    return render(request, "knowledge/writing.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_writers
def write(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The draft of one language; the first one in a language begins with the text of another, to be translated."""
    article = get_object_or_404(readable(request), pk=pk)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    begun = _to_go_on_from(article, language)
    form = WritingForm(request.POST if request.method == "POST" else None, initial=first_of(begun, language))
    seen, other = request.POST.get("seen"), None
    if request.method == "POST" and form.is_valid():
        try:
            writing.write(article, form.wording, language=language, by=signed_in(request), at=now(), seen=seen)
            return say(request, redirect(_page(article, language)), _("The draft is kept"))
        except Refused as refused:
            form.add_error(None, str(refused.message))
            if isinstance(refused, writing.WrittenMeanwhile):
                other = writing.standing(article, language)
                seen = writing.mark_of(other)
    if seen is None:
        seen = writing.mark_of(begun if begun and begun.language == language else None)
    context = {"place": PLACE, "article": article, "form": form, "language": language, "seen": seen, "other": other}
    status = 409 if other else 422 if form.errors else 200
    return render(request, "knowledge/writing.html", context, status=status)


def _to_go_on_from(article: Article, language: str) -> ArticleVersion | None:
    versions = list(article.versions.order_by("-number"))
    own = [one for one in versions if one.language == language]
    return next(iter([*own, *versions]), None)


def _page(article: Article, language: str) -> str:
    return f"{reverse('knowledge:article', args=[article.pk])}?language={language}"


@require_POST
@for_writers
def publish(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    article = get_object_or_404(readable(request), pk=pk)
    writing.publish(article, language=language, by=signed_in(request), at=now())
    return say(request, redirect(_page(article, language)), _("Published. Readers see this text from now on."))


@require_POST
@for_writers
def retire(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    article = get_object_or_404(readable(request), pk=pk)
    writing.retire(article, language=language, by=signed_in(request))
    return say(request, redirect(_page(article, language)), _("Taken back. The text is kept here."))


@require_POST
@for_writers
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(readable(request), pk=pk)
    form = ReadersForm(request.POST, article=article)
    if form.is_valid():
        try:
            form.carry_out(by=signed_in(request), at=now())
            return say(request, redirect("knowledge:article", pk), _("Kept"))
        except Refused as refused:
            form.add_error(None, str(refused.message))
    return show(request, article, form=form, status=422)
