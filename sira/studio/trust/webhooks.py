"""Webhooks: who hears of what, and what became of each delivery."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sira.api import webhooks
from sira.api.models import Delivery, Webhook
from sira.plumbing.refusals import Refused
from sira.shell import meanwhile
from sira.shell.parts import say
from sira.studio.access import for_administrators, who
from sira.studio.trust.forms import ChangedWebhookForm, WebhookForm
from sira.tickets.models import Ticket

SHOWN = 100


@require_http_methods(["GET", "POST"])
@never_cache
@for_administrators
def hooks(request: HttpRequest) -> HttpResponse:
    """All of them; a new one shows its secret once, on the page that answers."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            row, secret = webhooks.make(**form.cleaned_data, by=who(request), at=now())
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            context, form = {"made": row, "secret": secret}, WebhookForm()
    dead = Count("deliveries", filter=Q(deliveries__state=Delivery.State.DEAD))
    context |= {
        "place": "studio",
        "house": "webhooks",
        "form": form,
        "hooks": Webhook.objects.annotate(dead=dead).order_by("id"),
    }
    return render(request, "studio/trust/webhooks.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def hook(request: HttpRequest, key: int) -> HttpResponse:
    row = get_object_or_404(Webhook, pk=key)
    known = {"name": row.name, "url": row.url, "kinds": row.kinds, "is_active": row.is_active}
    form = ChangedWebhookForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            meanwhile.check(form, request.POST.get(meanwhile.SEEN, ""))
            webhooks.change(row, **form.cleaned_data, by=who(request))
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return say(request, redirect("studio:webhook", row.pk), _("Kept"))
    deliveries = list(row.deliveries.order_by("-id")[:SHOWN])
    numbers = dict(Ticket.objects.filter(pk__in={one.ticket for one in deliveries}).values_list("pk", "number"))
    context = {
        "place": "studio",
        "house": "webhooks",
        "hook": row,
        "form": form,
        "deliveries": [(one, numbers.get(one.ticket, "")) for one in deliveries],
    }
    return render(request, "studio/trust/webhook.html", context, status=meanwhile.status_of(form))


@require_POST
@for_administrators
def again(request: HttpRequest, key: int, delivery: int) -> HttpResponse:
    row = get_object_or_404(Delivery, webhook=key, pk=delivery)
    webhooks.send_again(row, by=who(request), at=now())
    return say(request, redirect("studio:webhook", key), _("It is sent again"))


@require_POST
@for_administrators
def remove(request: HttpRequest, key: int) -> HttpResponse:
    webhooks.remove(get_object_or_404(Webhook, pk=key), by=who(request))
    return say(request, redirect("studio:webhooks"), _("Removed"))
