"""The instant at which something is due, working time included."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sira.plumbing.refusals import Refused
from sira.processes.bpmn.expressions import WorkingTime

WorkingTimeAfter = Callable[[int, WorkingTime, datetime], datetime]
log = logging.getLogger(__name__)
_after: list[WorkingTimeAfter] = []


def register_working_time(after: WorkingTimeAfter) -> None:
    """Say how to count working time: (subject, amount and unit, from when) -> when it is over."""
    _after[:] = [after]


def instant(due: datetime | WorkingTime, subject: int, at: datetime) -> datetime:
    """Where nobody knows a calendar every hour is a working hour: too early is better than never."""
    if not isinstance(due, WorkingTime):
        return due
    elapsed = at + timedelta(**{due.unit: float(due.amount)})
    if not _after:
        return elapsed
    try:
        return _after[0](subject, due, at)
    except Refused as refusal:
        log.error("No working time for %s, so every hour counts: %s", subject, refusal)
        return elapsed
