"""A person: one history over all channels."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from sira.people.finding import known_to
from sira.people.models import Person
from sira.shell.parts import part_or_page
from sira.tickets.models import Ticket
from sira.workspace.access import DeskRequest, for_agents

PAGE = 30


@require_GET
@for_agents
def person(request: DeskRequest, key: int) -> HttpResponse:
    """Addresses, organisation, and everything they asked that the reader may see, newest first, paged by key."""
    known = Person.objects.filter(known_to(request.user)).select_related("organisation", "joined_into", "manager")
    found = get_object_or_404(known, pk=key)
    rows = Ticket.objects.visible_to(request.user).filter(requester=found).select_related("agent", "group")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    tickets = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        "place": "workspace",
        "person": found,
        "addresses": found.addresses.order_by("kind", "value"),
        "tickets": tickets[:PAGE],
        "older": tickets[PAGE - 1].pk if len(tickets) > PAGE else None,
        "today": timezone.localdate(),
    }
    return part_or_page(request, part="workspace/_history.html", page="workspace/person.html", context=context)
