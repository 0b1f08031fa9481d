"""Why me? Each time a ticket was dealt, in plain words: group, people, choice."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sira.boards.assignments import assignments_of
from sira.workspace.access import DeskRequest, for_agents, ticket_for


@require_GET
@for_agents
def why(request: DeskRequest, number: str) -> HttpResponse:
    ticket = ticket_for(request.user, number)
    found = assignments_of(ticket, request.user)
    context = {
        "place": "workspace",
        "ticket": ticket,
        "assignments": found,
        "by_hand": None if any(one.is_now for one in found) else ticket.agent,
    }
    return render(request, "boards/why.html", context)
