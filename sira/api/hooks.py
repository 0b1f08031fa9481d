"""Webhooks by program, for administrators."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes_of_house as shapes
from sira.api import webhooks
from sira.api.auth import caller
from sira.api.house import for_administrators
from sira.api.models import Webhook
from sira.api.paging import Key
from sira.api.refusing import answers

router = Router(tags=["webhooks"])


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
