"""The board of the day: six numbers, the people, what breaks next."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sira.boards import asking
from sira.boards.figures import Board, list_address
from sira.boards.people import workers
from sira.boards.views.figures import filters
from sira.people.models import SupportGroup
from sira.shell.parts import part_or_page
from sira.tickets.wording import named
from sira.workspace.access import DeskRequest, for_agents
from sira.workspace.rows import rows_of
from sira.workspace.views.queue import groups_of

COLUMNS = ("all", "risk", "broken", "unassigned", "waiting")


@require_GET
@for_agents
def today(request: DeskRequest) -> HttpResponse:
    groups = groups_of(request.user)
    group = chosen(request, groups)
    asked = asking.read(request.GET, request.user, at=now())
    board = Board(request.user, replace(asked.scope, groups=(group.pk,) if group else ()), group=group)
    context = {
        "place": "boards",
        "title": named(group) if group else _("All groups"),
        "group": group,
        "groups_to_choose": [(row.pk, named(row)) for row in groups],
        "at": board.at,
        "asked": asked,
        "query": asked.query_now,
        "query_of_all": urlencode({name: value for name, value in board.narrowed.items() if name != "group"}),
        **filters(asked),
        "numbers": board.numbers(),
        "today": board.of_today(),
        "groups": group_lines(board),
        "people": [person_line(board, one) for one in workers(board)],
        "nobody": cell(board, "unassigned", board.total.counts["unassigned"]),
        "breaking": rows_of(board.breaking(), at=board.at),
        "late_and_risk": board.total.counts["risk"] + board.total.counts["broken"],
    }
    return part_or_page(request, part="boards/_today.html", page="boards/today.html", context=context)


def chosen(request: DeskRequest, groups: list[SupportGroup]) -> SupportGroup | None:
    """The group that the board is narrowed to.  Raises Http404 for one whose tickets the reader does not see."""
    asked = request.GET.get("group", "")
    if not asked:
        return None
    keys = [row.pk for row in groups if str(row.pk) == asked]
    return get_object_or_404(SupportGroup, pk__in=keys)


def cell(board: Board, scope: str, value: int, **narrowed: int | None) -> dict[str, Any]:
    return {"key": scope, "value": value, "address": list_address(scope, **{**board.narrowed, **narrowed})}


def group_lines(board: Board) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "name": name or _("No group yet"),
            "cells": [cell(board, scope, line.counts[scope], group=group.pk if group else None) for scope in COLUMNS],
        }
        for group, name, line in board.group_names()
    ]


def person_line(board: Board, one: Any) -> dict[str, Any]:
    counts, key = one.line.counts, one.person.pk
    return {
        "worker": one,
        "priorities": one.line.priorities,
        "open": cell(board, "all", counts["all"], agent=key),
        "risk": cell(board, "risk", counts["risk"], agent=key),
        "broken": cell(board, "broken", counts["broken"], agent=key),
    }
