"""The search page, and what the command palette finds as one types."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sira.people.finding import known_to
from sira.people.models import Person
from sira.plumbing.words.folding import lowered, without_marks
from sira.shell.parts import part_or_page
from sira.tickets import search
from sira.workspace import macros
from sira.workspace import similar as alike
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.keeping_views import kept_by
from sira.workspace.views.queue import STANDING, WORDS

SHORTEST = 2
LIST_KEYS = {"mine": "g m", "groups": "g g", "unassigned": "g u", "risk": "g r", "broken": "g l", "all": "g a"}


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
def similar(request: DeskRequest, number: str) -> HttpResponse:
    """Asked for when the side is scrolled to it."""
    found = ticket_for(request.user, number)
    return render(request, "workspace/_similar.html", {"rows": alike.similar(found, request.user)})


def folded(words: str) -> str:
    """Without case and marks, as people type in a hurry."""
    return without_marks(lowered(words))


def ways(person: Person) -> list[dict[str, str]]:
    """The lists with their keys, the views one has kept, the pages of the workspace, and what one can make."""
    desk = reverse("workspace:desk")
    rows = [
        {"group": "go", "words": str(WORDS[key]), "url": f"{desk}?queue={key}", "key": LIST_KEYS.get(key, "")}
        for key in STANDING
    ]
    rows += [{"group": "go", "words": one.name, "url": f"{desk}?view={one.pk}"} for one in kept_by(person.pk)]
    pages = [
        (_("Board by stage"), "workspace:board"),
        (_("Tasks"), "workspace:tasks"),
        (_("Notices"), "notifications:notices"),
    ]
    if macros.led_by(person).exists():
        pages.append((_("Templates and macros"), "workspace:macros"))
        rows.append({"group": "create", "words": _("New macro"), "url": reverse("workspace:new_macro")})
    rows += [{"group": "go", "words": words, "url": reverse(name)} for words, name in pages]
    rows.append({"group": "create", "words": _("New ticket"), "url": reverse("workspace:new_ticket"), "key": "c"})
    return rows


@require_GET
@for_agents
def commands(request: DeskRequest) -> JsonResponse:
    """What fits to a few letters: lists and pages, what can be made, tickets, people, and the search itself."""
    typed = request.GET.get("q", "").strip()
    rows = [row for row in ways(request.user) if folded(typed) in folded(row["words"])]
    if len(typed) < SHORTEST:
        return JsonResponse(rows, safe=False)
    found = search.find(typed, request.user)
    tickets = {one.pk: one for one in [*found.direct, *found.of_people, *(hit.ticket for hit in found.hits)]}
    for one in list(tickets.values())[:8]:
        rows.append({"group": "find", "words": one.subject, "number": one.number, "url": one.get_absolute_url()})
    known = Person.objects.filter(known_to(request.user), name__icontains=typed, joined_into=None)
    for person in known.exclude(role="system").order_by("name")[:4]:
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
