"""Planned against real: who was dealt how much of a group's tickets in a day, week or month."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.db.models.functions import Trunc

from sira.people.models import Person, SupportGroup
from sira.routing import caps
from sira.routing.models import Dealt, Period, Waiting
from sira.routing.work import counts
from sira.workforce import availability


@dataclass(frozen=True)
class Line:
    """planned, real: per cent.  load: open work now, value: all of the period; both in the group's weights.

    why: why they get nothing now.
    """

    person: Person
    planned: float | None
    real: float
    dealt: int
    load: float
    value: float
    why: str


@dataclass(frozen=True)
class Report:
    period: str
    starts: date
    lines: list[Line]
    dealt: int
    waiting: int


def report(group: SupportGroup, period: str, *, at: datetime, starts: date | None = None) -> Report:
    """Six queries. starts: the first day of the period; the one of `at` unless given."""
    starts = starts or caps.periods(at)[period]
    members = {one.person_id: one for one in group.memberships.select_related("person").order_by("person__name")}
    first, after = (one.date() for one in caps.span(period, starts))
    days = Dealt.objects.filter(group=group, day__gte=first, day__lt=after)
    dealt: dict[int, int] = dict(days.values_list("person").annotate(Sum("n")))
    total = sum(dealt.values())
    loads = counts().load(list(members), group.weights)
    values = counts().value(list(members), group.pk, caps.span(period, starts), group.weights)
    away = availability.left_out(members, at)
    in_shares = group.strategy == SupportGroup.Strategy.SHARES
    equal = all(one.share is None for one in members.values())
    lines = [
        Line(
            person=one.person,
            planned=(100 / len(members) if equal else float(one.share or 0)) if in_shares else None,
            real=100 * dealt.get(key, 0) / total if total else 0.0,
            dealt=dealt.get(key, 0),
            load=loads.get(key, 0),
            value=values.get(key, 0),
            why=away.get(key, ""),
        )
        for key, one in members.items()
    ]
    return Report(period, starts, lines, total, Waiting.objects.filter(group=group).count())


_OF = {Period.DAY: "day", Period.WEEK: "week", Period.MONTH: "month"}


def periods_kept(group: SupportGroup, period: str, *, most: int = 12) -> list[date]:
    """The newest periods with tickets, the newest first. One query."""
    days = Dealt.objects.filter(group=group).annotate(starts=Trunc("day", _OF[Period(period)]))
    return list(days.order_by("-starts").values_list("starts", flat=True).distinct()[:most])
