"""Past tickets through a version and through the published one, by program: what would become of them. For who draws.

Only looks: the database refuses to write. What tries out is loaded with the first call.
"""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.paging import only_known
from sira.api.refusing import answers
from sira.decisions.models import DecisionVersion
from sira.plumbing.looking import nothing_written
from sira.processes.models import ProcessVersion
from sira.studio.drawings_by_program import Number, for_drawers

router = Router(tags=["drawings"])
SHOWN = 100  # tickets that are told one by one
Most = Annotated[int, Field(ge=1, le=1000)]


class WayShown(Schema):
    """steps: names of what is done, in order.  waits: where it would still stand.  stuck: steps with no way on."""

    steps: list[str]
    end: str
    waits: list[str]
    mails: list[str]
    stuck: list[str]


class TicketGoing(Schema):
    ticket: str
    before: WayShown
    after: WayShown


class ArrivalShown(Schema):
    """before: with the published version."""

    kind: Literal["ended", "waits", "stuck"]
    where: str
    before: int
    after: int


class ProcessCompared(Schema):
    """published: what it was compared with; null where there is no other.  assumed: tickets of which an answer was not
    kept.  differ: how many go another way; items: the first hundred of them."""

    version: int
    published: int | None
    tickets: int
    assumed: int
    arrivals: list[ArrivalShown]
    differ: int
    items: list[TicketGoing]


class MoveShown(Schema):
    before: str
    after: str
    number: int


class TicketAnswered(Schema):
    """rules: which gave what the version says.  refused: why it says nothing."""

    ticket: str
    before: str
    after: str
    rules: list[str]
    refused: str


class TableCompared(Schema):
    """nothing: of how many tickets the version says nothing.  differ: how many get another answer; items: the first
    hundred of them."""

    version: int
    published: int | None
    tickets: int
    same: int
    nothing: int
    moves: list[MoveShown]
    differ: int
    items: list[TicketAnswered]


@router.get(
    "/drawings/processes/{key}/versions/{version}/comparison", summary="Lead past tickets through a process",
    response=answers(ProcessCompared),
)  # fmt: skip
@for_drawers
def of_process(request: HttpRequest, key: str, version: Number, most: Most = 100) -> HttpResponse:
    """most: how many of the newest tickets that the caller sees."""
    only_known(request, "most")
    from sira.studio.rehearsal import many  # noqa: PLC0415

    row = get_object_or_404(ProcessVersion, key=key, version=version)
    with nothing_written():
        found, published = many.against_published(row, most, by=caller(request))
    arrivals = [
        {"kind": kind, "where": where, "before": found.ends_before[kind, where], "after": found.ends[kind, where]}
        for kind, where in sorted(set(found.ends) | set(found.ends_before))
    ]
    items = [
        {"ticket": one.record.ticket.number, "before": way(one.before), "after": way(one.after)}
        for one in found.differing[:SHOWN]
    ]
    counts = {"tickets": found.count, "assumed": found.assumed, "differ": len(found.differing)}
    return JsonResponse({**versions(row, published), **counts, "arrivals": arrivals, "items": items})


@router.get(
    "/drawings/decisions/{key}/versions/{version}/comparison", summary="Ask a table about past tickets",
    response=answers(TableCompared),
)  # fmt: skip
@for_drawers
def of_table(request: HttpRequest, key: str, version: Number, most: Most = 100) -> HttpResponse:
    """most: how many of the newest tickets that the caller sees, of those that the table decided about."""
    only_known(request, "most")
    from sira.studio.rehearsal import tables  # noqa: PLC0415

    row = get_object_or_404(DecisionVersion, key=key, version=version)
    with nothing_written():
        found, published = tables.against_published(row, most, by=caller(request))
    moves = [{"before": before, "after": after, "number": n} for (before, after), n in found.moves.most_common()]
    items = [
        {
            "ticket": one.case.number,
            "before": one.before,
            "after": one.after,
            "rules": list(one.rows),
            "refused": one.refused,
        }
        for one in found.changed[:SHOWN]
    ]
    counts = {"tickets": found.count, "same": found.same, "nothing": found.nothing, "differ": len(found.changed)}
    return JsonResponse({**versions(row, published), **counts, "moves": moves, "items": items})


def versions(row: Any, published: Any) -> dict[str, Any]:
    return {"version": row.version, "published": published.version if published else None}


def way(one: Any) -> dict[str, Any]:
    several = {name: list(map(str, getattr(one, name))) for name in ("steps", "waits", "mails", "stuck")}
    return {**several, "end": one.end}
