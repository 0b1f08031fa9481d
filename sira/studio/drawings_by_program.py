"""Drawings by program as in the studio: their versions, the draft, what stands against it and who names them.

For who draws. What is tried out is in trials_by_program, what runs moved in moving_by_program.
"""

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.describing import AS_READ, AS_READ_IF_THERE
from sira.api.drawings import drawing, source
from sira.api.house import for_right
from sira.api.matching import must_match
from sira.api.once import once
from sira.api.paging import only_known
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.api.shapes_of_house import Drawings, DrawingSource, Published, Shelf
from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.studio import keeping, references
from sira.studio.references import Loss
from sira.studio.shelves.shelf import PUBLISHED, Row
from sira.studio.shelves.shelf import Shelf as Room

router = Router(tags=["drawings"])
for_drawers = for_right(Right.DRAW)
Number = Annotated[int, Field(ge=1, lt=2**31)]
Word = Annotated[str, Field(max_length=200)]


class Words(Schema):
    items: list[str]


class ProblemOfDrawing(Schema):
    """where: the element's id, empty for the whole.  stops: keeps from publishing; else it may be a mistake."""

    where: str
    name: str
    sentence: str
    stops: bool


class ProblemsOfDrawing(Schema):
    items: list[ProblemOfDrawing]


class Sure(Closed):
    """sure: although others rely on what goes."""

    sure: bool = False


class OthersRely(Refused):
    code = "others_rely_on_it"


def room_of(shelf: str) -> Room:
    from sira.studio.shelves import SHELVES  # noqa: PLC0415 - loaded with the first call

    return SHELVES[shelf]


def chosen(model: Any, key: str, version: int | None) -> Any:
    """The version of that number; of none, the published one."""
    named: dict[str, Any] = {"version": version} if version else {"status": PUBLISHED}
    return get_object_or_404(model, key=key, **named)


@router.get("/drawings/{shelf}/{key}/versions", summary="List its versions, newest first", response=answers(Drawings))
@for_drawers
def versions(request: HttpRequest, shelf: Shelf, key: str) -> HttpResponse:
    rows = room_of(shelf).model.objects.filter(key=key).order_by("-version")
    return JsonResponse({"items": [drawing(row) for row in rows]})


@router.get("/drawings/{shelf}/{key}/versions/{version}", summary="Read one", response=answers(DrawingSource))
@for_drawers
def version_of(request: HttpRequest, shelf: Shelf, key: str, version: Number) -> HttpResponse:
    return as_read(get_object_or_404(room_of(shelf).model, key=key, version=version))


def as_read(row: Row) -> HttpResponse:
    return JsonResponse({**drawing(row), "source": source(row)}, headers={"ETag": f'"{row.digest}"'})


@router.put(
    "/drawings/{shelf}/{key}/draft", summary="Keep a draft", response=answers(DrawingSource),
    openapi_extra=AS_READ_IF_THERE,
)  # fmt: skip
@for_drawers
@transaction.atomic
def drafted(request: HttpRequest, shelf: Shelf, key: str, given: Published) -> HttpResponse:
    """A new key begins a drawing. If-Match is asked for where there is a draft."""
    by, at, room = caller(request), timezone.now(), room_of(shelf)
    row = keeping.draft_for_edit(room, key)
    if row is not None:
        must_match(request, f'"{row.digest}"')
        return as_read(keeping.save(room, key, row.version, given.source, base=row.digest, by=by, at=at).row)
    if not room.model.objects.filter(key=key).exists():
        room.free_key(key)
    return as_read(room.new_draft(key, given.source, by=by, at=at))


@router.put(
    "/drawings/{shelf}/{key}/draft/publication", summary="Publish the draft", response=answers(DrawingSource),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_drawers
@transaction.atomic
def published(request: HttpRequest, shelf: Shelf, key: str, given: Sure) -> HttpResponse:
    """What stands against it refuses the call, and what others would lose does until it is `sure`."""
    row = keeping.draft_for_edit(room_of(shelf), key)
    if row is None:
        raise Problem(404, "not_found", "There is no draft.")
    must_match(request, f'"{row.digest}"')
    if not given.sure:
        must_lose_nothing(references.losses(room_of(shelf), row))
    by, at = caller(request), timezone.now()
    return as_read(keeping.publish(room_of(shelf), key, row.version, base=row.digest, by=by, at=at))


@router.delete("/drawings/{shelf}/{key}/publication", summary="Retire it", response=answers(None, status=204))
@for_drawers
def retired(request: HttpRequest, shelf: Shelf, key: str, sure: bool = False) -> HttpResponse:
    """Nothing new begins with it; what runs goes on."""
    only_known(request, "sure")
    get_object_or_404(room_of(shelf).model, key=key, status=PUBLISHED)
    if not sure:
        must_lose_nothing(references.retiring(room_of(shelf), key))
    room_of(shelf).retire(key)
    return HttpResponse(status=204)


def must_lose_nothing(losses: list[Loss]) -> None:
    """Raises OthersRely."""
    if losses:
        told = [{"what": str(one.what), "users": list(one.users)} for one in losses]
        users = ", ".join(dict.fromkeys(user for one in losses for user in one.users))
        raise OthersRely(f"Others rely on what goes: {users}. Send sure to do it all the same.", losses=told)


@router.get("/drawings/{shelf}/{key}/uses", summary="List what relies on it", response=answers(Words))
@for_drawers
def uses(request: HttpRequest, shelf: Shelf, key: str) -> HttpResponse:
    get_object_or_404(room_of(shelf).model, key=key, status=PUBLISHED)
    return JsonResponse({"items": list(room_of(shelf).uses().get(key, []))})


@router.post("/drawings/{shelf}/{key}/problems", summary="Check a text", response=answers(ProblemsOfDrawing))
@for_drawers
@once
def problems(request: HttpRequest, shelf: Shelf, key: str, given: Published) -> tuple[int, Any]:
    """What stands against publishing it, then what may be a mistake; nothing is kept."""
    found = room_of(shelf).problems(key, given.source)
    return 200, {
        "items": [
            {"where": one.where, "name": one.name, "sentence": str(one.sentence), "stops": one.stops} for one in found
        ]
    }
