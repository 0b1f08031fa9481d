"""Planned against real by program: who was dealt how much of a group's tickets. For who sees the group's plans."""

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema

from sira.api.auth import caller
from sira.api.house import for_working
from sira.api.instants import Day
from sira.api.paging import only_known
from sira.api.refusing import answers
from sira.people.models import SupportGroup
from sira.routing import explaining, fairness
from sira.routing.models import Period
from sira.workforce import rights
from sira.workforce.access import groups_of

router = Router(tags=["house"])
PERIODS = {"day": Period.DAY, "week": Period.WEEK, "month": Period.MONTH}
WORDS = {period.value: word for word, period in PERIODS.items()}


class DealtShown(Schema):
    """planned, real: per cent; planned is null where no shares are agreed.  load: open work now, value: all of the
    period; both in the group's weights.  left_out: why they would be dealt no ticket now; empty where they would."""

    person: int
    name: str
    planned: float | None
    real: float
    dealt: int
    load: float
    value: float
    left_out: str


class FairnessShown(Schema):
    """full: the period for which the group has had as many as agreed, if any.  periods: first days of those with
    tickets, the newest first."""

    period: str
    starts: date
    dealt: int
    waiting: int
    full: str
    periods: list[date]
    people: list[DealtShown]


@router.get("/groups/{key}/fairness", summary="Read who was dealt how much", response=answers(FairnessShown))
@for_working
def read(
    request: HttpRequest, key: str, period: Literal["day", "week", "month"] = "week", starts: Day | None = None
) -> FairnessShown:
    """starts: the first day of the period; left out, the one that runs."""
    only_known(request, "period", "starts")
    who, wanted = caller(request), PERIODS[period]
    group = get_object_or_404(SupportGroup, key=key, pk__in=[one.pk for one in groups_of(who)])
    found = fairness.report(group, wanted, at=timezone.now(), starts=starts)
    in_full = rights.may_know_of_leave(who, group.key)
    people = [
        DealtShown(
            person=one.person.pk,
            name=str(one.person),
            planned=one.planned,
            real=one.real,
            dealt=one.dealt,
            load=one.load,
            value=one.value,
            left_out=explaining.told_as(one.why, in_full=in_full),
        )
        for one in found.lines
    ]
    return FairnessShown(
        period=period,
        starts=found.starts,
        dealt=found.dealt,
        waiting=found.waiting,
        full=WORDS.get(found.full, ""),
        periods=fairness.periods_kept(group, wanted),
        people=people,
    )
