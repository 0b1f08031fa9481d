"""Errors as problem details (RFC 9457): type, title, status, detail, and what the refusal knows."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sira.api import shapes
from sira.plumbing.refusals import Refused
from sira.shell.unavailable import AGAIN_IN

log = logging.getLogger(__name__)

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


def answers(shape: Any, *, status: int = 200) -> dict[int, Any]:
    """For the description of an operation: what it answers, and that anything else is a problem."""
    return {status: shape, **dict.fromkeys(REFUSALS, shapes.ProblemShown)}


REFUSALS = (400, 401, 403, 404, 405, 409, 412, 413, 422, 428, 429, 503)


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


def register(api: NinjaAPI) -> None:
    """Every error leaves in the one form."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return answer(error.status, str(error.message), code=error.code, **error.details)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(404, "There is nothing here that you may see.", code="not_found")

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        refusal = answer(401, "Send Authorization: Bearer with a token that is still valid.", code="no_token")
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [{"at": ".".join(str(part) for part in each["loc"][1:]), "why": each["msg"]} for each in error.errors]
        return answer(422, "; ".join(f"{each['at']}: {each['why']}" for each in errors), code="invalid", errors=errors)

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return answer(413, DETAILS[413], code="too_large")

    @api.exception_handler(DataError)
    @api.exception_handler(UnicodeError)
    def unkeepable(request: HttpRequest, error: Exception) -> HttpResponse:
        """NUL characters, halves of surrogate pairs, numbers and texts beyond what a column holds."""
        return answer(422, "A value has characters or a size that cannot be kept.", code="invalid")

    @api.exception_handler(OperationalError)
    @api.exception_handler(InterfaceError)
    def away(request: HttpRequest, error: Exception) -> HttpResponse:
        refusal = answer(503, DETAILS[503], code="away")
        refusal["Retry-After"] = AGAIN_IN
        return refusal

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        log.exception("%s %s failed", request.method, request.path)
        return answer(500, "Something went wrong here; it has been written down.", code="failed")

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(error.status_code, str(error))
