"""The browser remembers by which directory somebody came, so that the sign-in page offers it first when it is over."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sira.people.directories.models import Directory

COOKIE = "__Secure-came-by" if settings.SESSION_COOKIE_SECURE else "came-by"
FOR = 90 * 24 * 3600  # seconds


def remembered(response: HttpResponse, directory: Directory) -> HttpResponse:
    """Its short name stands on the sign-in page for everybody, so this tells nothing and lets nobody in."""
    response.set_cookie(
        COOKIE,
        directory.key,
        max_age=FOR,
        path="/sign-in/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def came_by(request: HttpRequest, offered: Sequence[Directory]) -> Directory | None:
    return next((one for one in offered if one.key == request.COOKIES.get(COOKIE)), None)
