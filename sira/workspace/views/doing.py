"""How an action on a ticket's page answers: with the ticket anew, or with its refusal and what was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from sira.plumbing.refusals import Refused
from sira.shell.parts import wants_part
from sira.tickets.models import Ticket
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.views.ticket import done, show_ticket

Act = Callable[..., HttpResponse | None]


def acting(act: Act) -> Callable[..., HttpResponse]:
    """The view of an action. A refusal stands above the page, and what was typed stays in its field."""

    @require_POST
    @for_agents
    @wraps(act)
    def acted(request: DeskRequest, number: str, **kwargs: Any) -> HttpResponse:
        found: Ticket = ticket_for(request.user, number)
        try:
            return act(request, found, **kwargs) or done(request, number)
        except Refused as refused:
            if wants_part(request):
                raise
            return show_ticket(request, ticket_for(request.user, number), refused=refused)

    return acted
