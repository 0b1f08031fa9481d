"""One field finds tickets by what was said in them, by number and by person, as on the page of the search."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.house import for_workers
from sira.api.paging import cursor_of, key_in, only_known
from sira.api.refusing import answers
from sira.tickets import search
from sira.tickets.models import Ticket

router = Router(tags=["tickets"])


class HitShown(Schema):
    """how: what of it answers.  message: the newest of it that does.  text: the sentence in which it stands."""

    ticket: str
    subject: str
    stage: str
    how: Literal["number", "person", "message"]
    message: int | None
    text: str


class Hits(Schema):
    items: list[HitShown]
    next: str | None


@router.get("/search", summary="Search tickets, notes and people, newest first", response=answers(Hits))
@for_workers
def find(
    request: HttpRequest, q: Annotated[str, Field(min_length=2, max_length=300)], cursor: str = ""
) -> HttpResponse:
    """`-word` leaves out. Each ticket once; those found by number or person stand on the first page."""
    only_known(request, "q")
    found = search.find(q.strip(), caller(request), before=key_in(cursor) if cursor else None)
    items = [hit(one, "number") for one in found.direct]
    items += [hit(one, "person") for one in found.of_people if one not in found.direct]
    items += [
        hit(one.ticket, "message", message=one.message.pk, text="".join(piece for piece, _is_hit in one.sentence))
        for one in found.hits
    ]
    return JsonResponse({"items": items, "next": cursor_of(found.older) if found.older else None})


def hit(row: Ticket, how: str, *, message: int | None = None, text: str = "") -> dict[str, Any]:
    named = {"ticket": row.number, "subject": row.subject, "stage": row.stage}
    return named | {"how": how, "message": message, "text": text}
