"""What an agent does on the ticket's page: each finds the ticket, calls one operation, answers with the ticket anew."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sira.notifications import sending
from sira.notifications.models import OutgoingMail
from sira.plumbing.refusals import Refused
from sira.processes.models import Task
from sira.shell.parts import say
from sira.tickets import (
    assigning,
    conversation,
    editing,
    lifecycle,
    linking,
    mentions,
    merging,
    waiting,
)
from sira.tickets.models import Merge, Participant, Ticket
from sira.workspace import posted_tasks
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.forms import AssignForm, EditForm, HoldForm, LinkForm, MergeForm, OneField, ResolveForm
from sira.workspace.views.asking import question, told
from sira.workspace.views.doing import acting
from sira.workspace.views.queue import own_address
from sira.workspace.views.ticket import done, go, show_ticket


@acting
def take(request: DeskRequest, found: Ticket) -> None:
    assigning.take(found, by=request.user, at=now())


@acting
def begin(request: DeskRequest, found: Ticket) -> None:
    conversation.begin(found, by=request.user, at=now())


@acting
def wait(request: DeskRequest, found: Ticket) -> None:
    waiting.wait_for_requester(found, by=request.user, at=now())


@acting
def resume(request: DeskRequest, found: Ticket) -> None:
    waiting.resume(found, by=request.user, at=now())


@acting
def close(request: DeskRequest, found: Ticket) -> None:
    lifecycle.close(found, by=request.user, at=now())


@acting
def reopen(request: DeskRequest, found: Ticket) -> None:
    lifecycle.reopen(found, by=request.user, at=now())


@acting
def finish_task(request: DeskRequest, found: Ticket, key: int) -> HttpResponse | None:
    """Its button, with what shows that it is done.  Raises what finishing raises."""
    task = get_object_or_404(Task, pk=key, subject=found.pk)
    if not posted_tasks.finish(task, request, by=request.user):
        return show_ticket(request, found, still_typed=True)
    return None


@acting
def watch(request: DeskRequest, found: Ticket) -> None:
    """Watch, or no longer."""
    person = request.user
    if not conversation.stop_watching(found, person):
        conversation.add_participant(found, person, kind=Participant.Kind.WATCHER, by=person, at=now())


@acting
def undo_merge(request: DeskRequest, found: Ticket, key: int) -> HttpResponse:
    source = merging.undo_merge(get_object_or_404(Merge, pk=key, target=found), by=request.user, at=now())
    return go(request, source.get_absolute_url())


@acting
def send_again(request: DeskRequest, found: Ticket, key: int) -> HttpResponse:
    mail = get_object_or_404(OutgoingMail, pk=key, subject=found.pk)
    sending.send_again(mail, at=now())
    return say(request, done(request, found.number), _("The mail goes out again."))


@question("assign")
def assign(request: DeskRequest, found: Ticket, form: AssignForm) -> HttpResponse:
    """Group and agent, and a note if one is written; without an agent it goes back into the group's queue."""
    (group, agent), note = form.cleaned_data["to"], form.cleaned_data["note"]
    mentions.hand_over(found, note, group=group, agent=agent, by=request.user, at=now())
    words = _("%(number)s is with %(whom)s now.") % {"number": found.number, "whom": agent or group}
    return say(request, done(request, found.number), words)


@question("hold")
def hold(request: DeskRequest, found: Ticket, form: HoldForm) -> HttpResponse:
    waiting.hold(found, until=form.cleaned_data["until"], by=request.user, at=now())
    return done(request, found.number)


@question("resolve")
def resolve(request: DeskRequest, found: Ticket, form: ResolveForm) -> HttpResponse:
    lifecycle.resolve(found, by=request.user, resolution=form.cleaned_data["resolution"], at=now())
    return done(request, found.number)


@question("priority")
def priority(request: DeskRequest, found: Ticket, form: EditForm) -> HttpResponse:
    return edit(request, found, form)


@question("change")
def change(request: DeskRequest, found: Ticket, form: EditForm) -> HttpResponse:
    return edit(request, found, form)


def edit(request: DeskRequest, found: Ticket, form: EditForm) -> HttpResponse:
    changes = form.changes()
    seen = {name: form.seen_exactly(name) for name in changes}
    editing.set_fields(found, changes, seen=seen, by=request.user, at=now())
    return done(request, found.number)


@require_http_methods(["GET", "POST"])
@for_agents
def in_place(request: DeskRequest, number: str, name: str) -> HttpResponse:
    """A field of the head: asked for with a click on it, kept as soon as it is chosen; refused, it says why there."""
    found = ticket_for(request.user, number)
    if name not in OneField.NAMES:
        raise Http404
    form = OneField(found, request.user, request.POST if request.method == "POST" else None, name=name)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            return edit(request, found, form)
        except Refused as clash:
            found = ticket_for(request.user, number)
            refused = told(found, clash)
            form.ticket = found
    context = {"ticket": found, "form": form, "name": name, "refused": refused, "address": own_address(request.GET)}
    response = render(request, "workspace/_in_place.html", context, status=409 if refused else 200)
    response["HX-Retarget"], response["HX-Reswap"] = f"#field-{name}", "innerHTML"
    return response


@question("link")
def link(request: DeskRequest, found: Ticket, form: LinkForm) -> HttpResponse:
    linking.link(found, form.cleaned_data["other"], kind=form.cleaned_data["kind"], by=request.user, at=now())
    return done(request, found.number)


@question("merge")
def merge(request: DeskRequest, found: Ticket, form: MergeForm) -> HttpResponse:
    """Put this ticket into another."""
    target = form.cleaned_data["other"]
    merging.merge(found, target, by=request.user, at=now())
    words = _("%(source)s was merged into %(target)s.") % {"source": found.number, "target": target.number}
    return go(request, target.get_absolute_url(), words)
