"""How a group's tickets are dealt, and who is called for it outside its hours: for those who lead the group."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes_of_team as shapes
from sira.api.auth import caller
from sira.api.describing import AS_READ
from sira.api.house import for_working
from sira.api.matching import answered, must_be_as_read
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.routing import agreeing
from sira.routing.agreeing import OF_GROUP, OF_MEMBER, Seat, Terms
from sira.workforce import calling, rights
from sira.workforce.access import groups_of
from sira.workforce.models import CallRota

router = Router(tags=["house"])


def led(request: HttpRequest, key: str) -> SupportGroup:
    """A group that the caller knows of and leads.  Raises NotAllowed."""
    who = caller(request)
    group = get_object_or_404(SupportGroup, key=key, pk__in=[one.pk for one in groups_of(who)])
    if not rights.may_lead(who, group):
        raise NotAllowed
    return group


def dealing(group: SupportGroup) -> dict[str, Any]:
    seats = [
        {"person": one.person_id, **{name: getattr(one, name) for name in OF_MEMBER}}
        for one in group.memberships.order_by("person_id")
    ]
    return {**{name: getattr(group, name) for name in OF_GROUP}, "seats": seats}


@router.get("/groups/{key}/dealing", summary="Read how its tickets are dealt", response=answers(shapes.DealingShown))
@for_working
def read_dealing(request: HttpRequest, key: str) -> HttpResponse:
    return answered(dealing(led(request, key)))


@router.put(
    "/groups/{key}/dealing", summary="Say how its tickets are dealt", response=answers(shapes.DealingShown),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_working
@transaction.atomic
def agreed_dealing(request: HttpRequest, key: str, given: shapes.DealingGiven) -> HttpResponse:
    """Members that are not named keep their seats as they are."""
    group = SupportGroup.objects.select_for_update(no_key=True).get(pk=led(request, key).pk)
    must_be_as_read(request, dealing(group))
    seats = {one.person: Seat(**one.dict(exclude={"person"})) for one in given.seats}
    terms = Terms(**given.dict(exclude={"seats"}), seats=seats)
    return answered(dealing(agreeing.agree(group, terms, by=caller(request), at=timezone.now())))


def calls(group: SupportGroup) -> dict[str, Any]:
    kept = CallRota.objects.filter(group=group).first()
    if kept is None:
        return {"people": [], "since": None, "minute": 0, "days": 7, "steps": 1, "time_zone": ""}
    own = {name: getattr(kept, name) for name in ("minute", "days", "steps", "time_zone")}
    people = list(kept.seats.order_by("number").values_list("person", flat=True))
    return {"people": people, "since": kept.since.isoformat(), **own}


@router.get("/groups/{key}/calls", summary="Read who is called for it", response=answers(shapes.CallsShown))
@for_working
def read_calls(request: HttpRequest, key: str) -> HttpResponse:
    return answered(calls(led(request, key)))


@router.put(
    "/groups/{key}/calls", summary="Say who is called for it", response=answers(shapes.CallsShown),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_working
@transaction.atomic
def agreed_calls(request: HttpRequest, key: str, given: shapes.CallsGiven) -> HttpResponse:
    """In the order of `people`; nobody ends it."""
    group = SupportGroup.objects.select_for_update(no_key=True).get(pk=led(request, key).pk)
    must_be_as_read(request, calls(group))
    members = {one.pk: one for one in Person.objects.agents().filter(memberships__group=group)}
    if strangers := [one for one in given.people if one not in members]:
        raise Problem(422, "invalid", f"people: {strangers[0]} is not in the group.")
    people = [members[one] for one in given.people]
    calling.agree(group, people, **given.dict(exclude={"people"}), by=caller(request), at=timezone.now())
    return answered(calls(group))
