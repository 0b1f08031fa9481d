"""One shift: cancelled, given away, swapped."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.plumbing.audit import told_of
from sira.plumbing.refusals import Refused
from sira.shell.parts import say
from sira.workforce import planning, rights, swapping
from sira.workforce.access import TeamRequest, for_workers, groups_of, people_in
from sira.workforce.models import Shift, Swap
from sira.workforce.views.team import mine_page


def _shift(request: TeamRequest, key: int) -> Shift:
    """One's own, or of somebody whose plans one makes; others are not there."""
    people = people_in(None, groups_of(request.user)) if rights.may_plan(request.user) else [request.user]
    return get_object_or_404(Shift.objects.select_related("person", "group"), pk=key, person__in=people)


@require_GET
@for_workers
def shift(request: TeamRequest, key: int) -> HttpResponse:
    return _shown(request, _shift(request, key))


def _shown(request: TeamRequest, found: Shift, refused: Refused | None = None) -> HttpResponse:
    at, plans = now(), rights.may_plan(request.user)
    is_open = found.ends_at > at and not found.is_cancelled
    colleagues = people_in(None, groups_of(request.user)).exclude(pk=found.person_id).order_by("name")
    context = {
        "place": "team",
        "shift": found,
        "is_open": is_open,
        "may_plan": plans,
        "colleagues": colleagues if is_open and plans else [],
        "offers": swapping.offers(found, at) if is_open else [],
        "is_own": found.person_id == request.user.pk,
        "refused": refused.message if refused else "",
    }
    return render(request, "workforce/shift.html", context, status=refused.status if refused else 200)


@require_POST
@for_workers
@told_of
def change(request: TeamRequest, key: int, act: str) -> HttpResponse:
    """cancel, give: for those who plan.  swap: asked of the colleague, or done at once by those who plan."""
    found, at, by = _shift(request, key), now(), request.user
    try:
        if act == "cancel":
            planning.cancel_shift(found, by=by, at=at)
            return say(request, redirect("workforce:team"), _("Cancelled: nobody works this shift"))
        chosen = request.POST.get("with", "")
        chosen_key = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0
        if act == "give":
            to = get_object_or_404(people_in(None, groups_of(by)), pk=chosen_key)
            planning.give_shift(found, to, by=by, at=at)
            return say(request, redirect("workforce:team"), _("%(who)s works this shift") % {"who": to})
        other = get_object_or_404(
            Shift.objects.filter(pk__in=[one.pk for one in swapping.offers(found, at)]), pk=chosen_key
        )
        if found.person_id == by.pk:
            swapping.ask(found, other, by=by, at=at)
            return say(request, redirect("workforce:mine"), _("Asked. It is swapped when your colleague agrees."))
        swapping.swap_shifts(found, other, by=by, at=at)
        return say(request, redirect("workforce:team"), _("Swapped"))
    except Refused as refused:
        return _shown(request, found, refused)


@require_POST
@for_workers
@told_of
def answer(request: TeamRequest, key: int) -> HttpResponse:
    found = get_object_or_404(Swap, pk=key)
    state = request.POST.get("answer", "")
    if state in (Swap.State.AGREED, Swap.State.REFUSED, Swap.State.WITHDRAWN):
        try:
            swapping.answer(found, state, by=request.user, at=now())
        except Refused as refused:
            return mine_page(request, refused)
        if state == Swap.State.AGREED:
            return say(request, redirect("workforce:mine"), _("Swapped"))
    return redirect("workforce:mine")
