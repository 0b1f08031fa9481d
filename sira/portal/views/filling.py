"""A form that a process asks somebody to fill in, in the portal or by the link in the mail."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sira.channels.web import receiving
from sira.people import reader
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.portal import access, keeping
from sira.portal.access import Access
from sira.portal.views import drafting
from sira.processes import naming
from sira.processes.models import Task
from sira.shell.parts import part_or_page, say, wants_part
from sira.shell.signed_out import for_signed_in
from sira.tickets import finishing, task_sheets, tasks
from sira.tickets.finishing import Shown
from sira.tickets.models import Ticket
from sira.tickets.task_forms import TaskForm


@require_http_methods(["GET", "POST"])
@for_signed_in
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """A form that is put to the reader; others do not find it."""
    person = reader.signed_in(request)
    task = get_object_or_404(Task, pk=pk, kind__in=tasks.OF_REQUESTER, assignee=person)
    ticket = get_object_or_404(Ticket, pk=task.subject)
    back = Access(person, ticket).url() if ticket.requester_id == person.pk else "/"
    return fill(request, task, ticket, person, page="portal/form.html", back=back)


@access.held_here("portal:form", by="pk")
@require_http_methods(["GET", "POST"])
def form_by_link(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    opened = access.by_link(request, number, at=now())
    task = get_object_or_404(Task, pk=pk, kind__in=tasks.OF_REQUESTER, subject=opened.ticket.pk, assignee=opened.person)
    with translation.override(opened.person.language), timezone.override(opened.person.time_zone):
        page, back = "portal/form_by_link.html", opened.url()
        response = fill(request, task, opened.ticket, opened.person, page=page, back=back)
        response.headers["Content-Language"] = opened.person.language
        return response


def fill(request: HttpRequest, task: Task, ticket: Ticket, person: Person, *, page: str, back: str) -> HttpResponse:
    posted = request.method == "POST"
    draft_key = f"task-{task.pk}"
    # Who came by a link has not signed in: what they type is kept in their browser.
    keeps = request.user.is_authenticated and request.user.pk == person.pk
    draft = keeping.kept(draft_key, by=person) if keeps and not posted else None
    data = request.POST if posted else keeping.as_posted(draft.data) if draft else None
    files: Any = request.FILES if posted else None
    found = TaskForm(task, by=person, language=get_language() or "en", data=data, files=files)
    refusal, status = "", 200
    only_looks = posted and wants_part(request) and "look" in request.GET
    if posted and not only_looks and not found.more_or_less and found.is_valid() and found.answers is not None:
        try:
            files = {key: receiving.keep(of_field) for key, of_field in found.answers.files.items()}
            shown = Shown(answers=found.answers.values, form_files=files)
            finishing.finish(task, by=person, outcome={}, shown=shown, at=now())
            keeping.forget(draft_key, by=person)
            return drafting.sent(say(request, redirect(back), _("It has arrived")), draft_key)
        except Refused as refused:
            refusal, status = str(refused.message), refused.status
    if found.errors:
        status = 422
    if task.state == Task.State.CANCELLED:
        raise Http404
    context = {
        "place": "requests",
        "task": task,
        "task_name": naming.task(task),
        "asked": task_sheets.asked(task),
        "ticket": ticket,
        "back": back,
        "fields": found.fields,
        "error_count": len(found.errors),
        "refusal": refusal,
        "draft": draft,
        "draft_key": draft_key,
        "keeps": keeps,
        "is_done": task.state == Task.State.DONE,
    }
    return part_or_page(
        request,
        part="portal/_ask_fields.html" if only_looks else "portal/_form.html",
        page=page,
        context=context,
        status=status,
    )
