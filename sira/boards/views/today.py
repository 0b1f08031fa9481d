"""The board of the day: six numbers, the people, what breaks next, the hours of the day; trend and age below."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sira.boards import asking, composing, standing_out
from sira.boards.asking import Asked
from sira.boards.composing import Cell
from sira.boards.figures import NUMBERS, Board, Line, Note, list_address
from sira.boards.people import workers
from sira.boards.views.figures import filters
from sira.boards.wording import changed
from sira.insight import counting, hours
from sira.insight.hours import Today
from sira.people.models import SupportGroup
from sira.shell import formats, marks
from sira.shell.names import named
from sira.shell.parts import part_or_page
from sira.tickets import flows
from sira.workspace.access import DeskRequest, for_agents
from sira.workspace.rows import Row, rows_of
from sira.workspace.views.queue import groups_of

COLUMNS = ("all", "risk", "broken", "unassigned", "waiting")
LONG = 3  # days


@require_GET
@for_agents
def today(request: DeskRequest) -> HttpResponse:
    groups = groups_of(request.user)
    group = chosen(request, groups)
    asked = asking.read(request.GET, request.user, at=now())
    board = Board(request.user, replace(asked.scope, groups=(group.pk,) if group else ()), group=group)
    of_today, breaking = hours.today(asked.scope), rows_of(board.breaking(), at=board.at)
    people = [person_line(board, one) for one in workers(board)]
    most = longest(people)
    context = {
        "place": "boards",
        "title": named(group) if group else _("All groups"),
        "group": group,
        "groups_to_choose": [(row.pk, named(row)) for row in groups],
        "at": board.at,
        "asked": asked,
        "query": asked.query_now,
        "query_of_all": urlencode({name: value for name, value in board.narrowed.items() if name != "group"}),
        **filters(asked, person=request.user),
        "numbers": board.numbers(notes(board, asked, of_today, breaking)),
        "today": totals(asked, of_today),
        "hours": composing.by_hour(asked, of_today) if of_today.hours else None,
        "groups": group_lines(board),
        "people": people,
        "has_caps": any(one["cap"] is not None and one["cap"] <= most for one in people),
        "most": most,
        "nobodys": of_nobody(board),
        "nobodys_answer": answer(board, board.agents.get(None, Line(None)), agent=None),
        "together": [cell(board, scope, board.total.counts[scope]) for scope in ("all", "risk", "broken")],
        "undealt": cell(board, "undealt", board.total.counts["undealt"]),
        "answer": answer(board, board.total),
        "breaking": breaking,
        "late_and_risk": board.total.counts["risk"] + board.total.counts["broken"],
    }
    return part_or_page(request, part="boards/_today.html", page="boards/today.html", context=context)


@require_GET
@for_agents
def below(request: DeskRequest) -> HttpResponse:
    """What changes by the day, under the board: read when the page has come, and not with every change of a ticket."""
    chosen(request, groups_of(request.user))
    asked = asking.read(request.GET, request.user, at=now())
    day = flows.desk_day(asked.scope.at)
    quarter = replace(asked, scope=asked.scope.over(day - asking.PERIODS["quarter"] * flows.A_DAY, day))
    tiles = [*composing.compose(("kept",), quarter), *composing.compose(("ages",), asked)]
    yesterday = asked.scope.over(day - flows.A_DAY, day - flows.A_DAY)
    stands_out: list[tuple[str, str]] = []
    if asked.scope.is_plain:
        stands_out += standing_out.breaking(asked.scope, request.user)
        stands_out += standing_out.seen(yesterday, request.user)
    return render(request, "boards/_below.html", {"tiles": tiles, "stands_out": stands_out})


def longest(people: list[dict[str, Any]]) -> float:
    """What the longest bar stands for. A cap far beyond what anybody has is not drawn, or bars would be dots."""
    most: float = max([1, *(one["open"]["value"] for one in people)])
    return max([most, *(one["cap"] for one in people if one["cap"] is not None and one["cap"] <= 1.5 * most)])


def notes(board: Board, asked: Asked, of_today: Today, breaking: list[Row]) -> dict[str, Note]:
    """The line under a number, by its list."""
    language, found = marks.language(), {}
    if usual := of_today.usual_open(board.total.counts["all"]):
        low, high = (formats.amount(one, language) for one in usual)
        words = _("usual now: %(low)s–%(high)s") if low != high else _("usual now: %(low)s")
        found["all"] = Note(words % {"low": low, "high": high})
    first = {row.shape: row for row in reversed(breaking)}
    if due := board.total.counts["due_today"]:
        found["broken"] = due_today(board, due, language)
    elif late := first.get("broken"):
        found["broken"] = Note(_("the longest: %(late)s") % {"late": late.countdown})
    if (next_one := first.get("at_risk")) and next_one.left is not None:
        found["risk"] = Note(_("the next in %(time)s") % {"time": formats.span(next_one.left, language)})
    if board.oldest:
        way = list_address("unassigned", **board.narrowed, sort="opened")
        found["unassigned"] = Note(oldest(board.at - board.oldest, language), way, board.total.counts["unassigned"])
    day = flows.desk_day(board.at) - (LONG + 1) * flows.A_DAY
    if count := counting.waiting_until(asked.scope, day):
        words = ngettext("%(count)s came over %(days)s days ago", "%(count)s came over %(days)s days ago", count)
        said = {"count": formats.amount(count, language), "days": formats.amount(LONG, language)}
        way = asking.address(asked.scope, [("queue", "waiting"), ("until", day.isoformat())], {})
        found["waiting"] = Note(words % said, way, count)
    if back := board.total.counts["reopened"]:
        found["resolved"] = came_back(board, back, language)
    return found | since_then(board, found, language)


def since_then(board: Board, beside: Mapping[str, Note], language: str) -> dict[str, Note]:
    """What has changed within the hour: of what is at risk before all else, of others where nothing stands beside."""
    then = board.before()
    said = {one.lists: changed(one.name, board.total.counts[one.lists], then, language) for one in NUMBERS}
    return {name: Note(words) for name, words in said.items() if words and (name == "risk" or name not in beside)}


def due_today(board: Board, count: int, language: str) -> Note:
    words = ngettext("%(count)s more due today", "%(count)s more due today", count)
    return Note(words % {"count": formats.amount(count, language)}, list_address("due_today", **board.narrowed), count)


def came_back(board: Board, count: int, language: str) -> Note:
    words = ngettext("%(count)s resolved today had come back", "%(count)s resolved today had come back", count)
    day = flows.desk_day(board.at).isoformat()
    way = list_address("reopened", since=day, until=day, **board.narrowed)
    return Note(words % {"count": formats.amount(count, language)}, way, count)


def oldest(age: timedelta, language: str) -> str:
    if age < flows.A_DAY:
        return _("the oldest: %(time)s") % {"time": formats.span(age, language)}
    days = age // flows.A_DAY
    words = ngettext("the oldest: %(count)s day", "the oldest: %(count)s days", days)
    return words % {"count": formats.amount(days, language)}


def totals(asked: Asked, of_today: Today) -> list[dict[str, Any]]:
    """What came and went today, in all."""
    day = flows.desk_day(asked.scope.at)
    counts = (
        ("opened", _("opened today"), sum(one.opened for one in of_today.hours)),
        ("solved", _("resolved today"), sum(one.solved for one in of_today.hours)),
    )
    scope = asked.scope.over(day, day)
    return [
        {"key": key, "words": words, "value": value, "address": asked.list_of(key, scope=scope)}
        for key, words, value in counts
    ]


def chosen(request: DeskRequest, groups: list[SupportGroup]) -> SupportGroup | None:
    """The group that the board is narrowed to.  Raises Http404 for one whose tickets the reader does not see."""
    asked = request.GET.get("group", "")
    if not asked:
        return None
    keys = [row.pk for row in groups if str(row.pk) == asked]
    return get_object_or_404(SupportGroup, pk__in=keys)


def cell(board: Board, scope: str, value: int, **narrowed: int | None) -> dict[str, Any]:
    return {"key": scope, "value": value, "address": list_address(scope, **{**board.narrowed, **narrowed})}


def answer(board: Board, line: Line, **narrowed: int | None) -> Cell:
    """The mean of the first answers in today's solutions."""
    day = flows.desk_day(board.at).isoformat()
    way = list_address("answered", since=day, until=day, **{**board.narrowed, **narrowed})
    return Cell(line.answer_time, "time", way, counted=line.answers)


def of_nobody(board: Board) -> list[dict[str, Any]]:
    late = board.agents.get(None, Line(None)).counts
    return [
        cell(board, "unassigned", board.total.counts["unassigned"]),
        *(cell(board, scope, late[scope], agent=None) for scope in ("risk", "broken")),
    ]


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
        "cap": one.cap,
        "priorities": one.line.priorities,
        "open": cell(board, "all", counts["all"], agent=key),
        "risk": cell(board, "risk", counts["risk"], agent=key),
        "broken": cell(board, "broken", counts["broken"], agent=key),
        "answer": answer(board, one.line, agent=key),
    }
