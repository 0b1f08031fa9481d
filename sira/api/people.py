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
from sira.api.matching import etag_of, must_match
from sira.api.once import once
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.people import persons, recognition
from sira.people.finding import known_to, met
from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed

router = Router(tags=["people"])


def visible(request: HttpRequest) -> "QuerySet[Person]":
    who = caller(request)
    rows = Person.objects.filter(joined_into=None).exclude(role=Person.Role.SYSTEM).select_related("organisation")
    return rows.filter(known_to(who))


@router.get("", summary="List people, newest first", response=answers(shapes.PersonPage))
def listed(request: HttpRequest, mail: str = "", cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request, "mail")
    rows: Any = visible(request)
    if mail:
        rows = rows.filter(addresses__kind="mail", addresses__value=recognition.normalised_mail(mail))
    rows, following = page(rows, cursor=cursor, limit=limit)
    return JsonResponse({"items": [shapes.person(row) for row in rows], "next": following})


@router.post("", summary="Add or find a person by address", response=answers(shapes.PersonShown, status=201))
@once
def added(request: HttpRequest, given: shapes.NewPerson) -> tuple[int, Any]:
    if not caller(request).is_agent:
        raise NotAllowed()
    mail = recognition.normalised_mail(given.mail)
    if not mail:
        raise Problem(422, "invalid", f"mail: {given.mail!r} is not a mail address.")
    row = met(caller(request), mail, name=given.name, at=timezone.now(), language=given.language)
    return 201, shapes.person(row)


@router.get("/{key}", summary="Read a person", response=answers(shapes.PersonShown))
def read(request: HttpRequest, key: Key) -> HttpResponse:
    return shown(get_object_or_404(visible(request), pk=key))


@router.patch("/{key}", summary="Change a person", response=answers(shapes.PersonShown))
@transaction.atomic
def changed(request: HttpRequest, key: Key, given: shapes.ChangedPerson) -> HttpResponse:
    row = get_object_or_404(visible(request).select_for_update(of=("self",)), pk=key)
    must_match(request, etag(row))
    sent = given.dict(exclude_unset=True)
    if sent.get("time_zone", "UTC") not in available_timezones():
        raise Problem(422, "invalid", f"time_zone: {sent['time_zone']!r} is not a zone such as Europe/Warsaw.")
    return shown(persons.change_details(row, by=caller(request), **sent))


def shown(row: Person) -> HttpResponse:
    return JsonResponse(shapes.person(row), headers={"ETag": etag(row)})


def etag(row: Person) -> str:
    return etag_of(shapes.person(row))
