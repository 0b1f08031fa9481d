"""Approvals by program: what waits for the token's person, and their word."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import FilterSchema, Query, Router

from sira.api import shapes_of_tasks as shapes
from sira.api.auth import caller
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.refusing import answers
from sira.processes.tasks.models import Ballot
from sira.tickets import approval_pages, approvals
from sira.tickets.models import Ticket

router = Router(tags=["approvals"])


class Filters(FilterSchema):
    state: shapes.BallotState | None = None


def visible(request: HttpRequest) -> Any:
    return approval_pages.visible(caller(request), at=timezone.now())


def shown(rows: list[Ballot]) -> list[dict[str, Any]]:
    subjects = {row.approval.subject for row in rows}
    tickets = Ticket.objects.select_related("requester").in_bulk(subjects) if subjects else {}
    return [shapes.approval(row, tickets[row.approval.subject]) for row in rows if row.approval.subject in tickets]


@router.get("", summary="List what was put to you, newest first", response=answers(shapes.ApprovalPage))
def listed(request: HttpRequest, filters: Query[Filters], cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request, "state")
    rows = visible(request).filter(**{name: value for name, value in filters.dict().items() if value is not None})
    found, following = page(rows, cursor=cursor, limit=limit)
    return JsonResponse({"items": shown(found), "next": following})


@router.get("/{key}", summary="Read an approval that was put to you", response=answers(shapes.ApprovalShown))
def read(request: HttpRequest, key: Key) -> HttpResponse:
    return JsonResponse(shown([get_object_or_404(visible(request), pk=key)])[0])


@router.put("/{key}/decision", summary="Approve or reject", response=answers(shapes.ApprovalShown))
def decided(request: HttpRequest, key: Key, given: shapes.Decision) -> HttpResponse:
    """In one's own name, or for somebody absent who named one as stand-in."""
    ballot = get_object_or_404(visible(request), pk=key)
    approvals.decide(
        ballot,
        approved=given.decision == "approve",
        by=caller(request),
        comment=given.comment,
        way=Ballot.Way.API,
        at=timezone.now(),
    )
    return read(request, key)


@router.put("/{key}/delegation", summary="Pass it on to a colleague", response=answers(shapes.ApprovalShown))
def passed_on(request: HttpRequest, key: Key, given: shapes.Delegation) -> HttpResponse:
    ballot = get_object_or_404(visible(request), pk=key)
    to = approval_pages.colleague(given.mail)
    approvals.pass_on(ballot, to=to, by=caller(request), at=timezone.now())
    return read(request, key)
