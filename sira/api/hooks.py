"""Webhooks by program, for administrators."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import FilterSchema, Query, Router, Schema

from sira.api import shapes_of_house as shapes
from sira.api import webhooks
from sira.api.auth import caller
from sira.api.house import for_administrators
from sira.api.models import Delivery, Webhook
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.refusing import answers
from sira.api.shapes import moment
from sira.tickets.models import Ticket

router = Router(tags=["webhooks"])


class DeliveryShown(Schema):
    """at: of what happened.  status, answer: what the other side said last; null where nobody answered."""

    id: int
    kind: str
    ticket: str
    at: datetime
    state: str
    attempts: int
    next_at: datetime | None
    settled_at: datetime | None
    status: int | None
    answer: str


class DeliveryPage(Schema):
    items: list[DeliveryShown]
    next: str | None


class DeliveryFilters(FilterSchema):
    state: Literal["queued", "sent", "dead"] | None = None


def hook(row: Webhook) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "url": row.url, "kinds": row.kinds, "active": row.is_active}


@router.get("", summary="List the webhooks", response=answers(shapes.Webhooks))
@for_administrators
def listed(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"items": [hook(row) for row in Webhook.objects.order_by("id")]})


@router.post("", summary="Make a webhook", response=answers(shapes.WebhookMade, status=201))
@for_administrators
def made(request: HttpRequest, given: shapes.WebhookGiven) -> HttpResponse:
    """The answer has the secret, this once; it is kept nowhere else, so a repeat makes another webhook."""
    row, secret = webhooks.make(**given.dict(), by=caller(request), at=timezone.now())
    return JsonResponse({**hook(row), "secret": secret}, status=201)


@router.put("/{key}", summary="Change a webhook", response=answers(shapes.WebhookShown))
@for_administrators
def changed(request: HttpRequest, key: Key, given: shapes.WebhookGiven) -> HttpResponse:
    row = get_object_or_404(Webhook, pk=key)
    return JsonResponse(hook(webhooks.change(row, **given.dict(), is_active=row.is_active, by=caller(request))))


@router.delete("/{key}", summary="Remove a webhook", response=answers(None, status=204))
@for_administrators
def removed(request: HttpRequest, key: Key) -> HttpResponse:
    webhooks.remove(get_object_or_404(Webhook, pk=key), by=caller(request))
    return HttpResponse(status=204)


@router.get("/{key}/deliveries", summary="List what it was told, newest first", response=answers(DeliveryPage))
@for_administrators
def deliveries(
    request: HttpRequest, key: Key, filters: Query[DeliveryFilters], cursor: str = "", limit: int = USUAL
) -> HttpResponse:
    only_known(request, "state")
    rows = get_object_or_404(Webhook, pk=key).deliveries.all()
    rows = rows.filter(state=filters.state) if filters.state else rows
    found, following = page(rows, cursor=cursor, limit=limit)
    numbers = dict(Ticket.objects.filter(pk__in={row.ticket for row in found}).values_list("pk", "number"))
    return JsonResponse({"items": [delivery(row, numbers) for row in found], "next": following})


def delivery(row: Delivery, numbers: dict[int, str]) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("kind", "state", "attempts", "status", "answer")}
    times = {name: moment(getattr(row, name)) for name in ("at", "next_at", "settled_at")}
    return {"id": row.pk, **own, **times, "ticket": numbers.get(row.ticket, "")}


@router.put("/{key}/deliveries/{delivery}/again", summary="Tell it once more", response=answers(None, status=204))
@for_administrators
def told_again(request: HttpRequest, key: Key, delivery: Key) -> HttpResponse:
    """With the same id, so that the other side knows it again."""
    row = get_object_or_404(Delivery, webhook=key, pk=delivery)
    webhooks.send_again(row, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)
