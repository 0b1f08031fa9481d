"""Who may see which ballots."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sira.people.models import Person
from sira.workforce.models import Absence

if TYPE_CHECKING:
    from sira.processes.tasks.models import Ballot  # noqa: F401


def stands_in_for(person: Person, *, at: datetime) -> models.QuerySet[Absence, int]:
    """Ids of those who are away at that instant and named this person for it."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=at)
    return Absence.objects.filter(lasting, stand_in=person, starts_at__lte=at).values_list("person_id", flat=True)


class BallotQuerySet(models.QuerySet["Ballot"]):
    def of(self, person: Person, *, at: datetime) -> "BallotQuerySet":
        """Theirs, those given to them as a stand-in, and those of people they stand in for now; never those of what
        they asked for themselves."""
        mine = Q(approver=person) | Q(stand_in=person) | Q(approver__in=stands_in_for(person, at=at))
        return self.filter(mine).exclude(barred=person)

    def visible_to(self, person: Person, *, at: datetime) -> "BallotQuerySet":
        """Those of theirs that have been put to them."""
        return self.of(person, at=at).exclude(state="waiting")
