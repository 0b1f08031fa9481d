"""Warning plans: what an administrator writes, kept in editions."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from sira.people.models import Person
from sira.promises import planned
from sira.promises.models import WarningPlan
from sira.promises.planned import Planned
from sira.promises.refusals import BadPlan

MOST_PERCENT, MOST_MINUTES, MOST_MARKS = 400, 60 * 24 * 60, 20


def current() -> list[WarningPlan]:
    return list(WarningPlan.objects.filter(is_current=True).order_by("name", "key"))


@transaction.atomic
def keep(key: str, *, name: str, marks: Sequence[Planned], by: Person, at: datetime) -> WarningPlan:
    """The plan from now on, also for promises that run; see pump.follow_plans.

    Raises BadPlan.
    """
    for one in marks:
        most = MOST_PERCENT if one.when == planned.PERCENT else MOST_MINUTES
        if one.when not in planned.WHENS or not 0 < one.amount <= most or not one.actions:
            raise BadPlan()
    if len(marks) > MOST_MARKS:
        raise BadPlan()
    before = WarningPlan.objects.select_for_update().filter(key=key).order_by("-number").first()
    written = planned.write(tuple(marks))
    if before and before.is_current and (before.name, before.marks) == (name, written):
        return before
    WarningPlan.objects.filter(key=key, is_current=True).update(is_current=False)
    number = before.number + 1 if before else 1
    return WarningPlan.objects.create(key=key, number=number, name=name, marks=written, at=at, by=by)
