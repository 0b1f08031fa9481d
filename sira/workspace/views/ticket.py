"""The ticket's page: queue at the left, the ticket in the middle, the person and the reasons at the right.

The queue comes by itself once the ticket stands, so that one who opens a link does not wait for fifty rows.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sira.insight import expecting
from sira.people.automation import UNKNOWN_ID
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes import naming
from sira.processes.models import Task
from sira.shell import formats
from sira.shell.names import named
from sira.shell.parts import part_or_page, wants_part
from sira.tickets import downloads, lifecycle, pictures, stages, tasks
from sira.tickets.models import HistoryEntry, Message, MessageFile, Ticket
from sira.tickets.visibility import groups_with
from sira.tickets.wording import field_name
from sira.workspace import around, conversation, shown_tasks, why
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.views.queue import own_address

FRAME_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
SENDS = {
    "send": gettext_lazy("Send"),
    "waiting": gettext_lazy("Send, set waiting"),
    "resolve": gettext_lazy("Send, resolve"),
    "later": gettext_lazy("Send later…"),
}
THEN = "sira_then"  # the cookie that remembers what was chosen last
ACTS = ("begin", "wait", "resume", "reopen", "watch")


@require_GET
@for_agents
def ticket(request: DeskRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    if found.merged_into_id is not None and found.merged_into is not None and "stay" not in request.GET:
        return redirect(found.merged_into)
    if found.has_news and found.agent_id == request.user.pk:
        Ticket.objects.filter(pk=found.pk).update(has_news=False)
    return show_ticket(request, found)


def show_ticket(
    request: DeskRequest, found: Ticket, *, refused: Refused | None = None, still_typed: bool = False
) -> HttpResponse:
    """The whole page, or the ticket without the queue where htmx asks.  refused: why what was posted did not happen.

    still_typed: nothing was to happen yet, as when a form gets another row.
    """
    context = ticket_context(found, request.user) | {"address": own_address(request.GET)}
    context["chosen"] = request.COOKIES.get(THEN, "") if found.status in Ticket.ACTIVE else ""
    if refused is not None or still_typed:
        given, of_task = request.POST, _task_of(request)
        context |= {
            "refused": str(refused.message) if refused else "",
            "answer_text": given.get("text", ""),
            "mode": given.get("kind", ""),
            "typed": shown_tasks.typed(given, of_task),
        }
        if of_task is not None:
            context["tasks"] = shown_tasks.of(tasks.open_tasks(found), by=request.user, refused=(of_task, request))
    return part_or_page(
        request,
        part="workspace/_ticket.html",
        page="workspace/ticket.html",
        context=context,
        status=refused.status if refused else 200,
    )


def _task_of(request: DeskRequest) -> int | None:
    """The task that was posted, if it was one."""
    at = request.resolver_match
    return at.kwargs["key"] if at is not None and at.url_name == "finish_task" else None


def done(request: DeskRequest, number: str) -> HttpResponse:
    """After an action: the ticket anew, or the queue if it went to others."""
    found = Ticket.objects.worked_by(request.user).filter(number=number).first()
    if found is None:
        return go(request, with_queue("/desk/", request.GET))
    if wants_part(request):
        return show_ticket(request, ticket_for(request.user, number))
    return redirect(with_queue(found.get_absolute_url(), request.GET))


def go(request: DeskRequest, address: str, words: str | Promise = "") -> HttpResponse:
    """On to another page, from htmx too."""
    if words:
        messages.info(request, str(words))
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if wants_part(request) else redirect(address)


def with_queue(address: str, given: QueryDict) -> str:
    """An address that keeps the list one came from."""
    return f"{address}?{own_address(given)}" if given else address


def ticket_context(found: Ticket, reader: Person) -> dict[str, Any]:
    at = now()
    open_tasks = tasks.open_tasks(found)
    history = around.history_of(found.pk)
    people = around.people_of(found.pk)
    return {
        "place": "workspace",
        "ticket": found,
        "line": conversation.line_of(found, history, reader=reader),
        "reasons": why.reasons_of(found, reader),
        "promises": why.promises_of(found, at=at),
        "guess": expecting.guess_for(found, at=at),
        "shown_times": shown_times(found, history, at=at),
        "stage_now": "" if found.status == Ticket.Status.CLOSED else found.stage,
        "tasks": shown_tasks.of(open_tasks, by=reader),
        "tasks_done": shown_tasks.done(found, history),
        "closed_why": closed_why(found, open_tasks),
        "people": people,
        "copies": ", ".join(one.person.name or one.person.email for one in people if one.kind == "copy"),
        "watches": any(one.person_id == reader.pk and one.kind == "watcher" for one in people),
        **linked(found, history, reader),
        "others": others_of(found, reader),
        "type_name": named(found.type),
        "group_name": named(found.group) if found.group else "",
        "category_name": named(found.category) if found.category else "",
        "is_active": found.status in Ticket.ACTIVE,
        "of_colleague": found.agent_id not in (None, reader.pk) and found.group_id in groups_with(reader.pk),
        "sends": [one for one in SENDS.items() if one[0] == "send" or found.status in Ticket.ACTIVE],
        "note_only": found.requester_id == UNKNOWN_ID,
        "goes_on": reader.after_answer == Person.AfterAnswer.NEXT,
        "acts": ACTS,
        "looked_at": at,
    }


def linked(found: Ticket, history: Sequence[HistoryEntry], reader: Person) -> dict[str, Any]:
    """Links in both directions by one query; merges only where the history knows of any."""
    rows = around.links_of(found.pk)
    around.hide_subjects(rows, reader)
    was_merged_into = any(one.kind == HistoryEntry.Kind.MERGED for one in history)
    return {
        "links": [one for one in rows if one.source_id == found.pk],
        "linked_from": [one for one in rows if one.target_id == found.pk],
        "merged_here": found.merges_into.filter(undone_at=None).select_related("source") if was_merged_into else (),
    }


def shown_times(found: Ticket, history: Sequence[HistoryEntry], *, at: Any) -> dict[str, str]:
    """When each stage was reached, as the stage line shows it."""
    language, zone = get_language() or "en", timezone.get_current_timezone()
    reached = stages.times_in(history, found).items()
    return {stage: formats.moment(moment, language, now=at, zone=zone) for stage, moment in reached}


def closed_why(found: Ticket, open_tasks: Sequence[Task]) -> str:
    """Why the way to resolve is closed, in one sentence; empty if it is open."""
    if found.status not in Ticket.ACTIVE:
        return ""
    fields = lifecycle.missing_fields(found, resolution="said in the form")
    mandatory = [naming.task(task) for task in open_tasks if task.mandatory]
    language = get_language() or "en"
    names, todo = formats.quoted_on(map(field_name, fields), language), formats.quoted_on(mandatory, language)
    if fields and mandatory:
        return _("Resolve needs “%(fields)s” and the task “%(tasks)s”") % {"fields": names, "tasks": todo}
    if fields:
        return _("Resolve needs “%(fields)s”") % {"fields": names}
    if mandatory:
        return _("Resolve needs the task “%(tasks)s”") % {"tasks": todo}
    return ""


def others_of(found: Ticket, reader: Person) -> list[Ticket]:
    """Other tickets of the same person that the reader may see, newest first."""
    if found.requester_id == UNKNOWN_ID:  # many people, whom nothing joins
        return []
    return around.others_of(found, reader)


@require_GET
@for_agents
def mail_frame(request: DeskRequest, number: str, key: int) -> HttpResponse:
    """The HTML of a mail, sanitised when it came, alone in a frame that runs nothing and loads nothing from outside."""
    message = get_object_or_404(Message, ticket=ticket_for(request.user, number), pk=key)
    body = (
        f'<!doctype html><meta charset="utf-8"><base target="_blank"><body dir="auto">{pictures.with_pictures(message)}'
    )
    response = HttpResponse(body)
    response["Content-Security-Policy"] = FRAME_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_GET
@for_agents
def file(request: DeskRequest, key: int) -> HttpResponse:
    return downloads.give(get_object_or_404(MessageFile, pk=key), to=request.user)  # type: ignore[return-value]


@require_GET
@for_agents
def picture(request: DeskRequest, key: int) -> HttpResponse:
    return pictures.give(get_object_or_404(MessageFile, pk=key), to=request.user)
