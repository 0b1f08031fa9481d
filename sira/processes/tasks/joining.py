"""Two persons become one: who is to be asked in an approval that has begun follows, and goes back when it is undone."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from sira.processes.tasks.models import Approval

NAME = "tasks.Approval.plan"
Place = list[Any]  # a name in the plan, and where in the lists below it


def move(giver: int, taker: int) -> dict[str, list[Place]]:
    """What was changed: approval -> places. Ballots follow by themselves."""
    named = Q(plan__barred=giver) | Q(plan__vetoes__contains=[giver]) | Q(plan__steps__contains=[[giver]])
    changed = {}
    for approval in Approval.objects.select_for_update().filter(named, state=Approval.State.OPEN).order_by("pk"):
        places = [place for place, person in _people(approval.plan) if person == giver]
        _put(approval, places, taker)
        changed[str(approval.pk)] = places
    return changed


def back(remembered: dict[str, list[Place]], giver: int, taker: int) -> None:
    """Only where the taker still stands."""
    rows = Approval.objects.select_for_update().filter(pk__in=remembered, state=Approval.State.OPEN)
    for approval in rows.order_by("pk"):
        now = [place for place, person in _people(approval.plan) if person == taker]
        _put(approval, [place for place in remembered[str(approval.pk)] if place in now], giver)


def _people(plan: dict[str, Any]) -> Iterator[tuple[Place, Any]]:
    yield ["barred"], plan["barred"]
    if isinstance(plan["vetoes"], list):
        yield from ((["vetoes", place], person) for place, person in enumerate(plan["vetoes"]))
    for number, step in enumerate(plan["steps"]):
        yield from ((["steps", number, place], person) for place, person in enumerate(step))


def _put(approval: Approval, places: list[Place], person: int) -> None:
    for place in places:
        inner: Any = approval.plan
        for part in place[:-1]:
            inner = inner[part]
        inner[place[-1]] = person
    approval.save(update_fields=["plan"])
