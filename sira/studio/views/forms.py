"""A form as people will see it, in each language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from sira.forms import rendering
from sira.people import reader
from sira.people.rights import Right
from sira.studio.access import for_right
from sira.studio.shelves import SHELVES
from sira.studio.views.editing import row_meant

LANGUAGES = (("en", "English"), ("tr", "Türkçe"), ("fa", "فارسی"), ("pl", "Polski"))


@require_GET
@for_right(Right.DRAW)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """Our own rendering of the kept text: what the portal shows."""
    row = row_meant(SHELVES["forms"], key, request.GET.get("version", ""))
    language = request.GET.get("language", translation.get_language() or "en")
    if language not in dict(LANGUAGES):
        language = "en"
    context = {"row": row, "language": language, "languages": LANGUAGES, "reader": translation.get_language()}
    with translation.override(language):
        context["fields"] = rendering.shown(row.schema, language=language, by=reader.signed_in(request))
        return render(request, "studio/_preview.html", context)
