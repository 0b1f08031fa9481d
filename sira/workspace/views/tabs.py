"""The tabs of open tickets: asked for by the page once it stands, so that a ticket does not wait for them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from sira.shell.parts import announce, wants_part
from sira.workspace import drafts, open_tabs
from sira.workspace.access import DeskRequest, for_agents, ticket_for


@require_GET
@for_agents
def tabs(request: DeskRequest) -> HttpResponse:
    return strip(request, request.GET.get("open", ""))


@require_POST
@for_agents
def opened(request: DeskRequest, number: str) -> HttpResponse:
    """The page of a ticket stands: it has a tab, and its composer hears what was being written."""
    found = ticket_for(request.user, number)
    open_tabs.visit(request.user, found, at=now())
    response, draft = strip(request, found.number), drafts.draft_of(request.user, found)
    return announce(response, draft={"key": found.number, **drafts.told(draft)}) if draft else response


@require_POST
@for_agents
def close_tab(request: DeskRequest, number: str) -> HttpResponse:
    """Put a tab away; from the one that is open on to its neighbour."""
    person, here = request.user, request.POST.get("open", "")
    numbers = [tab.ticket.number for tab in open_tabs.tabs_of(person)]
    open_tabs.put_away(person, number)
    if wants_part(request) and here != number:
        return strip(request, here)
    others = [other for other in numbers if other != number]
    place = min(numbers.index(number), len(others) - 1) if number in numbers and others else None
    way = f"/tickets/{others[place]}/" if place is not None else "/desk/"
    return HttpResponse(status=204, headers={"HX-Redirect": way}) if wants_part(request) else redirect(way)


def strip(request: DeskRequest, here: str) -> HttpResponse:
    tabs = open_tabs.tabs_of(request.user)
    place = next((at for at, tab in enumerate(tabs) if tab.ticket.number == here), None)
    keys = {} if place is None else {place - 1: "[", place + 1: "]"}
    context = {"tabs": [(tab, keys.get(at, "")) for at, tab in enumerate(tabs)], "here": here}
    return render(request, "workspace/_open_tabs.html", context)
