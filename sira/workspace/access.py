"""Who may enter the workspace, and which ticket an address means to them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from sira.people.models import Person
from sira.tickets.models import Ticket


class DeskRequest(HttpRequest):
    """The request of somebody who has signed in, as for_agents lets pass."""

    user: Person


View = Callable[..., HttpResponse]
PARTS = ("type", "requester__organisation", "organisation", "group", "agent", "category", "service", "merged_into")


def for_agents(view: View) -> View:
    """The page is for those who work at the desk; others are shown the way to their own requests."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_agent:
            number = kwargs.get("number")
            return redirect("portal:ticket", number) if number else redirect("portal:home")
        return view(request, *args, **kwargs)

    return entered


def ticket_for(person: Person, number: str) -> Ticket:
    """The ticket, if the person works on it.  Raises Http404 else, so that numbers tell nothing."""
    found = Ticket.objects.worked_by(person).select_related(*PARTS).filter(number=number.upper()).first()
    if found is None:
        raise Http404
    return found
