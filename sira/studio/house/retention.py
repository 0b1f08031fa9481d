"""How long texts of closed tickets are kept: the rules, each with what it would forget now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sira.shell.meanwhile import status_of
from sira.shell.parts import say
from sira.studio.access import for_administrators, who
from sira.studio.house.acting import carried_out
from sira.studio.house.personal_forms import RetentionForm
from sira.tickets import retention
from sira.tickets.models_retention import RetentionRule


@require_http_methods(["GET", "POST"])
@for_administrators
def rules(request: HttpRequest) -> HttpResponse:
    form = RetentionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(request, form)[0]:
        return say(request, redirect("studio:retention"), _("Kept"))
    rows = RetentionRule.objects.select_related("type", "group").order_by("pk")
    counted = [(rule, retention.count(rule, at=now())) for rule in rows]
    context = {"place": "studio", "house": "retention", "rules": counted, "form": form}
    return render(request, "studio/house/retention.html", context, status=status_of(form))


@require_POST
@for_administrators
def remove(request: HttpRequest, key: int) -> HttpResponse:
    retention.remove_rule(get_object_or_404(RetentionRule, pk=key), by=who(request))
    return say(request, redirect("studio:retention"), _("The rule is gone; what was forgotten stays so."))
