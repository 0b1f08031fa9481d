"""A task by itself, for who does it and does not work on its ticket: what it asks, and what the request is about."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes.models import Task
from sira.shell.names import named
from sira.shell.parts import say
from sira.tickets import requested, tasks
from sira.tickets.models import Ticket
from sira.workspace import posted_tasks, shown_tasks
from sira.workspace.access import DeskRequest, for_agents


@require_http_methods(["GET", "POST"])
@for_agents
def task(request: DeskRequest, key: int) -> HttpResponse:
    """Who works on the ticket is led to the task there; who neither works on it nor does the task finds nothing."""
    person = request.user
    found = task_for(person, key)
    tickets = Ticket.objects.select_related("requester__organisation", "service")
    ticket = get_object_or_404(tickets, pk=found.subject)
    if request.method == "GET" and Ticket.objects.worked_by(person).filter(pk=ticket.pk).exists():
        return redirect(f"{ticket.get_absolute_url()}#task-{key}")
    which = "mine" if found.assignee_id == person.pk else "groups"
    back = f"{reverse('workspace:tasks')}?which={which}"
    refusal, status = "", 200
    if request.method == "POST":
        try:
            if posted_tasks.finish(found, request, by=person):
                return say(request, redirect(back), _("It is written down. Thank you."))
        except Refused as refused:
            refusal, status = str(refused.message), refused.status
            found = task_for(person, key)
    context = task_context(found, request) | {"ticket": ticket, "back": back, "refusal": refusal, **about(ticket)}
    return render(request, "workspace/task.html", context, status=status)


def task_for(person: Person, key: int) -> Task:
    """Raises Http404 for what is not theirs to do, and for what nobody has to do any more."""
    rows = tasks.visible_to(person).exclude(state=Task.State.CANCELLED)
    found: Task = get_object_or_404(rows.select_related("assignee", "group", "sheet", "done_by"), pk=key)
    return found


def task_context(found: Task, request: DeskRequest) -> dict[str, Any]:
    person, posted = request.user, request.method == "POST"
    is_open = found.state == Task.State.OPEN
    typed = (found.pk, request) if posted else None
    return {
        "place": "tasks",
        "task": found,
        "one": shown_tasks.of([found], by=person, refused=typed)[0] if is_open else None,
        "tasks_done": [] if is_open else [shown_tasks.ended(found)],
        "typed": shown_tasks.typed(request.POST, found.pk) if posted else {},
        "may_take": is_open and found.assignee_id is None,
        "may_hand_back": is_open and found.assignee_id == person.pk,
        "task_way": request.path,
    }


def about(ticket: Ticket) -> dict[str, Any]:
    return {
        "answers": requested.answers_to_ask(ticket, language=get_language() or "en"),
        "service_name": named(ticket.service) if ticket.service else "",
    }
