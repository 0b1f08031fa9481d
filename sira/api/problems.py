"""Errors as problem details (RFC 9457): type, title, status, detail, and what the refusal knows."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sira.plumbing.refusals import Refused

TITLES = {
    400: "Bad request",
    401: "A token is needed",
    403: "Not allowed",
    404: "Not found",
    409: "Not possible now",
    412: "Changed meanwhile",
    422: "Not valid",
    428: "If-Match is needed",
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
    return JsonResponse(body, status=status, content_type="application/problem+json")


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

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(error.status_code, str(error))
