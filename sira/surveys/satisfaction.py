"""The marks as figures, for boards and reports."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q, QuerySet

from sira.surveys.models import Mark

CONTENT = 4  # this mark and better counts as content


@dataclass(frozen=True)
class Satisfaction:
    """average: of the marks, None without one.  content: how many of them were good or very good."""

    count: int
    average: float | None
    content: int

    @property
    def share(self) -> float | None:
        """Per cent of the marks that were good or very good."""
        return 100 * self.content / self.count if self.count else None


def satisfaction(*, since: datetime, until: datetime, **of_mark: object) -> Satisfaction:
    """Marks given in that time (aware).  of_mark: more conditions, such as ticket__group=group."""
    return figures(Mark.objects.filter(at__gte=since, at__lt=until, **of_mark))


def figures(marks: "QuerySet[Mark]") -> Satisfaction:
    """One query."""
    told = marks.aggregate(count=Count("pk"), average=Avg("value"), content=Count("pk", filter=Q(value__gte=CONTENT)))
    return Satisfaction(told["count"], told["average"], told["content"])
