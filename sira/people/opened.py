"""What the link in a mail has opened in this browser, without signing in: a cookie for each thing.

The key comes in the address and is exchanged for the cookie at once, so that no history, bookmark or picture of the
screen has it. Opening writes nothing, since programs that look through mails open links too. The cookie is good for its
one thing, for a day or until the browser is closed, and ends with signing out; the link in the mail gives a new one.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail import keys

IS_SECURE = settings.SESSION_COOKIE_SECURE
PREFIX = "__Host-sira-opened-" if IS_SECURE else "sira-opened-"
LASTS = timedelta(days=1)
MOST = 8  # of one browser at a time; they go along with every call


def keep(request: HttpRequest, response: HttpResponse, thing: str, facts: Mapping[str, int], *, at: datetime) -> None:
    """thing: letters, digits and hyphens.  Of too many the oldest goes: browsers send them in the order they came."""
    name, held = PREFIX + thing, [one for one in request.COOKIES if one.startswith(PREFIX)]
    others = [one for one in held if one != name]
    for one in others[: len(others) + 1 - MOST] if len(others) >= MOST else []:
        _drop(response, one)
    token = keys.link_token(_purpose(thing), dict(facts), until=at + LASTS, secrets=desk_secrets())
    response.set_cookie(name, token, secure=IS_SECURE, httponly=True, samesite="Lax")


def read(request: HttpRequest, thing: str, *, at: datetime) -> dict[str, int]:
    """Raises LinkRefused where this browser has not opened it, or not today."""
    found = keys.read_link_token(
        _purpose(thing), request.COOKIES.get(PREFIX + thing, ""), at=at, secrets=desk_secrets()
    )
    return {name: int(value) for name, value in found.items()}


def forget(response: HttpResponse, thing: str) -> None:
    _drop(response, PREFIX + thing)


def forget_all(request: HttpRequest, response: HttpResponse) -> None:
    for name in request.COOKIES:
        if name.startswith(PREFIX):
            _drop(response, name)


def _purpose(thing: str) -> str:
    """One thing's cookie under the name of another's opens neither."""
    return f"opened.{thing}"


def _drop(response: HttpResponse, name: str) -> None:
    response.set_cookie(name, "", max_age=0, secure=IS_SECURE, httponly=True, samesite="Lax")
