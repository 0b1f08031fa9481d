"""The queue: a list chosen on the left of the desk, or as a table with its views beside it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from sira.people.models import Person
from sira.shell.parts import part_or_page, say
from sira.tickets import tallies
from sira.tickets.models import Category, Ticket, TicketType
from sira.tickets.wording import named
from sira.workspace import queues
from sira.workspace.access import for_agents
from sira.workspace.models import SavedView
from sira.workspace.queues import Queue
from sira.workspace.rows import grouped, rows_of

WORDS = {
    "mine": _("Mine"),
    "groups": _("My groups"),
    "unassigned": _("Nobody's yet"),
    "risk": _("At risk"),
    "all": _("All open"),
    "resolved": _("Resolved"),
}
ICONS = {
    "mine": "user",
    "groups": "users",
    "unassigned": "inbox",
    "risk": "clock-alert",
    "all": "layers",
    "resolved": "circle-check",
}


@require_GET
@for_agents
def desk(request: HttpRequest) -> HttpResponse:
    """Queue at the left, nothing chosen yet."""
    context = {"place": "workspace", **queue_context(request)}
    return part_or_page(request, part="workspace/_queue.html", page="workspace/desk.html", context=context)


@require_GET
@for_agents
def table(request: HttpRequest) -> HttpResponse:
    """The same list as a table, with all views and their counts."""
    context = {"place": "queue", **queue_context(request), **choices(request.user)}
    return part_or_page(request, part="workspace/_table.html", page="workspace/table.html", context=context)


def queue_context(request: HttpRequest) -> dict[str, Any]:
    """What a queue list needs, from the address: view or scope, filters, page."""
    person, at = request.user, now()
    given = request.GET
    saved = SavedView.objects.filter(owner=person).order_by("name")
    view = next((one for one in saved if str(one.pk) == given.get("view")), None)
    scope = view.scope if view else given.get("queue", "groups")
    scope = scope if scope in queues.SCOPES else "groups"
    queue = Queue(scope, {**(view.filters if view else {}), **queues.read_filters(given)})
    zone = timezone.get_current_timezone()
    after, before = queues.read_key(given.get("after", ""), zone), queues.read_key(given.get("before", ""), zone)
    page = queues.page_of(queue, person, at=at, after=after, before=before)
    rows = rows_of(page.ids, at=at)
    address = own_address(given)
    counted = counts_for(person, at=at)
    return {
        "queue": queue,
        "view": view,
        "title": view.name if view else WORDS[scope],
        "count": None if queue.filters else counted.get(scope),
        "groups": grouped(rows),
        "rows": rows,
        "address": address,
        "older": f"?{address}&after={queues.write_key(page.older)}" if page.older else "",
        "newer": f"?{address}&before={queues.write_key(page.newer)}" if page.newer else "",
        "scopes": [(key, words, ICONS[key], counted.get(key)) for key, words in WORDS.items()],
        "saved": saved,
        "looked_at": at,
    }


def own_address(given: QueryDict) -> str:
    """The query string without the page."""
    kept = given.copy()
    for name in ("after", "before", "_"):
        kept.pop(name, None)
    if "queue" not in kept and "view" not in kept:
        kept["queue"] = "groups"
    return kept.urlencode()


def counts_for(person: Person, *, at: Any) -> dict[str, int]:
    """How many tickets each list holds, from the tally; at risk, a walk of the warnings that have come."""
    groups = set(queues.groups_of(person))
    found = dict.fromkeys(WORDS, 0)
    for one in tallies.counts():
        mine, here = one.agent == person.pk, one.group in groups
        seen = person.role in queues.SEES_ALL or mine or here or one.group is None
        if one.status == Ticket.Status.RESOLVED:
            found["resolved"] += one.n if seen else 0
            continue
        found["mine"] += one.n if mine else 0
        found["groups"] += one.n if here else 0
        found["unassigned"] += one.n if one.agent is None and seen else 0
        found["all"] += one.n if seen else 0
    at_risk = Ticket.objects.worked_by(person).filter(warn_at__lte=at, status__in=Ticket.ACTIVE)
    found["risk"] = at_risk.count()
    return found


def choices(person: Person) -> dict[str, Any]:
    """What the table may be narrowed by."""
    return {
        "priorities": Ticket.Priority.choices,
        "statuses": [(status.value, status.label) for status in map(Ticket.Status, Ticket.ACTIVE)],
        "types": [(row.pk, named(row)) for row in TicketType.objects.order_by("id")],
        "categories": sorted(((row.pk, named(row)) for row in Category.objects.all()), key=lambda one: one[1]),
        "agents": Person.objects.agents()
        .filter(memberships__group__in=queues.groups_of(person))
        .distinct()
        .order_by("name")
        .values_list("pk", "name"),
    }


@require_POST
@for_agents
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is narrowed now under a name; the same name again replaces it."""
    name = " ".join(request.POST.get("name", "").split())[:80]
    scope = request.POST.get("queue", "")
    back = redirect("workspace:table")
    if name and scope in queues.SCOPES:
        filters = queues.read_filters(request.POST)
        view, _new = SavedView.objects.update_or_create(
            owner=request.user, name=name, defaults={"scope": scope, "filters": filters}
        )
        back["Location"] += f"?view={view.pk}"
        return say(request, back, _("Kept as “%(name)s”.") % {"name": name})
    return say(request, back, _("Give the view a name."))


@require_POST
@for_agents
def forget_view(request: HttpRequest, key: int) -> HttpResponse:
    get_object_or_404(SavedView, pk=key, owner=request.user).delete()
    return redirect("workspace:table")
