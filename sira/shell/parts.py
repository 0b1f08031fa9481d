"""What htmx needs from a view: the part or the whole page, and news for the rest of the page."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise

ASKED = ("HX-Request", "HX-Request-Type", "HX-History-Restore-Request")


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asked for something smaller than a page; going back in history always needs the page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type") != "full"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def part_or_page(
    request: HttpRequest, *, part: str, page: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Answers with the template `part` where htmx asked for it, else with `page`, which includes that very part.

    Use status=422 for a form that was refused; htmx swaps it like any other answer.
    """
    template = part if wants_part(request) else page
    response = HttpResponse(render_to_string(template, dict(context or {}), request), status=status)
    patch_vary_headers(response, ASKED)
    return response


def announce(response: HttpResponse, **news: Any) -> HttpResponse:
    """Sends DOM events named `sira:<topic>` along with a part, for places far from it."""
    sent = json.loads(response.headers.get("HX-Trigger", "{}"))
    sent.update({f"sira:{topic}": detail for topic, detail in news.items()})
    response.headers["HX-Trigger"] = json.dumps(sent, default=str)
    return response


def say(
    request: HttpRequest, response: HttpResponse, words: str | Promise, *, undo: str = "", count: int = 0
) -> HttpResponse:
    """Shows a toast: at once where htmx asked for a part, else on the next page.

    undo: the address that takes it back (POST).
    count: seconds that are counted down where the words say {n}; nothing stops them.
    """
    if wants_part(request) and "HX-Redirect" not in response:
        return announce(response, toast={"words": str(words), "undo": undo, "count": count})
    messages.info(request, str(words).replace("{n}", str(count)), extra_tags=undo)
    return response
