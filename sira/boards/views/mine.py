"""An agent's own board: what lies on my desk, and what my day was."""

from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.boards import letters
from sira.boards.figures import list_address
from sira.boards.mine import day_of, work_of
from sira.shell.parts import part_or_page, say
from sira.workspace import queues
from sira.workspace.access import DeskRequest, for_agents
from sira.workspace.queues import Queue
from sira.workspace.rows import rows_of

SHAPES = {"risk": "at_risk", "broken": "broken", "waiting": "paused"}


@require_GET
@for_agents
def mine(request: DeskRequest) -> HttpResponse:
    person, at = request.user, now()
    page = queues.page_of(Queue("mine"), person, at=at, size=12)
    context: dict[str, Any] = {
        "place": "boards",
        "at": at,
        "work": [figure(*one, person.pk) for one in work_of(person, at=at)],
        "day": [figure(*one, person.pk) for one in day_of(person, at=at)],
        "rows": rows_of(page.ids, at=at),
        "letter_hour": letters.hour_of(person),
        "letter_hours": [(hour, f"{hour:02}:00") for hour in range(24)],
    }
    return part_or_page(request, part="boards/_mine.html", page="boards/mine.html", context=context)


@require_POST
@for_agents
def letter(request: DeskRequest) -> HttpResponse:
    """hour: at which the morning letter comes, by the reader's own clock; empty: not at all."""
    hour = request.POST.get("hour", "")
    if hour and not (hour.isdecimal() and len(hour) < 3 and int(hour) < 24):
        return HttpResponseBadRequest()
    letters.wish(request.user, int(hour) if hour else None)
    return say(request, redirect("boards:mine"), _("Kept"))


def figure(scope: str, words: str, value: int, person: int) -> dict[str, Any]:
    return {
        "key": scope,
        "words": words,
        "value": value,
        "shape": SHAPES.get(scope, "") if value else "",
        "address": list_address(scope, agent=person),
    }
