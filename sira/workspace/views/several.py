"""Several tickets of a list at once: asked, done one by one, and what was refused is said for each."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sira.shell.parts import say
from sira.workspace import bulk
from sira.workspace.access import DeskRequest, for_agents


@require_POST
@for_agents
def several(request: DeskRequest) -> HttpResponse:
    """Posts without an answer to the act's question get the question; nothing ticked leads back."""
    person, act = request.user, bulk.ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    tickets = bulk.chosen(person, request.POST.getlist("number"))
    address = request.POST.get("list", "")
    if not tickets:
        return back(address)
    is_answered = not act.asks or request.POST.get("answered") == "yes"
    form = act.form(request.POST if is_answered else None, reader=person)
    context = {"place": "workspace", "act": act, "form": form, "tickets": tickets, "list": address}
    if not is_answered or not form.is_valid():
        return render(request, "workspace/several.html", context, status=422 if form.errors else 200)
    outcome = bulk.carry_out(act, tickets, form.cleaned_data, by=person, at=now())
    if outcome.refused:
        context |= {"outcome": outcome, "tickets": [ticket for ticket, _refused in outcome.refused]}
        return render(request, "workspace/several.html", context)
    number = len(outcome.done)
    return say(
        request, back(address), ngettext("%(n)s ticket changed", "%(n)s tickets changed", number) % {"n": number}
    )


def back(address: str) -> HttpResponse:
    """To the list as it was narrowed; only its query comes from outside."""
    return redirect(f"{reverse('workspace:table')}?{address}")
