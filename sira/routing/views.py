"""How a group's tickets are dealt, and whether that was fair."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sira.people.models import SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.routing import agreeing, explaining, fairness
from sira.routing.forms import DealingForms
from sira.routing.models import Period
from sira.shell.parts import say
from sira.workforce import rights
from sira.workforce.access import TeamRequest, for_workers, groups_of
from sira.workforce.availability import PERSONAL


def _group(request: TeamRequest, key: str) -> SupportGroup:
    """A group whose plans the reader sees; others are not there."""
    return get_object_or_404(SupportGroup, key=key, pk__in=[one.pk for one in groups_of(request.user)])


@require_http_methods(["GET", "POST"])
@for_workers
def dealing(request: TeamRequest, key: str) -> HttpResponse:
    """Strategy, shares, caps and the time to react: for leads, managers and administrators."""
    group = _group(request, key)
    if not rights.may_lead(request.user, group):
        raise NotAllowed
    members = list(group.memberships.select_related("person").order_by("person__name"))
    forms = DealingForms(group, members, request.POST or None)
    refusal, status = "", 200
    if request.method == "POST":
        status = 422
        if forms.is_valid():
            try:
                agreeing.agree(group, forms.terms(), by=request.user, at=now())
                return say(request, redirect("routing:dealing", key), _("Tickets are dealt like this from now on"))
            except agreeing.SharesDontAddUp as refused:
                refusal = str(refused.message)
    context = {"place": "team", "group": group, "name": str(group), "forms": forms, "refusal": refusal}
    return render(request, "routing/dealing.html", context, status=status)


@require_GET
@for_workers
def fair(request: TeamRequest, key: str) -> HttpResponse:
    """Planned and real shares of a period, for everybody in the group."""
    group, at = _group(request, key), now()
    asked = request.GET.get("period", "w")
    period = asked if asked in Period.values else "w"
    report = fairness.report(group, period, at=at, starts=_day(request.GET.get("starts", "")))
    is_personal = any(line.why in PERSONAL for line in report.lines)
    in_full = is_personal and rights.may_know_of_leave(request.user, group.key)
    context = {
        "place": "team",
        "group": group,
        "name": str(group),
        "report": report,
        "lines": [(line, explaining.why_not(line.why, in_full=in_full)) for line in report.lines],
        "full": explaining.how({"why": "group_full"}) if report.full else "",
        "periods": Period.choices,
        "kept": fairness.periods_kept(group, period),
        "may_lead": rights.may_lead(request.user, group),
    }
    return render(request, "routing/fairness.html", context)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
