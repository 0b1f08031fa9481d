"""A line of JSON in the log for each sign-in, sign-out and refusal, for whoever collects logs.

It names the address by its route, since the path may be the key to a ticket, and nobody but by their number.
"""

import json
import logging
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from sira.people import limits

log = logging.getLogger("sira.security")

REFUSED = (401, 403, 429)
SIGN_IN = ("account_login", "mfa_authenticate", "mfa_login_webauthn", "people:open_link", "people:link_sent")
QUIET = ("/assets/", "/healthz", "/readyz")


class NotingMiddleware:
    """Stands behind Django's own for sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(QUIET):
            return self.get_response(request)
        by_cookie = not request.path_info.startswith("/api/")
        before = request.user.pk if by_cookie else None
        response = self.get_response(request)
        after = request.user.pk if by_cookie else getattr(getattr(request, "auth", None), "person_id", None)
        if by_cookie and after != before:
            note("signed in" if after else "signed out", request, response, person=after or before)
        elif response.status_code in REFUSED:
            note("refused", request, response, person=after)
        elif after is None and is_failed_sign_in(request, response):
            note("sign-in failed", request, response, person=None)
        return response


def is_failed_sign_in(request: HttpRequest, response: HttpResponseBase) -> bool:
    name = route(request)
    by_form = request.method == "POST" and name in SIGN_IN and response.status_code != 302
    return by_form or (name.startswith("directories:") and response.status_code >= 400)


def note(event: str, request: HttpRequest, response: HttpResponseBase, *, person: int | None) -> None:
    told = {
        "at": timezone.now().isoformat(timespec="milliseconds"),
        "event": event,
        "route": route(request),
        "method": request.method,
        "status": response.status_code,
        "person": person,
        "origin": limits.origin(request),
    }
    log.info(json.dumps(told))


def route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
