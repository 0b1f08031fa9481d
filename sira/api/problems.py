"""Errors as problem details (RFC 9457): type, title, status, detail, and what the refusal knows."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from sira.plumbing.refusals import Refused

KIND = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "A token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Not possible now",
    412: "Changed meanwhile",
    413: "Too large",
    422: "Not valid",
    428: "If-Match is needed",
    429: "Too many calls",
    503: "Not available",
}


class Problem(Refused):
    """A rule of the API itself stands against the call."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code = status, code


def answer(status: int, detail: str, *, code: str = "", **more: Any) -> HttpResponse:
    body = {
        "type": f"urn:sira:problem:{code}" if code else "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        **more,
    }
    return JsonResponse(body, status=status, content_type=KIND)


class ProblemMiddleware:
    """Errors that arise before an operation is found (no such address or method, too large a body) look the same."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        tell_pace(request, response)
        if response.status_code < 400 or not request.path_info.startswith("/api/"):
            return response
        if "json" in response.get("Content-Type", ""):
            return response
        problem = answer(response.status_code, DETAILS.get(response.status_code, "This cannot be answered."))
        if "Allow" in response:
            problem["Allow"] = response["Allow"]
        return problem


def tell_pace(request: HttpRequest, response: HttpResponse) -> None:
    """RateLimit of the IETF's draft, and Retry-After where it was refused."""
    found = getattr(request, "pace", None)
    if found is None:
        return
    left, reset = found
    response.headers["RateLimit-Limit"] = str(settings.API_CALLS_A_MINUTE)
    response.headers["RateLimit-Remaining"] = str(left)
    response.headers["RateLimit-Reset"] = str(reset)
    if response.status_code == 429:
        response.headers["Retry-After"] = str(reset)


DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not know this method.",
    413: "The body is too large.",
    503: "The database does not answer just now. Nothing was done; try again.",
}
