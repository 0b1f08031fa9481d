"""What happens to approvals, for higher rooms that tell people of it and keep the history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sira.people.models import Person
from sira.processes.blocks import Facts
from sira.processes.tasks.models import Approval, Ballot

ASKED, REMINDED, DECIDED, PASSED_ON, ENDED = "asked", "reminded", "decided", "passed_on", "ended"
WITHDRAWN, LATE, NO_WAY_UP, NOT_COUNTED, FEWER = "withdrawn", "late", "no_way_up", "not_counted", "fewer"


@dataclass(frozen=True, slots=True)
class Change:
    """what: one of the words above.  ballots: those it is about.  by: who did it; None for the desk itself.

    source: the subject's facts as whoever set it going handed them in.
    """

    what: str
    approval: Approval
    source: Facts
    at: datetime
    ballots: Sequence[Ballot] = ()
    by: Person | None = None
    more: dict[str, Any] = field(default_factory=dict)


_told: list[Callable[[Change], None]] = []


def on_change(tell: Callable[[Change], None]) -> None:
    """Be told in the same transaction, after the rows were written."""
    _told.append(tell)


def tell(change: Change) -> None:
    for each in _told:
        each(change)
