"""People by program."""

from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes
from sira.api.auth import caller
from sira.api.once import once
from sira.api.paging import MOST, USUAL, page
from sira.api.problems import Problem
from sira.people import recognition
from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed

router = Router(tags=["people"])


def visible(request: HttpRequest) -> "QuerySet[Person]":
    """Agents see everybody; anybody else only themselves."""
    who = caller(request)
    rows = Person.objects.filter(joined_into=None).exclude(role=Person.Role.SYSTEM).select_related("organisation")
    return rows if who.is_agent else rows.filter(pk=who.pk)


@router.get("", summary="List people, newest first", response=dict)
def listed(request: HttpRequest, mail: str = "", cursor: str = "", limit: int = USUAL) -> HttpResponse:
    rows: Any = visible(request)
    if mail:
        rows = rows.filter(addresses__kind="mail", addresses__value=recognition.normalised_mail(mail))
    rows, following = page(rows, cursor=cursor, limit=max(1, min(limit, MOST)))
    return JsonResponse({"items": [shapes.person(row) for row in rows], "next": following})


@router.post("", summary="Add a person, or find the one with this address", response={201: dict})
@once
def added(request: HttpRequest, given: shapes.NewPerson) -> tuple[int, Any]:
    if not caller(request).is_agent:
        raise NotAllowed()
    mail = recognition.normalised_mail(given.mail)
    if not mail:
        raise Problem(422, "invalid", f"mail: {given.mail!r} is not a mail address.")
    row = recognition.recognise(mail, name=given.name, at=timezone.now(), language=given.language)
    return 201, shapes.person(row)


@router.get("/{key}", summary="Read a person", response=dict)
def read(request: HttpRequest, key: int) -> HttpResponse:
    return JsonResponse(shapes.person(get_object_or_404(visible(request), pk=key)))


@router.patch("/{key}", summary="Change a person", response=dict)
@transaction.atomic
def changed(request: HttpRequest, key: int, given: shapes.ChangedPerson) -> HttpResponse:
    row = get_object_or_404(visible(request).select_for_update(of=("self",)), pk=key)
    sent = {name: value for name, value in given.dict(exclude_unset=True).items() if value is not None}
    if sent.get("time_zone", "UTC") not in available_timezones():
        raise Problem(422, "invalid", f"time_zone: {sent['time_zone']!r} is not a zone such as Europe/Warsaw.")
    for name, value in sent.items():
        setattr(row, name, value)
    row.save(update_fields=[*sent])
    return JsonResponse(shapes.person(row))
