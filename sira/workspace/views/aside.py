"""Beside the conversation: what waits for its time, drafts of colleagues, third parties, how the person has marked.

The page loads it once it stands, and again when the ticket changes.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sira.people import recognition
from sira.shell.parts import say
from sira.surveys.models import Mark
from sira.tickets import later, side_talks, splitting
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.workspace import drafts
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.aside_forms import SideForm, SplitForm
from sira.workspace.models import Draft
from sira.workspace.views.asking import question
from sira.workspace.views.doing import acting
from sira.workspace.views.queue import own_address
from sira.workspace.views.ticket import done, go

MARKS = 3


@require_GET
@for_agents
def beside(request: DeskRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    asked = Ticket.objects.worked_by(request.user).filter(requester=found.requester_id)
    context = {
        "ticket": found,
        "kept": later.of_ticket(found),
        "drafts": drafts.shared_in(found, reader=request.user),
        "talks": side_talks.of_ticket(found),
        "marks": Mark.objects.filter(ticket__in=asked).select_related("ticket").order_by("-at")[:MARKS],
        "open_count": asked.active().exclude(pk=found.pk).count(),
        "address": own_address(request.GET),
    }
    return render(request, "workspace/_aside.html", context)


@question("split")
def split(request: DeskRequest, found: Ticket, form: SplitForm) -> HttpResponse:
    given = form.cleaned_data
    fresh = splitting.split(
        found, given["messages"], subject=given["subject"], type=given["type"], by=request.user, at=now()
    )
    words = _("%(number)s was split from %(source)s. Merge it back to undo that.") % {
        "number": fresh.number,
        "source": found.number,
    }
    seen = Ticket.objects.worked_by(request.user).filter(pk=fresh.pk).exists()
    return go(request, fresh.get_absolute_url() if seen else found.get_absolute_url(), words)


@question("side")
def side(request: DeskRequest, found: Ticket, form: SideForm) -> HttpResponse:
    given, at = form.cleaned_data, now()
    said = Said(text=given["text"].strip())
    if talk := given.get("talk"):
        side_talks.write(talk, said, by=request.user, at=at)
    else:
        person = recognition.recognise(given["mail"], name=given["name"], at=at)
        side_talks.begin(found, to=person, subject=given["subject"], said=said, by=request.user, at=at)
    return say(request, done(request, found.number), _("Sent. The answer comes back here as a note."))


@acting
def share(request: DeskRequest, found: Ticket) -> None:
    """Let colleagues read the own draft, or no longer."""
    drafts.share(request.user, found, shared=request.POST.get("shared") == "yes")


@acting
def take_over(request: DeskRequest, found: Ticket, key: int) -> HttpResponse:
    draft = get_object_or_404(Draft.objects.select_related("ticket"), pk=key, ticket=found)
    drafts.take_over(draft, by=request.user, at=now())
    return go(request, found.get_absolute_url())
