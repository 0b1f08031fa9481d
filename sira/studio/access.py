"""Who may enter the studio."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from sira.people.models import Person
from sira.people.rights import Right, has_somewhere
from sira.plumbing import audit
from sira.shell.signed_out import ask_to_sign_in
from sira.studio.refusals import NotAdministrator

View = Callable[..., HttpResponse]


def for_right(*rights: Right, calls_out: bool = False) -> Callable[[View], View]:
    """Whoever has one of them enters; strangers are asked to sign in, everybody else is refused.

    calls_out: the page waits for other machines, so no transaction spans it; where it writes, it says itself who acts.
    """

    def asking(view: View) -> View:
        told = view if calls_out else audit.told_of(view)

        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if not any(has_somewhere(who(request), right) for right in rights):
                raise NotAdministrator
            return told(request, *args, **kwargs)

        entered.asks = rights  # type: ignore[attr-defined]  # a test compares it with what `sira routes` says
        return entered

    return asking


for_administrators = for_right(Right.ADMINISTER)


def who(request: HttpRequest) -> Person:
    """Whoever is signed in; the page has asked that before."""
    return cast(Person, request.user)
