"""Why this deadline, and what did we owe then: facts that add up, for the ticket page and for audits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from sira.calendars.compiled import working_time
from sira.calendars.models import Edition
from sira.plumbing.composed import composed
from sira.promises import reckoning
from sira.promises.models import Clock, ClockPeriod

State = ClockPeriod.State


@dataclass(frozen=True)
class Stretch:
    """A time in which nothing about the clock changed. worked: working time that passed in it, also in a pause."""

    since: datetime
    until: datetime
    state: str
    worked: timedelta
    budget: timedelta
    due_at: datetime | None
    edition: Edition
    rule: dict[str, Any]
    ended_by: str


def clocks_of(subject: int) -> Sequence[Clock]:
    """All clocks of a subject with their periods, oldest first, ready to be explained. Two queries."""
    clocks = _clocks(subject)
    told: dict[int, list[ClockPeriod]] = {clock.pk: [] for clock in clocks}
    for period in _periods(list(told)):
        told[period.clock_id].append(period)
    for clock in clocks:
        clock.told = told[clock.pk]
    return clocks


@composed
def _clocks(subject: int) -> "QuerySet[Clock]":
    rows = Clock.objects.filter(subject=subject).select_related("edition__calendar").defer("edition__body")
    return rows.order_by("started_at", "id")


@composed
def _periods(clocks: list[int]) -> "QuerySet[ClockPeriod]":
    rows = ClockPeriod.objects.filter(clock__in=clocks).select_related("edition__calendar").defer("edition__body")
    return rows.order_by("since", "id")


def explain(clock: Clock, *, at: datetime) -> dict[str, Any]:
    """Facts in the order of their sum: started + budget + pauses = deadline, all in working time of the calendar.

    left is negative when late by working time. deadline is None while a pause leaves it open. Where the calendar
    changed on the way, the stretches add up, each by its own edition.
    """
    hours = working_time(clock.edition_id)
    used, paused = reckoning.used_until(clock, hours, at), reckoning.paused_until(clock, hours, at)
    stretches = stretches_of(clock, at=at)
    return {
        "target": clock.target,
        "state": clock.state,
        "started_at": clock.started_at,
        "budget": clock.budget,
        "paused": paused,
        "deadline": clock.due_at,
        "warning": clock.warn_at,
        "worked": used,
        "left": clock.budget - used,
        "kept": is_kept(clock, at=at),
        "stopped_at": clock.stopped_at,
        "withdrawn": clock.withdrawn,
        "calendar": clock.edition.calendar.name,
        "zone": str(hours.zone),
        "edition": clock.edition.number,
        "one_calendar": len({stretch.edition.pk for stretch in stretches}) == 1,
        "pauses": clock.pauses,
        "rule": clock.rule,
        "stretches": stretches,
    }


def is_kept(clock: Clock, *, at: datetime) -> bool | None:
    """True or False once it is settled; None while it is open, or where nothing is promised any more."""
    if clock.breached_at is not None or (clock.stopped_at is None and clock.due_at is not None and clock.due_at < at):
        return None if clock.withdrawn else False
    return None if clock.stopped_at is None or clock.withdrawn else True


def stretches_of(clock: Clock, *, at: datetime) -> list[Stretch]:
    """The clock's life from its start to `at`, or to where it was stopped."""
    life = [*_told(clock), *_present(clock, at)]
    return [_stretch(period) for period in life]


def owed(subject: int, *, on: datetime) -> dict[str, Stretch]:
    """What was promised at an instant of the past, by target: budget, deadline, calendar and rule as they stood."""
    found = {}
    for clock in clocks_of(subject):
        for period in (*_told(clock), *_present(clock, on)):
            is_then = period.since <= on and (on < period.until or period.ended_by == "")
            if is_then and period.state in ClockPeriod.OWED:
                found[clock.target] = _stretch(period)
    return found


def _told(clock: Clock) -> list[ClockPeriod]:
    return clock.told if clock.told is not None else list(clock.periods.order_by("since", "id"))


def _present(clock: Clock, at: datetime) -> list[ClockPeriod]:
    """The period that still goes on, or that ended when the clock was stopped."""
    if at < clock.since:
        return []
    stopped = clock.stopped_at
    return [
        ClockPeriod(
            clock=clock,
            since=clock.since,
            until=at if stopped is None else min(at, stopped),
            state=clock.standing,
            edition=clock.edition,
            budget=clock.budget,
            due_at=clock.due_at,
            rule=clock.rule,
            ended_by="" if stopped is None or at < stopped else ClockPeriod.End.STOPPED,
        )
    ]


def _stretch(period: ClockPeriod) -> Stretch:
    return Stretch(
        since=period.since,
        until=period.until,
        state=period.state,
        worked=working_time(period.edition_id).between(period.since, period.until),
        budget=period.budget,
        due_at=period.due_at,
        edition=period.edition,
        rule=period.rule,
        ended_by=period.ended_by,
    )
