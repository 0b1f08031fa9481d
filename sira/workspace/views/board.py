"""A list as a board: a column for each stage, cards that can be dragged or sent on by a menu."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from sira.plumbing.refusals import Refused
from sira.shell.parts import part_or_page, wants_part
from sira.tickets.models import Ticket
from sira.workspace import around, queues, staging
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.conversation import line_of
from sira.workspace.queues import Queue
from sira.workspace.rows import rows_of
from sira.workspace.views.queue import own_address, title_of

CARDS = 30  # of a column
LAST = 3  # messages and notes of a peek


@require_GET
@for_agents
def board(request: DeskRequest) -> HttpResponse:
    return shown(request)


@require_POST
@for_agents
def move(request: DeskRequest, number: str) -> HttpResponse:
    """The board anew, with the gate's answer where it refused; to resolve, the question that asks for the words."""
    found = ticket_for(request.user, number)
    refused: Refused | None = None
    try:
        staging.move(found, request.POST.get("stage", ""), by=request.user, at=now())
    except staging.WordsNeeded:
        way = f"{reverse('workspace:resolve', args=[found.number])}"
        return HttpResponse(status=204, headers={"HX-Redirect": way}) if wants_part(request) else redirect(way)
    except Refused as said:
        refused = said
    if refused is None and not wants_part(request):
        return redirect(f"{reverse('workspace:board')}?{own_address(request.GET)}")
    return shown(request, refused=refused, number=number)


def shown(request: DeskRequest, *, refused: Refused | None = None, number: str = "") -> HttpResponse:
    given, at = request.GET, now()
    scope = given.get("queue", "groups")
    queue = Queue(scope if scope in queues.SCOPES else "groups", queues.read_filters(given))
    columns, groups = [], queues.groups_of(request.user)
    for stage in staging.ORDER[:-1]:
        ids = queues.page_of(queue, request.user, at=at, size=CARDS, groups=groups, stage=stage).ids
        goes = [(to, to.label) for to in staging.ORDER if stage in staging.FROM[to]]
        columns.append((stage, stage.label, rows_of(ids, at=at), goes, len(ids) == CARDS))
    context = {
        "place": "workspace",
        "title": title_of(queue),
        "queue": queue,
        "columns": columns,
        "address": own_address(given),
        "refused": str(refused.message) if refused else "",
        "refused_number": number if refused else "",
    }
    return part_or_page(
        request,
        part="workspace/_board.html",
        page="workspace/board.html",
        context=context,
        status=refused.status if refused else 200,
    )


@require_GET
@for_agents
def peek(request: DeskRequest, number: str) -> HttpResponse:
    """What was said last, without leaving the list; it counts as no visit."""
    found: Ticket = ticket_for(request.user, number)
    line = [one for one in line_of(found, around.history_of(found.pk), reader=request.user) if hasattr(one, "message")]
    context = {"place": "workspace", "ticket": found, "line": line[-LAST:], "address": own_address(request.GET)}
    return render(request, "workspace/_peek.html", context)
