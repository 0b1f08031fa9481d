"""The queue: a list chosen on the left of the desk, or as a table with its views beside it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sira.people.models import Person, SupportGroup
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.shell import formats
from sira.shell.names import named
from sira.shell.parts import part_or_page
from sira.tickets.models import Category, Ticket, TicketType
from sira.tickets.visibility import groups_worked, is_usual
from sira.workspace import bulk, queues, shaping
from sira.workspace.access import DeskRequest, for_agents
from sira.workspace.counting import counts_for
from sira.workspace.keeping_views import kept_by
from sira.workspace.models import SavedView
from sira.workspace.queues import Queue
from sira.workspace.rows import grouped, rows_of

WORDS = {
    "mine": _("Mine"),
    "groups": _("My groups"),
    "unassigned": _("Nobody's yet"),
    "risk": _("At risk"),
    "broken": _("Broken"),
    "waiting": _("Waiting"),
    "all": _("All open"),
    "resolved": _("Resolved"),
    "due_today": _("Due today"),
    "undealt": _("Waiting for somebody to be free"),
    "opened": _("Opened today"),
    "solved": _("Resolved today"),
}
# What a figure of a board counts, over the days in the address.
OF_DAYS = {
    "opened": _("Opened"),
    "solved": _("Resolved"),
    "kept": _("Solved in time"),
    "missed": _("Solved too late"),
    "answer_kept": _("First answer in time"),
    "answer_missed": _("First answer too late"),
    "first_contact": _("Solved at first contact"),
    "reopened": _("Solved after being reopened"),
    "answered": _("Answered by a person"),
    "measured": _("Solved, with their time"),
}
Status = Ticket.Status
A_YEAR = 365 * 24 * 3600
COUNTED = 999  # tickets of a saved view; of a longer list it is said that there are more
STANDING = ("mine", "groups", "unassigned", "risk", "broken", "waiting", "all", "resolved")
ICONS = {
    "mine": "user",
    "groups": "users",
    "unassigned": "user-x",
    "risk": "clock-alert",
    "broken": "circle-x",
    "waiting": "pause",
    "all": "layers",
    "resolved": "circle-check",
}


def view_of(given: QueryDict, saved: Sequence[SavedView]) -> SavedView | None:
    return next((one for one in saved if str(one.pk) == given.get("view")), None)


def queue_of(given: QueryDict, saved: Sequence[SavedView]) -> Queue:
    """The list that an address names, in the order of turns.  saved: the reader's views."""
    view = view_of(given, saved)
    scope = view.scope if view else given.get("queue", "groups")
    filters = {**(view.filters if view else {}), **queues.read_filters(given)}
    return Queue(scope if scope in queues.SCOPES else "groups", filters)


@require_GET
@for_agents
def desk(request: DeskRequest) -> HttpResponse:
    """Queue at the left, nothing chosen yet."""
    context = {"place": "workspace", **queue_context(request)}
    return part_or_page(request, part="workspace/_queue.html", page="workspace/desk.html", context=context)


@require_GET
@for_agents
def mine(request: DeskRequest) -> HttpResponse:
    """What the reader has, as the tab bar of a phone leads there."""
    return redirect(f"{reverse('workspace:desk')}?queue=mine")


@require_GET
@for_agents
def table(request: DeskRequest) -> HttpResponse:
    """The same list as a table, with all views and their counts."""
    found = queue_context(request, is_table=True)
    context = {"place": "workspace", **found, **choices(request.user, found["queue"]), "acts": bulk.ACTS.values()}
    response = part_or_page(request, part="workspace/_table.html", page="workspace/table.html", context=context)
    if "shaped" in request.GET and found["view"] is None:
        kept = json.dumps(shaping.to_keep(found["shape"]) | {"sort": ""}, separators=(",", ":"))
        secure = request.is_secure()
        response.set_cookie(shaping.COOKIE, kept, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def queue_context(request: DeskRequest, *, is_table: bool = False) -> dict[str, Any]:
    """What a queue list needs, from the address: view or scope, filters, page; of a table its shape too."""
    person, at = request.user, now()
    given = request.GET
    saved = kept_by(person.pk)
    queue, view = queue_of(given, saved), view_of(given, saved)
    scope = queue.scope
    shape = shaping.USUAL
    if is_table:
        shape = shaping.read(given, view.shape if view else shaping.of_cookie(request.COOKIES.get(shaping.COOKIE, "")))
    queue = replace(queue, sort=shape.sort)
    zone = timezone.get_current_timezone()
    after, before = (queues.read_key(given.get(name, ""), zone, sort=shape.sort) for name in ("after", "before"))
    groups = queues.groups_of(person)
    page = queues.page_of(queue, person, at=at, after=after, before=before, groups=groups)
    rows = rows_of(page.ids, at=at, more=shape.fetched)
    address = own_address(given)
    counted = counts_for(person, at=at, groups=groups)
    return {
        "queue": queue,
        "view": view,
        "title": view.name if view else title_of(queue),
        "count": counted[scope] if scope in STANDING and not queue.filters else None,
        "groups": grouped(rows, shape.by),
        "shape": shape,
        "shape_kept": json.dumps(shaping.to_keep(shape)) if is_table else "",
        "heads": shaping.heads(shape, given) if is_table else (),
        "number_head": shaping.head("number", "", shape, given) if is_table else None,
        "width": 3 + len(shape.columns),
        "rows": rows,
        "address": address,
        "older": f"?{address}&after={queues.write_key(page.older)}" if page.older else "",
        "newer": f"?{address}&before={queues.write_key(page.newer)}" if page.newer else "",
        "scopes": [(key, WORDS[key], ICONS[key], counted[key]) for key in STANDING],
        "is_paged": bool(page.older or page.newer),
        "open_ticket": given.get("open", ""),
        "counted": [(one, None, False) for one in saved],
        "looked_at": at,
    }


@require_GET
@for_agents
def kept_views(request: DeskRequest) -> HttpResponse:
    """The saved views with their counts, asked for once the list stands."""
    saved, at = kept_by(request.user.pk), now()
    lists = [Queue(view.scope, view.filters) for view in saved]
    counts = queues.capped_counts(lists, request.user, at=at, cap=COUNTED)
    context = {
        "counted": [(view, min(n, COUNTED), n > COUNTED) for view, n in zip(saved, counts, strict=True)],
        "here": request.GET.get("view", ""),
        "in_menu": "menu" in request.GET,
        "way": reverse("workspace:desk" if "menu" in request.GET else "workspace:table"),
    }
    return render(request, "workspace/_kept_views.html", context)


def own_address(given: QueryDict) -> str:
    """The query string without the page."""
    kept = given.copy()
    for name in ("after", "before", "open", "stay"):
        kept.pop(name, None)
    if "queue" not in kept and "view" not in kept:
        kept["queue"] = "groups"
    return kept.urlencode()


def title_of(queue: Queue) -> str:
    """With the days that it is about, where the address names some."""
    days = [date.fromisoformat(queue.filters[name][0]) for name in queues.DAYS if name in queue.filters]
    words = OF_DAYS.get(queue.scope) if days or queue.scope not in WORDS else None
    language = (get_language() or "en")[:2]
    said = " – ".join(dict.fromkeys(formats.day(day, language) for day in days))
    return ", ".join(filter(None, [str(words or WORDS[queue.scope]), said]))


def choices(person: Person, queue: Queue) -> dict[str, Any]:
    """What the table may be narrowed by, and the lists of what happened today."""
    groups = groups_of(person)
    agents = Person.objects.agents()
    if not has(person, Right.SEE_ALL):
        agents = agents.filter(memberships__group__in=groups).distinct()
    offered = [
        ("priority", _("Priority"), _("Every priority"), Ticket.Priority.choices),
        ("status", _("Status"), _("Every status"), [(one.value, one.label) for one in map(Status, Ticket.ACTIVE)]),
        ("type", _("Type"), _("Every type"), by_name(TicketType.objects.all())),
        ("category", _("Category"), _("Every category"), by_name(Category.objects.all())),
        ("group", _("Group"), _("Every group"), by_name(groups)),
        ("agent", _("Agent"), _("Every agent"), list(agents.order_by("name").values_list("pk", "name"))),
    ]
    return {
        "filters": [
            {"name": name, "words": words, "every": every, "choices": values, "chosen": queue.filters.get(name, [])}
            for name, words, every, values in offered
        ],
        "columns": shaping.COLUMNS.items(),
        "ways_to_group": shaping.GROUPED_BY.items(),
        "own_groups": [(group.pk, named(group)) for group in groups],
        "today_lists": [(key, WORDS[key]) for key in ("opened", "solved")],
    }


def by_name(rows: Iterable[Any]) -> list[tuple[int, str]]:
    return sorted(((row.pk, named(row)) for row in rows), key=lambda one: one[1])


def groups_of(person: Person) -> list[SupportGroup]:
    """The groups whose tickets the person sees, by name."""
    if has(person, Right.SEE_ALL):
        groups = all_groups()
    elif is_usual(person):
        groups = groups_with(person.pk)
    else:
        groups = list(SupportGroup.objects.filter(pk__in=groups_worked(person)))
    return sorted(groups, key=named)


@composed
def all_groups() -> "QuerySet[SupportGroup]":
    return SupportGroup.objects.all()


@composed
def groups_with(person: int) -> "QuerySet[SupportGroup]":
    return SupportGroup.objects.filter(members=person)
