"""Stuck processes by program: what failed, and what can be done about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.processes.models import Incident
from sira.tickets import operating
from sira.tickets.models import Ticket

router = Router(tags=["incidents"])


class IncidentShown(Schema):
    """ticket: its number.  element, step: where it stands in the drawing, and what that is called."""

    id: int
    ticket: str
    process: str
    element: str
    step: str
    code: str


class IncidentPage(Schema):
    items: list[IncidentShown]
    next: str | None


class Reason(Closed):
    reason: str = Field(min_length=1, max_length=500)


class To(Closed):
    element: str = Field(min_length=1, max_length=200)


def shown(rows: list[Incident]) -> list[dict[str, Any]]:
    numbers = dict(Ticket.objects.filter(pk__in={row.instance.subject for row in rows}).values_list("pk", "number"))
    return [
        {
            "id": row.pk,
            "ticket": numbers.get(row.instance.subject, ""),
            "process": row.instance.version.key,
            "element": row.element,
            "step": operating.step_name(row),
            "code": row.code,
        }
        for row in rows
    ]


def found(request: HttpRequest, key: int) -> Incident:
    return get_object_or_404(operating.open_incidents(caller(request)), pk=key)


@router.get("", summary="List stuck processes, newest first", response=answers(IncidentPage))
def listed(request: HttpRequest, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    """Those that the caller may do something about."""
    only_known(request)
    rows, following = page(operating.open_incidents(caller(request)), cursor=cursor, limit=limit)
    return JsonResponse({"items": shown(rows), "next": following})


@router.put("/{key}/retry", summary="Let the step try again", response=answers(None, status=204))
def retried(request: HttpRequest, key: Key) -> HttpResponse:
    operating.retry(found(request, key), by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/{key}/skip", summary="Go on behind the step", response=answers(None, status=204))
def skipped(request: HttpRequest, key: Key) -> HttpResponse:
    operating.skip(found(request, key), by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/{key}/move", summary="Go on at another step", response=answers(None, status=204))
def moved(request: HttpRequest, key: Key, given: To) -> HttpResponse:
    operating.move(found(request, key), given.element, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/{key}/cancellation", summary="Call the process off", response=answers(None, status=204))
def cancelled(request: HttpRequest, key: Key, given: Reason) -> HttpResponse:
    operating.cancel(found(request, key), reason=given.reason, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)
