"""What makes the desk an application to install: its manifest, its service worker, the page without a line."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sira.portal.branding import brand_for
from sira.portal.views.answers import who
from sira.shell.assets import asset

WORKER = Path(__file__).parents[1] / "static" / "portal" / "apart" / "worker.js"
KEPT = ("desk.css", "desk.js", "portal.css", "portal.js", "late.js", "htmx.js", "icons.svg")
FONTS = ("inter-latin.woff2", "inter-latin-ext.woff2", "vazirmatn.woff2")
SIZES = (192, 512)


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """In the name of whoever installs it: the portal for requesters, the workspace for agents."""
    person, language = who(request), get_language() or "en"
    brand = brand_for(person)
    name = brand.name or "Sira"
    icons = [
        {"src": static(f"portal/apart/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in SIZES
    ]
    told = {
        "id": "/",
        "name": name,
        "short_name": name[:12],
        "lang": language,
        "dir": "rtl" if language == "fa" else "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f1ea",
        "theme_color": "#f4f1ea",
        "icons": [*icons, {**icons[-1], "purpose": "maskable"}],
        "shortcuts": [{"name": _("Ask for something"), "url": reverse("portal:choose")}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Its text names the files of this version, so a browser with an older one takes it anew."""
    files = [asset(name).url for name in KEPT] + [static(f"vendor/fonts/{name}") for name in FONTS]
    listed = ", ".join(f'"{address}"' for address in [*files, reverse("portal:offline")])
    text = (
        f'const FILES = [{listed}]\nconst OFFLINE = "{reverse("portal:offline")}"\n{WORKER.read_text(encoding="utf-8")}'
    )
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What stands in place of a page while there is no line; nothing of anybody is in it."""
    return render(request, "portal/offline.html")
