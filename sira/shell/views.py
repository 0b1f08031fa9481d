"""The files of the frame, the reader's choice of language and theme, and the style guide."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from sira.shell import samples
from sira.shell.assets import MAKERS
from sira.shell.assets import asset as asset_named
from sira.shell.reader import THEME_COOKIE, THEMES

A_YEAR = 365 * 24 * 3600


@require_GET
def asset(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """One of the frame's files.  A digest of another version still gets today's file, but may not be kept."""
    if name not in MAKERS:
        raise Http404
    found = asset_named(name)
    accepted = request.headers.get("Accept-Encoding", "")
    packed = "br" if found.packed and "br" in accepted else "gzip" if "gzip" in accepted else ""
    body = {"br": found.packed, "gzip": found.zipped}.get(packed, found.body)
    response = HttpResponse(body, content_type=found.content_type)
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if digest == found.digest else "no-store"
    response["Vary"] = "Accept-Encoding"
    if packed:
        response["Content-Encoding"] = packed
    return response


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps the language or the theme: with the person who is signed in, and in a cookie for the sign-in page."""
    chosen = {
        name: value
        for name, allowed in (("language", dict(settings.LANGUAGES)), ("theme", THEMES))
        if (value := request.POST.get(name, "")) in allowed
    }
    if chosen and request.user.is_authenticated:
        get_user_model().objects.filter(pk=request.user.pk).update(**chosen)
    response: HttpResponse = HttpResponse(status=204)
    if "text/html" in request.headers.get("Accept", ""):
        response = HttpResponseRedirect(_next(request))
    cookies = {"language": settings.LANGUAGE_COOKIE_NAME, "theme": THEME_COOKIE}
    for name, value in chosen.items():
        response.set_cookie(cookies[name], value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _next(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe else "/"


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in all its states; for administrators, and for everybody while developing."""
    if not (settings.DEBUG or _administers(request)):
        raise Http404
    return render(request, "shell/styleguide.html", samples.context(request.GET))


def _administers(request: HttpRequest) -> bool:
    """`is_staff` is how a Person says administrator; another user model may have `is_superuser`."""
    return any(getattr(request.user, name, False) for name in ("is_staff", "is_superuser"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Written without the request, whose person may be what cannot be read: no query, no session."""
    return HttpResponse(render_to_string("shell/errors/500.html"), status=500)


def _error(request: HttpRequest, code: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"shell/errors/{code}.html", {"code": code}, request), status=code)
