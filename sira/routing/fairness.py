"""Planned against real: who was dealt how much of a group's tickets in a day, week or month."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.db.models.functions import Trunc

from sira.people.models import Person, SupportGroup
from sira.routing import caps, dealing
from sira.routing.members import candidates
from sira.routing.models import Dealt, Period, Waiting
from sira.routing.work import Work, counts

DAYS_KNOWN = (date(1900, 1, 1), date(2900, 1, 1))  # beyond these no instants can be reckoned in every zone


@dataclass(frozen=True)
class Line:
    """planned, real: per cent.  load: open work now, value: all of the period; both in the group's weights.

    why: why they would not be dealt a ticket now that asks for nothing special.
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
    """full: the period for which the group itself has had as many as agreed, if any."""

    period: str
    starts: date
    lines: list[Line]
    dealt: int
    waiting: int
    full: str


def report(group: SupportGroup, period: str, *, at: datetime, starts: date | None = None) -> Report:
    """Six queries, one more where the group is limited, two where somebody's open work is.

    starts: the first day of the period; the one of `at` unless given, or beyond what is known.
    """
    if starts is None or not DAYS_KNOWN[0] <= starts <= DAYS_KNOWN[1]:
        starts = caps.periods(at)[period]
    members = {one.person_id: one for one in group.memberships.select_related("person").order_by("person__name")}
    first, after = (one.date() for one in caps.span(period, starts))
    days = Dealt.objects.filter(group=group, day__gte=first, day__lt=after)
    dealt: dict[int, int] = dict(days.values_list("person").annotate(Sum("n")))
    total = sum(dealt.values())
    loads = counts().load(list(members), group.weights)
    values = counts().value(list(members), group.pk, caps.span(period, starts), group.weights)
    found = candidates(group, Work(), at)
    in_shares = group.strategy == SupportGroup.Strategy.SHARES
    agreed = sum(found.members.planned.values())
    lines = [
        Line(
            person=one.person,
            planned=100 * found.members.planned.get(key, 0) / agreed if in_shares and agreed else None,
            real=100 * dealt.get(key, 0) / total if total else 0.0,
            dealt=dealt.get(key, 0),
            load=loads.get(key, 0),
            value=values.get(key, 0),
            why=found.left_out.get(key, ""),
        )
        for key, one in members.items()
    ]
    is_limited = any(cap is not None for cap in (group.day_cap, group.week_cap, group.month_cap))
    full = caps.reached_by_group(group, dealing.as_it_is(group).had, at) if is_limited else ""
    return Report(period, starts, lines, total, Waiting.objects.filter(group=group).count(), full)


_OF = {Period.DAY: "day", Period.WEEK: "week", Period.MONTH: "month"}


def periods_kept(group: SupportGroup, period: str, *, most: int = 12) -> list[date]:
    """The newest periods with tickets, the newest first. One query."""
    days = Dealt.objects.filter(group=group).annotate(starts=Trunc("day", _OF[Period(period)]))
    return list(days.order_by("-starts").values_list("starts", flat=True).distinct()[:most])
