"""Processes that are stuck: what failed, where it stands in its drawing, and what can be done about it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sira.people.rights import Right, has
from sira.plumbing.refusals import Refused
from sira.processes import calling, naming, picture, versions
from sira.processes.bpmn.graph import Kind
from sira.processes.bpmn.placing import placed
from sira.processes.models import Incident, Instance
from sira.shell.parts import say
from sira.shell.policy import drawing_page
from sira.studio import failing, texts
from sira.studio.access import for_right, who
from sira.studio.words import BLOCKS, WAITS
from sira.tickets import operating
from sira.tickets.models import Ticket

PAGE = 30
NO_STEPS = (Kind.START, Kind.BOUNDARY, Kind.EVENT_SUBPROCESS)
DONE = {
    "retry": gettext_lazy("It was tried again."),
    "skip": gettext_lazy("The process goes on behind the step."),
    "move": gettext_lazy("The process goes on at the chosen step."),
    "cancel": gettext_lazy("The process was called off."),
}
ACTS: dict[str, Callable[..., Instance]] = {
    "retry": operating.retry,
    "skip": operating.skip,
    "move": operating.move,
    "cancel": operating.cancel,
}


for_operators = for_right(Right.OPERATE, Right.LEAD)


@require_GET
@for_operators
def incidents(request: HttpRequest) -> HttpResponse:
    """The newest first, paged by key."""
    rows, after = operating.open_incidents(who(request)), request.GET.get("after", "")
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after[:18]))
    found = list(rows[: PAGE + 1])
    page = found[:PAGE]
    tickets = Ticket.objects.in_bulk({row.instance.subject for row in page})
    lines = [(row, tickets.get(row.instance.subject), step_of(row), in_words(row)) for row in page]
    older = f"?after={page[-1].pk}" if len(found) > PAGE else ""
    context = {"place": "studio", "house": "incidents", "lines": lines, "older": older, "is_first": not after}
    return render(request, "studio/house/incidents.html", context | rights(request))


@require_GET
@for_operators
@drawing_page
def incident(request: HttpRequest, key: int) -> HttpResponse:
    return shown(request, one_of(request, key))


@require_POST
@for_operators
@drawing_page
def act(request: HttpRequest, key: int, act: str) -> HttpResponse:
    row, more = one_of(request, key), {}
    if act == "move":
        more["element"] = request.POST.get("element", "")
    elif act == "cancel":
        more["reason"] = request.POST.get("reason", "")[:500]
    try:
        ACTS[act](row, **more, by=who(request), at=now())
    except Refused as refused:
        return shown(request, row, refused=refused)
    again = Incident.objects.filter(instance=row.instance_id, token=row.token, resolved_at=None).first()
    if again is not None:
        words = _("It is stuck again: %(why)s") % {"why": again.message}
        return say(request, redirect("studio:incident", again.pk), words)
    return say(request, redirect("studio:incidents"), DONE[act])


def one_of(request: HttpRequest, key: int) -> Incident:
    return get_object_or_404(operating.open_incidents(who(request)), pk=key)


def shown(request: HttpRequest, row: Incident, *, refused: Refused | None = None) -> HttpResponse:
    where = picture.where(row.instance)
    context = {
        "place": "studio",
        "house": "incidents",
        "incident": row,
        "name": step_of(row),
        "failed": in_words(row),
        "ticket": Ticket.objects.filter(pk=row.instance.subject).first(),
        "source": placed(naming.in_words(row.instance.version.source)),
        "waiting": [(one, WAITS.get(one.kind, one.kind)) for one in where.waiting],
        "calls": calling.log_of(row.instance),
        "steps": steps_beside(row),
        "blocks": {key: {"words": str(said), "icon": icon} for key, (said, icon) in BLOCKS.items()},
        "painted": {"passed": where.passed, "current": where.current, "stuck": where.stuck, "flows": where.flows},
        "texts": texts.dictionary(),
        "refused": str(refused.message) if refused else "",
        "typed": request.POST if refused else {},
    }
    status = refused.status if refused else 200
    return render(request, "studio/incident.html", context | rights(request), status=status)


def rights(request: HttpRequest) -> dict[str, bool]:
    return {"administers": has(who(request), Right.OPERATE)}


def in_words(row: Incident) -> str:
    return str(failing.FAILED.get(row.code, failing.OTHERWISE))


def step_of(row: Incident) -> str:
    node = versions.graph_of(row.instance.version_id).nodes.get(row.element)
    return naming.step(node) if node else row.element


def steps_beside(row: Incident) -> list[tuple[str, str]]:
    """Where it could go on: the steps of the same process or sub-process, by their names."""
    graph = versions.graph_of(row.instance.version_id)
    here = graph.nodes.get(row.element)
    found = (
        node
        for node in graph.nodes.values()
        if here is not None and node.inside == here.inside and node.kind not in NO_STEPS and not node.undoes
    )
    return naming.told_apart(graph, found)
