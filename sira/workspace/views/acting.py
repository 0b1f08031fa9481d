"""What an agent does on the ticket's page: each finds the ticket, calls one operation, answers with the ticket anew."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sira.notifications import sending
from sira.notifications.models import OutgoingMail
from sira.plumbing.desk_files import desk_files
from sira.plumbing.refusals import Refused
from sira.processes.models import Task
from sira.shell.parts import announce, say, wants_part
from sira.tickets import assigning, conversation, editing, lifecycle, linking, merging, tasks, waiting
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Merge, Participant, Ticket
from sira.tickets.task_forms import TaskForm
from sira.tickets.tasks import Shown
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.forms import AssignForm, EditForm, HoldForm, LinkForm, MergeForm, ResolveForm
from sira.workspace.views.asking import question
from sira.workspace.views.ticket import done, go, show_ticket

LARGEST = 150 * 1024 * 1024


Act = Callable[..., HttpResponse | None]


class NothingSaid(Refused):
    code = "nothing_said"
    status = 422
    message = gettext_lazy("Write something first, or attach a file.")


def acting(act: Act) -> Callable[..., HttpResponse]:
    """The view of an action. A refusal stands above the page, and what was typed stays in its field."""

    @require_POST
    @for_agents
    @wraps(act)
    def acted(request: DeskRequest, number: str, **kwargs: Any) -> HttpResponse:
        found = ticket_for(request.user, number)
        try:
            return act(request, found, **kwargs) or done(request, number)
        except Refused as refused:
            if wants_part(request):
                raise
            return show_ticket(request, ticket_for(request.user, number), refused=refused)

    return acted


@acting
def answer(request: DeskRequest, found: Ticket) -> HttpResponse:
    """The composer: an answer or a note; with "waiting" the requester has the next word."""
    person, at, said = request.user, now(), said_in(request)
    if request.POST.get("kind") == "note":
        conversation.note(found, said, by=person, at=at)
    else:
        conversation.answer(found, said, by=person, at=at)
        if request.POST.get("then") == "waiting" and found.status in Ticket.ACTIVE:
            waiting.wait_for_requester(found, by=person, at=at)
    return announce(done(request, found.number), sent={"key": found.number})


def said_in(request: DeskRequest) -> Said:
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
def finish_task(request: DeskRequest, found: Ticket, key: int) -> None:
    """Its button, with what shows that it is done.  Raises what finishing raises."""
    task = get_object_or_404(Task, pk=key, subject=found.pk)
    given = request.POST
    of_form = TaskForm.posted(task, request).must_be_valid() if task.form else None
    shown = Shown(
        evidence=given.get("evidence", ""),
        files=[kept(upload) for upload in request.FILES.getlist("files")],
        checked=[int(place) for place in given.getlist("checked") if place.isdecimal()],
        signed=given.get("signed") == "yes",
        answers=of_form.values if of_form else None,
        form_files={key: [kept(upload) for upload in files] for key, files in of_form.files.items()} if of_form else {},
    )
    outcome = {} if task.kind in tasks.OF_REQUESTER else {"result": given.get("result", "done")[:40]}
    tasks.finish(task, by=request.user, outcome=outcome, shown=shown, at=now())


@acting
def watch(request: DeskRequest, found: Ticket) -> None:
    """Watch, or no longer."""
    person = request.user
    watching = found.participants.filter(person=person, kind=Participant.Kind.WATCHER)
    if not watching.delete()[0]:
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
    """Group and agent; without an agent it goes back into the group's queue."""
    group, agent = form.cleaned_data["to"]
    assigning.assign(found, group=group, agent=agent, by=request.user, at=now())
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
