"""The search page, and what the command palette finds as one types."""

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sira.people.models import Person
from sira.shell.parts import part_or_page
from sira.tickets import search
from sira.workspace.access import DeskRequest, for_agents

SHORTEST = 2


@require_GET
@for_agents
def find(request: DeskRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else None
    found = search.find(typed, request.user, before=before) if len(typed) >= SHORTEST else None
    older = found.older if found and found.older else ""
    context = {"place": "workspace", "q": typed, "found": found, "older": older, "is_first": before is None}
    return part_or_page(request, part="workspace/_found.html", page="workspace/find.html", context=context)


@require_GET
@for_agents
def commands(request: DeskRequest) -> JsonResponse:
    """What fits to a few letters: tickets, people, and the search itself."""
    typed = request.GET.get("q", "").strip()
    rows = [{"group": "create", "words": _("New ticket"), "url": reverse("workspace:new_ticket"), "key": "c"}]
    if len(typed) < SHORTEST:
        return JsonResponse(rows, safe=False)
    found = search.find(typed, request.user)
    tickets = {one.pk: one for one in [*found.direct, *found.of_people, *(hit.ticket for hit in found.hits)]}
    for one in list(tickets.values())[:8]:
        rows.append({"group": "find", "words": one.subject, "number": one.number, "url": one.get_absolute_url()})
    people = Person.objects.filter(name__icontains=typed, joined_into=None).exclude(role="system").order_by("name")[:4]
    for person in people:
        rows.append(
            {
                "group": "find",
                "words": person.name,
                "more": person.email,
                "url": reverse("workspace:person", args=[person.pk]),
            }
        )
    address = f"{reverse('workspace:find')}?q={typed}"
    rows.append({"group": "find", "words": _("Search for “%(text)s”") % {"text": typed}, "url": address})
    return JsonResponse(rows, safe=False)
