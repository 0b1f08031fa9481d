"""The reader's language and zone, the content policy, and what a refusal looks like."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from sira.plumbing import speaking
from sira.plumbing.refusals import Refused
from sira.shell.policy import header
from sira.shell.reader import reader_of
from sira.shell.refusal import refusal_page

ASSETS = "/assets/"
Next = Callable[[HttpRequest], HttpResponseBase]


class ReaderMiddleware:
    """Writes the page in the reader's language and times in their zone; `request.reader` says which."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(ASSETS):
            # The same for everybody: asking who reads would cost a query and split every cache.
            return self.get_response(request)
        reader = reader_of(request)
        request.reader = reader  # type: ignore[attr-defined]
        place = speaking.WORKSPACE if getattr(getattr(request, "user", None), "is_agent", False) else speaking.PORTAL
        here = speaking.at(place, reader.language)
        with translation.override(reader.language), timezone.override(ZoneInfo(reader.zone)), here:
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", reader.language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


class ContentPolicyMiddleware:
    """Lets a page load from the desk alone, without inline script or style.  A view may set its own header first."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", header())
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path_info.startswith(ASSETS):
            response.headers.setdefault("Cache-Control", "private, no-store")  # nothing of it stays on a shared device
        return response


class RefusalMiddleware:
    """Turns `Refused` into its page, or into one line above the page where htmx asked."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            # No text of the database holds this character, so nothing is called so; asking would be an error.
            raise Http404
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, Refused) else None
