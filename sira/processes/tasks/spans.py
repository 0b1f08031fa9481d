"""Times to wait as an approval keeps them: an amount of working time, or an ISO 8601 duration."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sira.processes import timing
from sira.processes.bpmn import times
from sira.processes.bpmn.expressions import WorkingTime


def after(span: Any, subject: int, at: datetime, source: Any = None) -> datetime | None:
    """When it is over; None for never."""
    if span is None:
        return None
    if isinstance(span, dict):
        amount, unit = span["working"]
        return timing.instant(WorkingTime(Decimal(amount), unit), subject, at, source)
    return timing.instant(times.due("due", span, at).at, subject, at, source)
