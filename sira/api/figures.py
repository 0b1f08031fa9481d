"""The figures of boards, for programs."""

from datetime import date

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Schema

from sira.api.auth import caller
from sira.api.instants import Day
from sira.api.paging import Key
from sira.api.refusing import answers
from sira.insight import figures as insight
from sira.insight import scope as scopes
from sira.insight.scope import Scope
from sira.plumbing.refusals import NotAllowed

router = Router(tags=["figures"])


class FigureShown(Schema):
    """value: a number, per cent for a share, working minutes for a time; null where there is nothing to divide by.

    counted: how many tickets are behind it.
    """

    name: str
    kind: str
    value: float | None
    counted: int


class FiguresShown(Schema):
    since: date
    until: date
    figures: list[FigureShown]


@router.get("", summary="Read the figures of some days", response=answers(FiguresShown))
def read(
    request: HttpRequest,
    since: Day | None = None,
    until: Day | None = None,
    group: Key | None = None,
    category: Key | None = None,
    organisation: Key | None = None,
    channel: str = "",
) -> FiguresShown:
    """Of the last four weeks if no days are named; of the groups that the caller sees."""
    if not caller(request).is_agent:
        raise NotAllowed()
    seen = scopes.groups_seen(caller(request))
    scope = scopes.last_days(now(), 28, seen)
    first, last = since or scope.since, until or scope.until
    groups = seen if group is None else (group,) if not seen or group in seen else (scopes.NO_GROUP,)
    scope = Scope(scope.at, min(first, last), max(first, last), groups, category, organisation, channel)
    found = insight.figures(scope)
    return FiguresShown(
        since=scope.since,
        until=scope.until,
        figures=[
            FigureShown(name=one.name, kind=one.definition.kind, value=one.plain, counted=one.counted)
            for one in found.values()
        ],
    )
