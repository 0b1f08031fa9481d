"""Boards by program: what one has and did oneself, and the tiles that one has chosen, filled."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import FilterSchema, Query, Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.house import for_working
from sira.api.instants import Day
from sira.api.paging import Key, only_known
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.boards import asking, composing, tiles
from sira.boards.composing import Tile
from sira.boards.mine import day_of, work_of
from sira.insight import figures

router = Router(tags=["figures"])
Name = Literal[tiles.ALL]  # type: ignore[valid-type]


class Filters(FilterSchema):
    period: Literal["today", "week", "month", "quarter"] | None = None
    since: Day | None = None
    until: Day | None = None
    group: Key | None = None
    category: Key | None = None
    organisation: Key | None = None
    channel: str = ""


class Counted(Schema):
    name: str
    value: int


class Mine(Schema):
    """work: what one has now.  day: what one solved today."""

    work: list[Counted]
    day: list[Counted]


class CellShown(Schema):
    """value: a number, per cent for a share, working minutes for a time, a day, or words."""

    kind: str
    value: float | str | None


class NumberShown(CellShown):
    name: str


class TileShown(Schema):
    """numbers, or lines under heads: the first names each line."""

    name: str
    title: str
    numbers: list[NumberShown]
    heads: list[str]
    lines: list[list[CellShown]]


class BoardShown(Schema):
    since: date
    until: date
    tiles: list[TileShown]


class Arranged(Closed):
    """tiles: in their order."""

    tiles: Annotated[list[Name], Field(min_length=1, max_length=len(tiles.ALL))]


class ArrangedShown(Schema):
    tiles: list[str]


@router.get("/boards/mine", summary="Read one's own board", response=answers(Mine))
@for_working
def mine(request: HttpRequest) -> HttpResponse:
    who, at = caller(request), timezone.now()
    found = {"work": work_of(who, at=at), "day": day_of(who, at=at)}
    return JsonResponse(
        {part: [{"name": key, "value": value} for key, _words, value in rows] for part, rows in found.items()}
    )


@router.get("/boards/figures", summary="Read the tiles that one has chosen", response=answers(BoardShown))
@for_working
def board(request: HttpRequest, filters: Query[Filters]) -> HttpResponse:
    """Of four weeks if no days are named; of what the caller sees."""
    only_known(request, *Filters.model_fields)
    given = {name: str(value) for name, value in filters.dict().items() if value not in (None, "")}
    if filters.since or filters.until:
        given["period"] = "days"
    asked = asking.read(given, caller(request), at=timezone.now())
    if asked.is_odd:
        raise Problem(422, "invalid", "There is nothing like this that you may see, or no such span of days.")
    found = composing.compose(tiles.chosen_by(caller(request)), asked)
    days = {"since": asked.scope.since.isoformat(), "until": asked.scope.until.isoformat()}
    return JsonResponse({**days, "tiles": [shown(one) for one in found]})


def shown(tile: Tile) -> dict[str, Any]:
    numbers = [
        {"name": one["name"], "kind": one["kind"], "value": plain(one["value"], one["kind"])} for one in tile.numbers
    ]
    lines = [[{"kind": cell.kind, "value": plain(cell.value, cell.kind)} for cell in line] for line in tile.lines]
    heads = [str(head) for head in tile.heads]
    return {"name": tile.key, "title": tile.words, "numbers": numbers, "heads": heads, "lines": lines}


def plain(value: Any, kind: str) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    found = figures.plain(value, kind)
    return found if isinstance(found, (int, float)) or found is None else str(found)


@router.put("/boards/tiles", summary="Arrange one's board", response=answers(ArrangedShown))
@for_working
def arranged(request: HttpRequest, given: Arranged) -> HttpResponse:
    return told(tiles.keep(given.tiles, by=caller(request), at=timezone.now()).tiles)


@router.get("/boards/tiles", summary="Read what stands on one's board", response=answers(ArrangedShown))
@for_working
def read_tiles(request: HttpRequest) -> HttpResponse:
    return told(tiles.chosen_by(caller(request)))


@router.delete("/boards/tiles", summary="Go back to the board of one's role", response=answers(None, status=204))
@for_working
def forgot_tiles(request: HttpRequest) -> HttpResponse:
    tiles.forget(by=caller(request))
    return HttpResponse(status=204)


@router.put("/boards/tiles/{role}", summary="Arrange the board of a role", response=answers(ArrangedShown))
@for_working
def shared(
    request: HttpRequest,
    role: Literal["agent", "lead", "manager", "administrator"],
    given: Arranged,
) -> HttpResponse:
    """For everybody of it who has arranged none of their own."""
    return told(tiles.share(given.tiles, role=role, by=caller(request), at=timezone.now()).tiles)


def told(names: Any) -> HttpResponse:
    return JsonResponse({"tiles": list(names)})
