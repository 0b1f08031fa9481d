"""Sessions go on while they are used; the second factor is asked for before anything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.timezone import now

from sira.people import arriving, idling, second_factor
from sira.people.models import Person
from sira.people.sessions import SessionStore

NO_COOKIE = ("/assets/", "/api/", "/healthz", "/readyz")  # nobody signs in there by cookie
SEEN = "second_factor_seen"  # in the session, so that it is asked of the database once
# Where somebody without a second factor may go: to set one up, to prove who they are, and out.
OPEN = (
    "mfa_",
    "account_reauthenticate",
    "account_logout",
    "shell:",
    "plumbing:",
    "people:ask_for_link",
    "people:open_link",
    "people:link_sent",
    "people:prove_by_mail",
)


class StayingMiddleware:
    """Stands behind Django's own for sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path_info.startswith(NO_COOKIE):
            return response
        person, session = request.user, request.session
        if isinstance(person, Person) and isinstance(session, SessionStore):
            idling.goes_on(session, person, is_used=idling.is_use(request), at=now())
        return response


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.turned_aside(request) or self.get_response(request)

    def turned_aside(self, request: HttpRequest) -> HttpResponse | None:
        if request.path_info.startswith(NO_COOKIE):
            return None
        person = request.user
        if not person.is_authenticated or not second_factor.asked_of(person) or request.session.get(SEEN) == person.pk:
            return None
        if arriving.is_strong(request.session) or not second_factor.is_missing(person):
            request.session[SEEN] = person.pk
            return None
        return None if may_go_there(request) else redirect("mfa_index")


def may_go_there(request: HttpRequest) -> bool:
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return True
    return name.startswith(OPEN)
