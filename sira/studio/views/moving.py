"""Running processes moved to another version: a look first, step by step, then the move."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_http_methods

from sira.people.rights import Right
from sira.processes import naming, transferring, versions
from sira.processes.bpmn.graph import Graph, Kind
from sira.processes.models import ProcessVersion
from sira.shell import formats
from sira.shell.names import named
from sira.shell.parts import say
from sira.studio.access import for_right, who
from sira.studio.shelves import SHELVES
from sira.studio.shelves.shelf import PUBLISHED

HELD_AT = (Kind.TASK, Kind.SERVICE, Kind.RECEIVE, Kind.CATCH, Kind.CALL, Kind.SUBPROCESS, Kind.EVENT_GATEWAY)


@require_http_methods(["GET", "POST"])
@for_right(Right.DRAW)
def move(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """GET: what would become of each; POST: it is done, each in a transaction of its own."""
    row = get_object_or_404(ProcessVersion, key=key, version=version)
    given = request.POST if request.method == "POST" else request.GET
    others = list(transferring.goals(row))
    to = target(others, given.get("to", ""))
    mapping = {name[4:]: str(element) for name, element in given.items() if name.startswith("map.") and element}
    if request.method == "POST" and to is not None:
        moved, stayed = transferring.transfer_all(row, to, mapping=mapping, by=who(request), at=now())
        language = get_language() or "en"
        said = ngettext("%(shown)s ticket was moved.", "%(shown)s tickets were moved.", moved)
        words = said % {"shown": formats.amount(moved, language)}
        if stayed:
            left = ngettext("%(shown)s stays where it is.", "%(shown)s stay where they are.", len(stayed))
            words += f" {left % {'shown': formats.amount(len(stayed), language)}}"
        back = f"{reverse('studio:move', args=[key, version])}?to={to.version}"
        return say(request, redirect(back), words)
    context = {
        "place": "studio",
        "shelf": SHELVES["processes"],
        "row": row,
        "name": named(row),
        "others": others,
        "to": to,
        "mapping": mapping,
        **(looked(row, to, mapping) if to else {}),
    }
    return render(request, "studio/moving.html", context)


def target(others: list[ProcessVersion], version: str) -> ProcessVersion | None:
    chosen = next((one for one in others if str(one.version) == version), None)
    return chosen or next((one for one in others if one.status == PUBLISHED), None) or (others[0] if others else None)


def looked(row: ProcessVersion, to: ProcessVersion, mapping: Mapping[str, str]) -> dict[str, Any]:
    """Where each would stand, in words."""
    look = transferring.look(row, to, mapping=mapping, at=now())
    graph, new = versions.graph_of(row.pk), versions.graph_of(to.pk)
    steps, goals = [], places_in(new)
    froms, tos = dict(places_in(graph)), dict(goals)
    for element, there, number, reason in look.standing():
        node, goes = graph.nodes.get(element), new.nodes.get(there)
        steps.append(
            {
                "element": element,
                "name": froms.get(element) or (naming.step(node) if node else element),
                "number": number,
                "goes": tos.get(there) or (naming.step(goes) if goes else ""),
                "reason": reason,
                "chosen": mapping.get(element, ""),
            }
        )
    return {
        "count": look.running,
        "fitting": look.fitting,
        "steps": steps,
        "against": look.against(),
        "targets": goals,
        "looked_at": len(look.rehearsed),
    }


def places_in(graph: Graph) -> list[tuple[str, str]]:
    """Where a process can stand, by id and name."""
    return naming.told_apart(graph, (node for node in graph.nodes.values() if node.kind in HELD_AT))
