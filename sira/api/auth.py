"""Who calls: a bearer token, checked by its digest."""

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from sira.api import tokens
from sira.api.models import Token
from sira.people.models import Person


class Bearer(HttpBearer):
    openapi_name = "token"

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        return tokens.find(token, at=timezone.now())


def caller(request: HttpRequest) -> Person:
    """The person the token acts as."""
    return request.auth.person  # type: ignore[attr-defined]
