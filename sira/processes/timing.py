"""The instant at which something is due, working time included."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sira.processes.bpmn import times
from sira.processes.bpmn.expressions import WorkingTime

WorkingTimeAfter = Callable[[int, WorkingTime, datetime], datetime]
_after: list[WorkingTimeAfter] = []


def register_working_time(after: WorkingTimeAfter) -> None:
    """Say how to count working time: (subject, amount and unit, from when) -> when it is over."""
    _after[:] = [after]


def instant(due: datetime | WorkingTime, subject: int, at: datetime) -> datetime:
    """Without anybody who knows a calendar, every hour is a working hour."""
    if not isinstance(due, WorkingTime):
        return due
    return _after[0](subject, due, at) if _after else at + timedelta(**{due.unit: float(due.amount)})


def task_due(value: Any, subject: int, at: datetime) -> datetime | None:
    """When a task is due by what its drawing says: a duration, a date, working time. Raises Stuck."""
    if value in (None, ""):
        return None
    return instant(times.due("due", value, at).at, subject, at)
