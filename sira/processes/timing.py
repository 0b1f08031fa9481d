"""The instant at which something is due, working time included, and by whose clock a date is meant."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused
from sira.processes.bpmn.expressions import WorkingTime
from sira.processes.refusals import Stuck

WorkingTimeAfter = Callable[[int, Any, WorkingTime, datetime], datetime]
ZoneOf = Callable[[int, Any], tzinfo]
log = logging.getLogger(__name__)
_after: list[WorkingTimeAfter] = []
_zones: list[ZoneOf] = []


class NoOpenTime(Stuck):
    code = "no_open_time"
    message = _(
        "Its calendar has no open hours left, so the wait would never end. Enter some, then try the step again."
    )

    def __init__(self) -> None:
        super().__init__(self.message)


def register_working_time(after: WorkingTimeAfter) -> None:
    """Say how to count working time: (subject, its facts as they were handed in or None, amount, from when) -> when
    it is over. It raises NoOpenTime where that is never.
    """
    _after[:] = [after]


def instant(due: datetime | WorkingTime, subject: int, at: datetime, source: Any = None) -> datetime:
    """Where nobody knows a calendar every hour is a working hour: too early is better than never. Raises NoOpenTime."""
    if not isinstance(due, WorkingTime):
        return due
    elapsed = at + timedelta(**{due.unit: float(due.amount)})
    if not _after:
        return elapsed
    try:
        return _after[0](subject, source, due, at)
    except NoOpenTime:
        raise
    except Refused as refusal:
        log.error("No working time for %s, so every hour counts: %s", subject, refusal)
        return elapsed


def register_zone(zone: ZoneOf) -> None:
    """Say where a subject's clock hangs: (subject, its facts as they were handed in or None) -> zone."""
    _zones[:] = [zone]


def zone_of(subject: int, source: Any = None) -> tzinfo:
    try:
        return _zones[0](subject, source) if _zones else UTC
    except Refused as refusal:
        log.error("No clock for %s, so dates are read as UTC: %s", subject, refusal)
        return UTC
