"""What an agent does on the ticket's page: each finds the ticket, checks the form, calls one operation, answers."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from sira.notifications import sending
from sira.notifications.models import OutgoingMail
from sira.people.models import Person, SupportGroup
from sira.plumbing.desk_files import desk_files
from sira.plumbing.refusals import Refused
from sira.processes.models import Task
from sira.shell.parts import say
from sira.tickets import assigning, conversation, editing, lifecycle, linking, merging, tasks, waiting
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Category, Merge, Participant, Service, Ticket, TicketLink
from sira.workspace.access import for_agents, ticket_for
from sira.workspace.forms import DayField

LARGEST = 150 * 1024 * 1024


class NothingSaid(Refused):
    code = "nothing_said"
    status = 422
    message = _lazy("Write something first, or attach a file.")


@require_POST
@for_agents
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """The composer: an answer or a note; with "waiting" the requester has the next word."""
    found, person, at = ticket_for(request.user, number), request.user, now()
    said = said_in(request)
    if request.POST.get("kind") == "note":
        conversation.note(found, said, by=person, at=at)
        return redirect(found)
    conversation.answer(found, said, by=person, at=at)
    if request.POST.get("then") == "waiting" and found.status in Ticket.ACTIVE:
        waiting.wait_for_requester(found, by=person, at=at)
    return redirect(found)


def said_in(request: HttpRequest) -> Said:
    """The text and the files of a composer; the files are in the store from here on.  Raises NothingSaid, TooLarge."""
    text = request.POST.get("text", "").strip()
    files = [kept(upload) for upload in request.FILES.getlist("files")]
    if not text and not files:
        raise NothingSaid()
    return Said(text=text, files=files)


def kept(upload: UploadedFile) -> Attached:
    stored = desk_files().keep(upload.chunks(), limit=LARGEST)
    return Attached(
        name=upload.name or "file", size=stored.size, digest=stored.digest, content_type=upload.content_type or ""
    )


@require_POST
@for_agents
def take(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    assigning.take(found, by=request.user, at=now())
    return redirect(found)


@require_POST
@for_agents
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Group and agent; without an agent it goes back into the group's queue."""
    found = ticket_for(request.user, number)
    group = get_object_or_404(SupportGroup, pk=_id(request, "group"))
    agent = Person.objects.agents().filter(pk=_id(request, "agent")).first()
    if agent and not group.memberships.filter(person=agent).exists():
        agent = None  # the group was changed, and the agent chosen before belongs to the old one
    assigning.assign(found, group=group, agent=agent, by=request.user, at=now())
    still_theirs = Ticket.objects.worked_by(request.user).filter(pk=found.pk).exists()
    answer_page = redirect(found) if still_theirs else redirect("workspace:desk")
    return say(request, answer_page, _("%(number)s was given away.") % {"number": found.number})


@require_POST
@for_agents
def begin(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    conversation.begin(found, by=request.user, at=now())
    return redirect(found)


@require_POST
@for_agents
def wait(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    waiting.wait_for_requester(found, by=request.user, at=now())
    return redirect(found)


@require_POST
@for_agents
def hold(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    waiting.hold(found, until=DayField.read(request.POST.get("until", ""), at=now()), by=request.user, at=now())
    return redirect(found)


@require_POST
@for_agents
def resume(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    waiting.resume(found, by=request.user, at=now())
    return redirect(found)


@require_POST
@for_agents
def resolve(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    lifecycle.resolve(found, by=request.user, resolution=request.POST.get("resolution", ""), at=now())
    return redirect(found)


@require_POST
@for_agents
def close(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    lifecycle.close(found, by=request.user, at=now())
    return redirect(found)


@require_POST
@for_agents
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    lifecycle.reopen(found, by=request.user, at=now())
    return redirect(found)


@require_POST
@for_agents
def change(request: HttpRequest, number: str) -> HttpResponse:
    """One or more fields, each with the value that the editor saw beside it as seen.<name>."""
    found = ticket_for(request.user, number)
    changes, seen = {}, {}
    for name in ("subject", "impact", "urgency", "priority", "category", "service", "tags"):
        if name in request.POST:
            changes[name] = _value(name, request.POST[name])
            if f"seen.{name}" in request.POST:
                seen[name] = editing.plain(_value(name, request.POST[f"seen.{name}"]))
    for name in request.POST:
        if name.startswith("fields."):
            changes[name] = request.POST[name]
    editing.set_fields(found, changes, seen=seen, by=request.user, at=now())
    return redirect(found)


def _value(name: str, text: str) -> Any:
    if name in ("impact", "urgency", "priority"):
        return int(text) if text in "1234" and text else None
    if name == "category":
        return Category.objects.filter(pk=int(text) if text.isdecimal() else 0).first()
    if name == "service":
        return Service.objects.filter(pk=int(text) if text.isdecimal() else 0).first()
    if name == "tags":
        return [tag.strip()[:40] for tag in text.replace("،", ",").split(",") if tag.strip()][:20]
    return " ".join(text.split())


@require_POST
@for_agents
def finish_task(request: HttpRequest, number: str, key: int) -> HttpResponse:
    found = ticket_for(request.user, number)
    task = get_object_or_404(Task, pk=key, subject=found.pk)
    result = request.POST.get("result", "done")
    tasks.finish(task, by=request.user, outcome={"result": result}, evidence=request.POST.get("evidence", ""), at=now())
    return redirect(found)


@require_POST
@for_agents
def watch(request: HttpRequest, number: str) -> HttpResponse:
    """Watch, or no longer."""
    found, person = ticket_for(request.user, number), request.user
    watching = found.participants.filter(person=person, kind=Participant.Kind.WATCHER)
    if not watching.delete()[0]:
        conversation.add_participant(found, person, kind=Participant.Kind.WATCHER, by=person, at=now())
    return redirect(found)


@require_POST
@for_agents
def link(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    other = ticket_for(request.user, request.POST.get("other", "").strip())
    kind = request.POST.get("kind", "")
    kind = kind if kind in TicketLink.Kind.values else TicketLink.Kind.RELATED
    linking.link(found, other, kind=kind, by=request.user, at=now())
    return redirect(found)


@require_POST
@for_agents
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Put this ticket into another."""
    found = ticket_for(request.user, number)
    target = ticket_for(request.user, request.POST.get("other", "").strip())
    merging.merge(found, target, by=request.user, at=now())
    words = _("%(source)s was merged into %(target)s.") % {"source": found.number, "target": target.number}
    return say(request, redirect(target), words)


@require_POST
@for_agents
def undo_merge(request: HttpRequest, number: str, key: int) -> HttpResponse:
    found = ticket_for(request.user, number)
    source = merging.undo_merge(get_object_or_404(Merge, pk=key, target=found), by=request.user, at=now())
    return redirect(source)


@require_POST
@for_agents
def send_again(request: HttpRequest, number: str, key: int) -> HttpResponse:
    found = ticket_for(request.user, number)
    mail = get_object_or_404(OutgoingMail, pk=key, subject=found.pk)
    sending.send_again(mail, at=now())
    return say(request, redirect(found), _("The mail goes out again."))


def _id(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
