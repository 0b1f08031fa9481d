"""Several tickets of a list at once: asked, done one by one, and what was refused is said for each."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sira.shell import formats, marks
from sira.shell.parts import say
from sira.tickets import unsending
from sira.workspace import bulk
from sira.workspace.access import DeskRequest, for_agents
from sira.workspace.models import Change


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
    tell(request, act, outcome, address)
    if outcome.refused:
        context |= {"outcome": outcome, "tickets": [ticket for ticket, _refused in outcome.refused]}
        return render(request, "workspace/several.html", context)
    return back(address)


def tell(request: DeskRequest, act: bulk.Act, outcome: bulk.Outcome, address: str) -> None:
    """How many it was, with the undo of all, on whatever page comes next."""
    number = len(outcome.done)
    if not number:
        return
    if outcome.kept and act is bulk.ACTS["answer"]:
        words = ngettext("%(n)s answer goes out in %(s)s s", "%(n)s answers go out in %(s)s s", number)
    elif outcome.kept:
        words = ngettext("%(n)s ticket changes in %(s)s s", "%(n)s tickets change in %(s)s s", number)
    else:
        words = ngettext("%(n)s ticket changed", "%(n)s tickets changed", number)
    undo = reverse("workspace:undo_several", args=[outcome.change.pk]) if outcome.change else ""
    said = {"n": amount(number), "s": amount(int(unsending.HELD.total_seconds()))}
    messages.info(request, words % said, extra_tags=f"{undo}?{address}" if undo else "")


@require_POST
@for_agents
def undo_several(request: DeskRequest, key: int) -> HttpResponse:
    """Each ticket as it was before; what was changed since by somebody else stays, and is told."""
    change = get_object_or_404(Change, pk=key, by=request.user)
    outcome = bulk.undo(change, by=request.user, at=now())
    number = len(outcome.done)
    words = ngettext("%(n)s ticket is as it was", "%(n)s tickets are as they were", number) % {"n": amount(number)}
    if outcome.refused:
        stayed = ", ".join(ticket.number for ticket, _refused in outcome.refused)
        words += ". " + _("These stay as they are: %(numbers)s.") % {"numbers": stayed}
    return say(request, back(request.GET.urlencode()), words)


def amount(number: int) -> str:
    return formats.amount(number, marks.language())


def back(address: str) -> HttpResponse:
    """To the list as it was narrowed; only its query comes from outside."""
    return redirect(f"{reverse('workspace:table')}?{address}")
