"""Approvals in the workspace, and the work list of tasks."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.plumbing.refusals import Refused
from sira.processes.models import Task
from sira.processes.tasks.models import Ballot, TaskFile
from sira.shell.parts import part_or_page, say
from sira.tickets import approval_pages, approval_views, downloads, tasks
from sira.workspace import task_rows
from sira.workspace.access import DeskRequest, for_agents

PLACE = "desk_approvals"


@require_GET
@for_agents
def approvals(request: DeskRequest) -> HttpResponse:
    page = "workspace/approvals.html"
    return approval_views.list_page(request, request.user, place=PLACE, url_name="workspace:approval", page=page)


@require_http_methods(["GET", "POST"])
@for_agents
def approval(request: DeskRequest, key: int) -> HttpResponse:
    ballot = get_object_or_404(approval_pages.visible(request.user, at=now()), pk=key)
    page, way, back = "workspace/approval.html", Ballot.Way.WORKSPACE, reverse("workspace:approvals")
    return approval_views.decision_page(request, ballot, request.user, place=PLACE, page=page, way=way, back=back)


@require_GET
@for_agents
def work_list(request: DeskRequest) -> HttpResponse:
    """Own tasks, or those of one's groups that nobody has: by their date, then the oldest first; paged by key."""
    which = "groups" if request.GET.get("which") == "groups" else "mine"
    found = task_rows.page_of(request.user, groups=which == "groups", after=request.GET.get("after", ""), at=now())
    older = f"?which={which}&after={found.older}" if found.older else ""
    context = {"place": "tasks", "which": which, "rows": found.rows, "older": older, "looked_at": now()}
    return part_or_page(request, part="workspace/_tasks.html", page="workspace/tasks.html", context=context)


@require_POST
@for_agents
def claim(request: DeskRequest, key: int) -> HttpResponse:
    task = get_object_or_404(tasks.visible_to(request.user), pk=key)
    return back(request, task, tasks.claim, _("It is yours now."))


@require_POST
@for_agents
def hand_back(request: DeskRequest, key: int) -> HttpResponse:
    task = get_object_or_404(tasks.visible_to(request.user), pk=key)
    return back(request, task, tasks.hand_back, _("It lies with the group again."))


@require_GET
@for_agents
def task_file(request: DeskRequest, key: int) -> HttpResponse:
    """A file that shows that a task is done, for who may read the task."""
    file = get_object_or_404(TaskFile, pk=key)
    get_object_or_404(tasks.visible_to(request.user), pk=file.task_id)
    return downloads.as_download(file)  # type: ignore[return-value]


def back(request: DeskRequest, task: Task, act: Any, words: str) -> HttpResponse:
    """To the list one came from, or the task's own page while it is one's to do; a refusal is said there."""
    which = request.POST.get("which", "mine")
    try:
        act(task, by=request.user, at=now())
    except Refused as refused:
        words = str(refused.message)
    if which == "task" and tasks.visible_to(request.user).filter(pk=task.pk).exists():
        return say(request, redirect("workspace:task", task.pk), words)
    listed = "groups" if which == "groups" else "mine"
    return say(request, redirect(f"{reverse('workspace:tasks')}?which={listed}"), words)
