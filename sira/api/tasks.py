"""Tasks by program: taken, handed back, done."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import FilterSchema, Query, Router

from sira.api import shapes_of_tasks as shapes
from sira.api.attachments import attached
from sira.api.auth import caller
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.refusing import answers
from sira.processes.tasks.models import TaskFile
from sira.tickets import downloads, finishing, tasks
from sira.tickets.finishing import Shown
from sira.tickets.models import Ticket

router = Router(tags=["tasks"])
PARTS = ("assignee", "group", "sheet", "done_by")


class Filters(FilterSchema):
    state: shapes.TaskState | None = None
    kind: str | None = None
    group: str | None = None
    assignee: Key | None = None


COLUMNS = {"state": "state", "kind": "kind", "group": "group__key", "assignee": "assignee"}


def visible(request: HttpRequest) -> Any:
    return tasks.visible_to(caller(request)).select_related(*PARTS).prefetch_related("files")


def shown(rows: list[Any]) -> list[dict[str, Any]]:
    tickets = dict(Ticket.objects.filter(pk__in={row.subject for row in rows}).values_list("pk", "number"))
    return [shapes.task(row, tickets.get(row.subject, "")) for row in rows]


@router.get("", summary="List tasks, newest first", response=answers(shapes.TaskPage))
def listed(request: HttpRequest, filters: Query[Filters], cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request, *COLUMNS)
    wanted = {COLUMNS[name]: value for name, value in filters.dict().items() if value is not None}
    rows, following = page(visible(request).filter(**wanted), cursor=cursor, limit=limit)
    return JsonResponse({"items": shown(rows), "next": following})


@router.get("/{key}", summary="Read a task", response=answers(shapes.TaskShown))
def read(request: HttpRequest, key: Key) -> HttpResponse:
    return JsonResponse(shown([get_object_or_404(visible(request), pk=key)])[0])


@router.get("/{key}/files/{file}", summary="Download a file of a task")
def download(request: HttpRequest, key: Key, file: Key) -> HttpResponseBase:
    """What shows that it is done, for who may read the task."""
    task = get_object_or_404(visible(request), pk=key)
    return downloads.as_download(get_object_or_404(TaskFile, task=task, pk=file))


@router.put("/{key}/claim", summary="Take a task that nobody has", response=answers(shapes.TaskShown))
def claimed(request: HttpRequest, key: Key) -> HttpResponse:
    tasks.claim(get_object_or_404(visible(request), pk=key), by=caller(request), at=timezone.now())
    return read(request, key)


@router.put("/{key}/return", summary="Hand a task back to its group", response=answers(shapes.TaskShown))
def handed_back(request: HttpRequest, key: Key) -> HttpResponse:
    tasks.hand_back(get_object_or_404(visible(request), pk=key), by=caller(request), at=timezone.now())
    return read(request, key)


@router.put("/{key}/completion", summary="Say that a task is done", response=answers(shapes.TaskShown))
def done(request: HttpRequest, key: Key, given: shapes.Completion) -> HttpResponse:
    """What is missing is named in `needs`, what is wrong in the form in `errors`, and nothing has changed."""
    task = get_object_or_404(visible(request), pk=key)
    brought = Shown(
        evidence=given.evidence,
        files=attached(request, given.attachments),
        checked=given.checked,
        signed=given.signed,
        answers=given.answers,
        form_files={name: attached(request, tickets) for name, tickets in given.form_attachments.items()},
    )
    finishing.finish(task, by=caller(request), outcome={"result": given.result}, shown=brought, at=timezone.now())
    return read(request, key)
