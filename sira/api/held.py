"""Files that a scanner's word keeps back, by program."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from ninja import Path, Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.house import for_administrators
from sira.api.paging import USUAL, only_known, size
from sira.api.refusing import answers
from sira.api.shapes import TRIMMED, Closed
from sira.plumbing import audit, scanning
from sira.tickets import held_files
from sira.tickets.held_files import Held

router = Router(tags=["house"])
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class PlaceShown(Schema):
    """sent_by: the person's id."""

    ticket: str
    file: str
    size: int
    sent_by: int


class HeldShown(Schema):
    """key: SHA-256 of its content.  was_read: whether the scanner looked through it; found is then what is harmful in
    it, else why it would not.  places: the messages it came with; elsewhere: in how many more that may not be read.
    """

    key: str
    at: datetime
    found: str
    was_read: bool
    places: list[PlaceShown]
    elsewhere: int


class HeldPage(Schema):
    items: list[HeldShown]
    next: str | None


class Decided(Closed):
    """because: kept in the audit trail."""

    because: str = Field(min_length=1, max_length=1000, pattern=TRIMMED)


def shown(one: Held) -> dict[str, Any]:
    places = [
        {
            "ticket": file.message.ticket.number,
            "file": file.name,
            "size": file.size,
            "sent_by": file.message.author_id,
        }
        for file in one.files
    ]
    held = {name: getattr(one.scanned, name) for name in ("at", "found", "was_read")}
    return {"key": one.key, **held, "places": places, "elsewhere": one.elsewhere}


@router.get("/held-files", summary="List the files that are held back", response=answers(HeldPage))
@for_administrators
def listed_held(request: HttpRequest, cursor: Digest | None = None, limit: int = USUAL) -> HttpResponse:
    """The newest first. cursor: the key of the last one seen."""
    only_known(request)
    found, after = held_files.listed(caller(request), after=cursor or "", most=size(limit))
    return JsonResponse({"items": [shown(one) for one in found], "next": after or None})


@router.put("/held-files/{key}/release", summary="Give a held file out", response=answers(None, status=204))
@for_administrators
def gave_held(request: HttpRequest, key: Path[Digest], given: Decided) -> HttpResponse:
    scanning.give_out(bytes.fromhex(key), because=given.because, by=caller(request).pk, way=audit.CALL)
    return HttpResponse(status=204)


@router.put("/held-files/{key}/removal", summary="Remove a held file for good", response=answers(None, status=204))
@for_administrators
def removed_held(request: HttpRequest, key: Path[Digest], given: Decided) -> HttpResponse:
    """Nobody can get it back. The tickets it came to go on saying so."""
    held_files.remove(bytes.fromhex(key), because=given.because, by=caller(request), way=audit.CALL, at=now())
    return HttpResponse(status=204)
