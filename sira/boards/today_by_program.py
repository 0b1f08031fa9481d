"""The board of the day by program: its numbers, hours, groups and people, and what breaks next; and the morning letter.

As on the page each number equals its list, whose tickets GET /lists/{name}/tickets gives.
"""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import FilterSchema, Query, Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.house import for_working
from sira.api.paging import Key, only_known
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed, moment
from sira.boards import asking, letters
from sira.boards.figures import NUMBERS, Board, Line
from sira.boards.people import Worker, workers
from sira.insight import hours
from sira.insight import scope as scopes
from sira.people.models import SupportGroup
from sira.tickets.models import Ticket

router = Router(tags=["figures"])
BESIDE = ("due_today", "reopened", "undealt")  # what stands under a number of its own
OF_GROUPS = ("all", "risk", "broken", "unassigned", "waiting")
OF_PEOPLE = ("all", "risk", "broken")


class Narrowed(FilterSchema):
    group: Key | None = None
    category: Key | None = None
    organisation: Key | None = None
    channel: str = ""


class Number(Schema):
    """name: of the list that it counts."""

    name: str
    value: int


class HourShown(Schema):
    """usual: the least and the most that came in this hour of the same weekday; null where it is not known."""

    hour: int
    opened: int
    solved: int
    usual: list[int] | None


class GroupOfBoard(Schema):
    """group: key; null for what has none."""

    group: str | None
    numbers: list[Number]


class PersonOfBoard(Schema):
    """presence: here, busy or away; why: in words, as far as the reader may know it.  cap: open tickets at once.

    answer_minutes: the mean of the first answers in today's solutions.
    """

    id: int
    name: str
    presence: str
    why: str
    cap: int | None
    numbers: list[Number]
    answer_minutes: float | None


class DayBoard(Schema):
    """oldest: since when what nobody has waits.  nobodys: what is late or at risk of it.  breaking: numbers of tickets,
    those late first, by time left."""

    at: datetime
    numbers: list[Number]
    oldest: datetime | None
    nobodys: list[Number]
    hours: list[HourShown]
    groups: list[GroupOfBoard]
    people: list[PersonOfBoard]
    breaking: list[str]


class LetterLine(Schema):
    words: str
    link: str


class LetterPart(Schema):
    title: str
    lines: list[LetterLine]


class LetterShown(Schema):
    """hour: at which it comes, by the reader's own clock; null where none does."""

    hour: int | None
    title: str
    parts: list[LetterPart]


class HourWished(Closed):
    """null for no letter."""

    hour: Annotated[int, Field(ge=0, le=23)] | None


class HourKept(Schema):
    hour: int | None


@router.get("/boards/today", summary="Read the board of the day", response=answers(DayBoard))
@for_working
def today(request: HttpRequest, filters: Query[Narrowed]) -> HttpResponse:
    """Of what the caller sees."""
    only_known(request, *Narrowed.model_fields)
    who = caller(request)
    given = {name: str(value) for name, value in filters.dict().items() if value not in (None, "")}
    asked = asking.read(given, who, at=timezone.now())
    hidden = asked.scope.groups == (scopes.NO_GROUP,)
    group = SupportGroup.objects.filter(pk=filters.group).first() if filters.group and not hidden else None
    if asked.is_odd or (filters.group and group is None):
        raise Problem(422, "invalid", "There is nothing like this that you may see.")
    board = Board(who, replace(asked.scope, groups=(group.pk,) if group else ()), group=group)
    lists = (*(one.lists for one in NUMBERS), *BESIDE)
    breaking = board.breaking()
    names = dict(Ticket.objects.filter(pk__in=breaking).values_list("pk", "number"))
    found = {
        "at": moment(board.at),
        "numbers": numbers(board.total, lists),
        "oldest": moment(board.oldest),
        "nobodys": numbers(board.agents.get(None, Line(None)), ("risk", "broken")),
        "hours": [hour(one) for one in hours.today(asked.scope).hours],
        "groups": [
            {"group": one.key if one else None, "numbers": numbers(line, OF_GROUPS)}
            for one, _name, line in board.group_names()
        ],
        "people": [person(one) for one in workers(board)],
        "breaking": [names[key] for key in breaking],
    }
    return JsonResponse(found)


def numbers(line: Line, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"name": name, "value": line.counts[name]} for name in names]


def hour(one: hours.HourOfDay) -> dict[str, Any]:
    return {
        "hour": one.hour,
        "opened": one.opened,
        "solved": one.solved,
        "usual": list(one.usual) if one.usual else None,
    }


def person(one: Worker) -> dict[str, Any]:
    mean = one.line.answer_time
    own = {"id": one.person.pk, "name": str(one.person), "presence": one.presence, "why": one.words, "cap": one.cap}
    answered = round(mean.total_seconds() / 60, 1) if mean else None
    return {**own, "numbers": numbers(one.line, OF_PEOPLE), "answer_minutes": answered}


@router.get("/boards/letter", summary="Read the morning letter of today", response=answers(LetterShown))
@for_working
def letter(request: HttpRequest) -> HttpResponse:
    """As it would be written now, to the caller and in their language, whether one comes to them or not."""
    who = caller(request)
    told = letters.compose(who, at=timezone.now())
    parts = [
        {"title": head, "lines": [{"words": words, "link": link} for words, link in lines]}
        for head, lines in told["parts"]
    ]
    return JsonResponse({"hour": letters.hour_of(who), "title": told["title"], "parts": parts})


@router.put("/boards/letter", summary="Say when the morning letter comes", response=answers(HourKept))
@for_working
def wished(request: HttpRequest, given: HourWished) -> HttpResponse:
    letters.wish(caller(request), given.hour)
    return JsonResponse({"hour": letters.hour_of(caller(request))})
