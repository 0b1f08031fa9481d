"""What the operations of the API refuse, and what fails in them, leaves as a problem.

Apart from problems.py, which every process loads: this needs the library under the API, a quarter of a start.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sira.api.problems import DETAILS, answer
from sira.plumbing.refusals import Refused
from sira.shell.unavailable import AGAIN_IN

log = logging.getLogger(__name__)


def answers(shape: Any, *, status: int = 200) -> dict[int, Any]:
    """For the description of an operation: what it answers where it refuses nothing.

    What it refuses is the same for all, and stands in describing.py: the library would make a class for each refusal of
    each operation, 20 MiB of a process and most of its first call.
    """
    return {status: shape}


REFUSALS = (400, 401, 403, 404, 405, 409, 412, 413, 422, 428, 429, 503)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return answer(error.status, str(error.message), code=error.code, **error.details)


def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(404, "There is nothing here that you may see.", code="not_found")


def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    refusal = answer(401, "Send Authorization: Bearer with a token that is still valid.", code="no_token")
    refusal["WWW-Authenticate"] = "Bearer"
    return refusal


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"at": ".".join(str(part) for part in each["loc"][1:]), "why": each["msg"]} for each in error.errors]
    return answer(422, "; ".join(f"{each['at']}: {each['why']}" for each in errors), code="invalid", errors=errors)


def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return answer(413, DETAILS[413], code="too_large")


def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(400, "The body cannot be read as its Content-Type says.", code="unreadable")


def unkeepable(request: HttpRequest, error: Exception) -> HttpResponse:
    """NUL characters, halves of surrogate pairs, numbers and texts beyond what a column holds."""
    return answer(422, "A value has characters or a size that cannot be kept.", code="invalid")


def away(request: HttpRequest, error: Exception) -> HttpResponse:
    refusal = answer(503, DETAILS[503], code="away")
    refusal["Retry-After"] = AGAIN_IN
    return refusal


def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s failed", request.method, request.path)
    return answer(500, "Something went wrong here; it has been written down.", code="failed")


def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(error.status_code, str(error))


# Each with those that it is the base of, but what another line names.
HANDLERS: dict[type[Exception], Callable[..., HttpResponse]] = {
    Refused: refused,
    Http404: missing,
    AuthenticationError: nobody,
    ValidationError: invalid,
    RequestDataTooBig: too_large,
    MultiPartParserError: unreadable,
    UnreadablePostError: unreadable,
    DataError: unkeepable,
    UnicodeError: unkeepable,
    OperationalError: away,
    InterfaceError: away,
    Exception: failed,
    HttpError: other,
}


def register(api: NinjaAPI) -> None:
    """Every error leaves in the one form."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
