"""The lists of the desk by program: how many each holds, what stands in it in the order of its turn, and tickets like
another. Views, which narrow a list, are in views_by_program."""

from typing import Annotated, Literal, get_args

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api import shapes
from sira.api.aside import worked_on
from sira.api.auth import caller
from sira.api.house import for_working
from sira.api.paging import USUAL, only_known, size
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.tickets import PARTS
from sira.tickets.models import Ticket
from sira.workspace import queues
from sira.workspace.counting import counts_for
from sira.workspace.queues import Queue
from sira.workspace.similar import similar

router = Router(tags=["lists"])
Standing = Literal["mine", "groups", "unassigned", "risk", "broken", "waiting", "all", "resolved"]
# As queues.write_key writes it.
AFTER = r"^(n?-?\d{1,17}(\.\d{6})?_\d{1,18})?$"
After = Annotated[str, Field(pattern=AFTER, max_length=60)]
Sort = Literal["", "number", "-number", "priority", "-priority", "opened", "-opened", "changed", "-changed"]


class ListShown(Schema):
    name: str
    count: int


class Lists(Schema):
    items: list[ListShown]


class AlikeShown(Schema):
    """shared: how many of the longest words of the subject a message of it has."""

    ticket: str
    subject: str
    stage: str
    status: str
    shared: int


class Alikes(Schema):
    items: list[AlikeShown]


@router.get("/lists", summary="List the desk's lists, with how many tickets each holds", response=answers(Lists))
@for_working
def lists(request: HttpRequest) -> HttpResponse:
    who = caller(request)
    counts = counts_for(who, at=timezone.now(), groups=queues.groups_of(who))
    return JsonResponse({"items": [{"name": name, "count": counts[name]} for name in get_args(Standing)]})


@router.get("/lists/{name}/tickets", summary="Read a list", response=answers(shapes.TicketPage))
@for_working
def listed_tickets(
    request: HttpRequest, name: Standing, sort: Sort = "", cursor: After = "", limit: int = USUAL
) -> HttpResponse:
    """In the order of their turn: what is due first stands first; or as `sort` says."""
    return page_of(request, Queue(name, {}, sort), cursor, limit)


def page_of(request: HttpRequest, queue: Queue, cursor: str, limit: int) -> HttpResponse:
    only_known(request, "sort")
    after = queues.read_key(cursor, timezone.get_current_timezone(), sort=queue.sort) if cursor else None
    if cursor and after is None:
        raise Problem(422, "bad_cursor", "This cursor is not one of this list; take the one that the last page gave.")
    found = queues.page_of(queue, caller(request), at=timezone.now(), after=after, size=size(limit))
    rows = Ticket.objects.select_related(*PARTS).in_bulk(found.ids)
    items = [shapes.ticket(rows[key]) for key in found.ids if key in rows]
    return JsonResponse({"items": items, "next": queues.write_key(found.older) or None})


@router.get("/tickets/{number}/similar", summary="List tickets that speak of the same", response=answers(Alikes))
def alike(request: HttpRequest, number: str) -> HttpResponse:
    """At most five; of those that the caller works on."""
    items = [
        {**{name: getattr(one.ticket, name) for name in ("subject", "stage", "status")}, "shared": one.shared}
        | {"ticket": one.ticket.number}
        for one in similar(worked_on(request, number), caller(request))
    ]
    return JsonResponse({"items": items})
