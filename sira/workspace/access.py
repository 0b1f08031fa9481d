"""Who may enter the workspace, and which ticket an address means to them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from sira.people.models import Person
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.shell.signed_out import ask_to_sign_in
from sira.tickets.models import Ticket
from sira.tickets.visibility import agent_like, is_usual


class DeskRequest(HttpRequest):
    """The request of somebody who has signed in, as for_agents lets pass."""

    user: Person


View = Callable[..., HttpResponse]
# More would be planned longer than read: what few tickets have is read where it is shown.
PARTS = ("type", "requester", "organisation", "group", "agent", "category")


def for_agents(view: View) -> View:
    """The page is for those who work at the desk; others are shown the way to their own requests."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request, kwargs.get("number", ""))
        if not request.user.is_agent:
            number = kwargs.get("number")
            return redirect("portal:ticket", number) if number else redirect("portal:home")
        return view(request, *args, **kwargs)

    return entered


def _ask_to_sign_in(request: HttpRequest, number: str) -> HttpResponse:
    words = next(filter(None, map(request.POST.get, ("text", "resolution", "note"))), "")
    beside = f"?{request.GET.urlencode()}" if request.GET else ""  # the list one came from
    back, text = (f"/tickets/{number}/{beside}", words) if number else ("/desk/", "")
    return ask_to_sign_in(request, back=back, text=text)


def ticket_for(person: Person, number: str) -> Ticket:
    """The ticket, if the person works on it.  Raises Http404 else, so that numbers tell nothing."""
    number = number.upper()
    if has(person, Right.SEE_ALL):
        found = numbered(number)
    elif is_usual(person):
        found = numbered_of(number, person.pk)
    else:
        found = list(Ticket.objects.worked_by(person).select_related(*PARTS).filter(number=number))
    if not found:
        raise Http404
    return found[0]


@composed
def numbered(number: str) -> "QuerySet[Ticket]":
    return Ticket.objects.select_related(*PARTS).filter(number=number)


@composed
def numbered_of(number: str, person: int) -> "QuerySet[Ticket]":
    return Ticket.objects.worked_by(agent_like(person)).select_related(*PARTS).filter(number=number)
