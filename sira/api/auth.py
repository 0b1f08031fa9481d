"""Who calls: a bearer token, checked by its digest."""

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from sira.api import pace, tokens
from sira.api.models import Token
from sira.api.problems import Problem
from sira.people.models import Person

READING = ("GET", "HEAD", "OPTIONS")


class Bearer(HttpBearer):
    openapi_name = "token"

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = tokens.find(token, at=timezone.now())
        if found is None:
            return None
        pace.count(request, found.pk)
        if found.scope == tokens.READ and request.method not in READING:
            raise Problem(403, "reads_only", "This token may only read.")
        return found


def caller(request: HttpRequest) -> Person:
    """The person the token acts as."""
    return request.auth.person  # type: ignore[attr-defined]
