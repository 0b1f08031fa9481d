"""The drawing that leads a ticket: the way taken, where it stands, since when and what for."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from sira.people.models import Person
from sira.processes import calling, naming, picture, versions
from sira.processes.bpmn.placing import placed
from sira.processes.models import Incident, Instance
from sira.processes.tasks.models import Ballot
from sira.shell import formats
from sira.shell.policy import drawing_page
from sira.studio import texts
from sira.studio.access import who
from sira.studio.words import BLOCKS, DECIDED, WAITS
from sira.tickets import operating
from sira.workspace.access import for_agents, ticket_for


@require_GET
@for_agents
@drawing_page
def drawing(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(who(request), number)
    rows = Instance.objects.filter(subject=found.pk, caller=None).select_related("version").order_by("-id")
    instance = rows.first()
    if instance is None:
        raise Http404
    where = picture.where(instance)
    names = names_of(instance)
    context = {
        "place": "workspace",
        "ticket": found,
        "instance": instance,
        "source": placed(naming.in_words(instance.version.source)),
        "where": where,
        "incident": helped_by(who(request), instance) if where.stuck else None,
        "waiting": told(where.waiting),
        "calls": calling.log_of(instance),
        "way": [name for name in (names.get(step, "") for step in where.passed) if name],
        "blocks": {key: {"words": str(said), "icon": icon} for key, (said, icon) in BLOCKS.items()},
        "painted": {"passed": where.passed, "current": where.current, "stuck": where.stuck, "flows": where.flows},
        "texts": texts.dictionary(),
    }
    return render(request, "studio/ticket_drawing.html", context)


def told(waiting: list[picture.Waiting]) -> list[tuple[picture.Waiting, Any, str]]:
    """(what is waited for, in words, who is asked): an approval asks several, and none of them has the task."""
    approvals = [one.task.pk for one in waiting if one.task is not None and one.task.kind == "approve"]
    asked: dict[int, list[str]] = {}
    rows = Ballot.objects.filter(approval__task__in=approvals, state=Ballot.State.OPEN)
    for row in rows.select_related("approval", "approver", "stand_in").order_by("id") if approvals else ():
        asked.setdefault(row.approval.task_id, []).append(str(row.stand_in or row.approver))
    names = {task: formats.listed(people, get_language() or "en") for task, people in asked.items()}
    return [
        (one, DECIDED if key in approvals else WAITS.get(one.kind, one.kind), names.get(key, ""))
        for one in waiting
        for key in [one.task.pk if one.task is not None else 0]
    ]


def helped_by(person: Person, instance: Instance) -> Incident | None:
    """Where it is stuck, for who may do something about it."""
    return operating.open_incidents(person).filter(instance=instance).first()


def names_of(instance: Instance) -> dict[str, str]:
    """What the drawing calls its steps; choices are passed, but nobody calls them a step."""
    graph = versions.graph_of(instance.version_id)
    return {key: naming.step(node) for key, node in graph.nodes.items() if not node.element.endswith("Gateway")}
