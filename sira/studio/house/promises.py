"""Plans of marks, and the contracts of customers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.people.models import Organisation
from sira.people.rights import Right
from sira.promises import contracts, plans
from sira.promises.models import Contract, WarningPlan
from sira.shell.meanwhile import status_of
from sira.shell.parts import say
from sira.studio.access import for_right
from sira.studio.house import promise_forms
from sira.studio.house.acting import carried_out


@require_GET
@for_right(Right.HOURS)
def promises(request: HttpRequest) -> HttpResponse:
    agreed = Contract.objects.select_related("organisation").order_by("organisation__name", "-starts_at")[:500]
    at = now()
    lines = [(one, one.starts_at <= at and (one.ends_at is None or one.ends_at > at)) for one in agreed]
    context = {"place": "studio", "house": "promises", "plans": plans.current(), "contracts": lines}
    return render(request, "studio/house/promises.html", context)


@require_http_methods(["GET", "POST"])
@for_right(Right.HOURS)
def plan(request: HttpRequest, key: str = "") -> HttpResponse:
    """One of them, or a new one."""
    row = get_object_or_404(WarningPlan, key=key, is_current=True) if key else None
    form = promise_forms.PlanForm(request.POST if request.method == "POST" else None, plan=row)
    if request.method == "POST" and carried_out(request, form)[0]:
        return say(request, redirect("studio:promises"), _("Kept"))
    context = {"place": "studio", "house": "promises", "plan": row, "form": form}
    return render(request, "studio/house/plan.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@for_right(Right.HOURS)
def contract(request: HttpRequest, organisation: int, key: int | None = None) -> HttpResponse:
    owner = get_object_or_404(Organisation, pk=organisation)
    row = get_object_or_404(Contract, pk=key, organisation=owner) if key else Contract(organisation=owner)
    form = promise_forms.ContractForm(request.POST if request.method == "POST" else None, contract=row)
    if request.method == "POST" and carried_out(request, form)[0]:
        return say(request, redirect("studio:promises"), _("Kept"))
    context = {"place": "studio", "house": "promises", "organisation": owner, "contract": row, "form": form}
    return render(request, "studio/house/contract.html", context, status=status_of(form))


@require_POST
@for_right(Right.HOURS)
def withdraw_contract(request: HttpRequest, organisation: int, key: int) -> HttpResponse:
    contracts.withdraw(get_object_or_404(Contract, pk=key, organisation=organisation))
    return say(request, redirect("studio:promises"), _("Taken out"))
