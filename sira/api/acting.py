"""What else can be done to tickets by program: linked, merged, watched."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes
from sira.api import shapes_of_house as house
from sira.api.auth import caller
from sira.api.once import once
from sira.api.paging import Key
from sira.api.refusing import answers
from sira.api.tickets import found, shown
from sira.tickets import conversation, linking, merging
from sira.tickets.models import Merge, Participant, Ticket, TicketLink

router = Router(tags=["tickets"])


@router.get("/{number}/links", summary="List its links", response=answers(house.Links))
def links(request: HttpRequest, number: str) -> HttpResponse:
    ticket, who = found(request, number), caller(request)
    seen = Ticket.objects.visible_to(who)
    rows = TicketLink.objects.filter(source=ticket, target__in=seen).select_related("target").order_by("id")
    return JsonResponse({"items": [{"id": row.pk, "kind": row.kind, "ticket": row.target.number} for row in rows]})


@router.post("/{number}/links", summary="Link it to another ticket", response=answers(house.LinkShown, status=201))
@once
def linked(request: HttpRequest, number: str, given: house.NewLink) -> tuple[int, Any]:
    source, target = found(request, number), found(request, given.ticket)
    row = linking.link(source, target, kind=given.kind, by=caller(request), at=timezone.now())
    return 201, {"id": row.pk, "kind": row.kind, "ticket": target.number}


@router.delete("/{number}/links/{key}", summary="Remove a link", response=answers(None, status=204))
def unlinked(request: HttpRequest, number: str, key: Key) -> HttpResponse:
    row = get_object_or_404(TicketLink, source=found(request, number), pk=key)
    linking.unlink(row, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.post("/{number}/merge", summary="Put it into another ticket", response=answers(house.MergeShown, status=201))
@once
def merged(request: HttpRequest, number: str, given: house.NewMerge) -> tuple[int, Any]:
    source, target = found(request, number), found(request, given.into)
    row = merging.merge(source, target, by=caller(request), at=timezone.now())
    return 201, {"id": row.pk, "ticket": source.number, "into": target.number}


@router.delete("/{number}/merge/{key}", summary="Undo a merge", response=answers(shapes.TicketShown))
def parted(request: HttpRequest, number: str, key: Key) -> HttpResponse:
    row = get_object_or_404(Merge, source=found(request, number), pk=key, undone_at=None)
    merging.undo_merge(row, by=caller(request), at=timezone.now())
    return shown(found(request, number))


@router.put("/{number}/watching", summary="Watch it", response=answers(shapes.TicketShown))
def watched(request: HttpRequest, number: str) -> HttpResponse:
    who = caller(request)
    watching = Participant.Kind.WATCHER
    conversation.add_participant(found(request, number), who, kind=watching, by=who, at=timezone.now())
    return shown(found(request, number))


@router.delete("/{number}/watching", summary="Watch it no longer", response=answers(shapes.TicketShown))
def unwatched(request: HttpRequest, number: str) -> HttpResponse:
    ticket = found(request, number)
    conversation.stop_watching(ticket, caller(request))
    return shown(ticket)
