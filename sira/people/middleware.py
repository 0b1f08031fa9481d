"""The second factor is asked for before anything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from sira.people import second_factor

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
)


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.turned_aside(request) or self.get_response(request)

    def turned_aside(self, request: HttpRequest) -> HttpResponse | None:
        if request.path_info.startswith(("/assets/", "/api/", "/healthz", "/readyz")):
            return None  # nobody signs in there by cookie
        person = request.user
        if not person.is_authenticated or not second_factor.asked_of(person) or request.session.get(SEEN) == person.pk:
            return None
        if not second_factor.is_missing(person):
            request.session[SEEN] = person.pk
            return None
        return None if may_go_there(request) else redirect("mfa_index")


def may_go_there(request: HttpRequest) -> bool:
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return True
    return name.startswith(OPEN)
