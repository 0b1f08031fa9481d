"""Who may enter the studio."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from sira.people.models import Person
from sira.people.rights import may_administer
from sira.plumbing import audit
from sira.studio.refusals import NotAdministrator


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Strangers are asked to sign in, everybody else is refused."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_administer(request.user):
            raise NotAdministrator
        return told(request, *args, **kwargs)

    told = audit.told_of(view)
    return entered


def who(request: HttpRequest) -> Person:
    """Whoever is signed in; the page has asked that before."""
    return cast(Person, request.user)
