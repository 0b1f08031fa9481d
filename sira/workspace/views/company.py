"""Colleagues around a ticket: who looks at it, whom one can name in a note."""

from itertools import islice

from django.db.models import Exists, OuterRef
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.people.finding import people_like
from sira.people.models import Membership, Person
from sira.tickets.permissions import may_work_on
from sira.workspace import looking as who_looks
from sira.workspace.access import DeskRequest, for_agents, ticket_for

OFFERED = 6
ASKED = 40  # of whom it is looked up whether they may read the ticket


@require_http_methods(["GET", "POST"])
@for_agents
def looking(request: DeskRequest, number: str) -> HttpResponse:
    """A page says that it is open (POST, every half minute), or asks who else is there."""
    found, at = ticket_for(request.user, number), now()
    if request.method == "POST":
        rows = who_looks.look(request.user, found, writes=request.POST.get("writes") == "yes", at=at)
    else:
        rows = who_looks.others(request.user, found, at=at)
    return render(request, "workspace/_looking.html", {"rows": rows})


@require_POST
@for_agents
def leave(request: DeskRequest, number: str) -> HttpResponse:
    who_looks.leave(request.user, ticket_for(request.user, number))
    return HttpResponse(status=204)


@require_GET
@for_agents
def colleagues(request: DeskRequest) -> JsonResponse:
    """Those whose name begins as typed; in a ticket those who may read it, since others would not be told, its group's
    before others, however many have such names."""
    typed, number = request.GET.get("q", "").strip(), request.GET.get("ticket", "")
    found = ticket_for(request.user, number) if number else None
    named = people_like(typed).filter(pk__in=Person.objects.agents()).exclude(name="").order_by("name")
    if found is not None:
        in_group = Membership.objects.filter(person=OuterRef("pk"), group=found.group_id)
        named = named.order_by(Exists(in_group).desc(), "name")
    rows = (one for one in named[:ASKED] if found is None or may_work_on(one, found))
    return JsonResponse([{"name": one.name, "more": one.title} for one in islice(rows, OFFERED)], safe=False)
