"""How people work: patterns of shifts, who works by which, limits, hours and skills. For those who plan."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes_of_team as shapes
from sira.api.auth import caller
from sira.api.describing import AS_READ
from sira.api.house import for_right
from sira.api.matching import answered, must_be_as_read
from sira.api.once import once
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.setting_up import Kind, offer
from sira.calendars.models import Calendar
from sira.people.models import Person
from sira.people.rights import Right
from sira.workforce import planning, working
from sira.workforce.access import groups_of, people_in
from sira.workforce.models import Pattern, Rota, SkillOfPerson, Worker

router = Router(tags=["house"])
for_planners = for_right(Right.PLAN)
LIMITS = ("capacity", "channels", "day_cap", "week_cap", "month_cap")


def keep_pattern(row: Pattern | None, given: shapes.PatternGiven, by: Person, at: datetime) -> Pattern:
    name = row.name if row else given.name  # type: ignore[attr-defined]
    return planning.keep_pattern(name, given.weeks, by=by, at=at)


offer(
    router,
    Kind(
        path="patterns",
        one="a pattern of shifts",
        right=Right.PLAN,
        rows=lambda by: Pattern.objects.all(),
        shown=lambda row: {"id": row.pk, "name": row.name, "weeks": row.weeks},
        shape=shapes.PatternShown,
        new=shapes.NewPattern,
        given=shapes.PatternGiven,
        keep=keep_pattern,
        column="pk",
        own="name",
    ),
)


def planned(request: HttpRequest, key: int) -> Person:
    """Somebody whose plans the caller makes; others are not there."""
    return get_object_or_404(people_in(None, groups_of(caller(request))), pk=key)


def work(person: Person) -> dict[str, Any]:
    worker = Worker.objects.filter(person=person).first() or Worker(person=person)
    levels = SkillOfPerson.objects.filter(person=person).order_by("skill__key").values_list("skill__key", "level")
    limits = {name: getattr(worker, name) for name in LIMITS}
    return {"by_shifts": worker.by_shifts, "calendar": worker.calendar_id, **limits, "skills": dict(levels)}


@router.get("/people/{key}/work", summary="Read how somebody works", response=answers(shapes.WorkShown))
@for_planners
def read_work(request: HttpRequest, key: Key) -> HttpResponse:
    return answered(work(planned(request, key)))


@router.put(
    "/people/{key}/work", summary="Say how somebody works", response=answers(shapes.WorkShown),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_planners
@transaction.atomic
def changed_work(request: HttpRequest, key: Key, given: shapes.WorkGiven) -> HttpResponse:
    person, by, at = planned(request, key), caller(request), timezone.now()
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    must_be_as_read(request, work(person))
    calendar = Calendar.objects.filter(pk=given.calendar).first() if given.calendar else None
    if given.calendar and calendar is None:
        raise Problem(422, "invalid", f"calendar: there is no calendar {given.calendar}.")
    working.set_hours(person, calendar=calendar, by_shifts=given.by_shifts, by=by, at=at)
    working.set_limits(person, **given.dict(include=set(LIMITS)), by=by, at=at)
    working.set_skills(person, given.skills, by=by, at=at)
    return answered(work(person))


def rota(row: Rota) -> dict[str, Any]:
    until = row.until.isoformat() if row.until else None
    return {"id": row.pk, "pattern": row.pattern_id, "since": row.since.isoformat(), "until": until}


@router.get("/people/{key}/rotas", summary="List the patterns somebody works by", response=answers(shapes.Rotas))
@for_planners
def listed_rotas(request: HttpRequest, key: Key) -> HttpResponse:
    rows = Rota.objects.filter(person=planned(request, key)).order_by("-since", "-pk")
    return JsonResponse({"items": [rota(row) for row in rows]})


@router.post("/people/{key}/rotas", summary="Let somebody work by one", response=answers(shapes.RotaShown, status=201))
@for_planners
@once
def put_on_rota(request: HttpRequest, key: Key, given: shapes.NewRota) -> tuple[int, Any]:
    """The one they had ends the day before."""
    person, pattern = planned(request, key), Pattern.objects.filter(pk=given.pattern).first()
    if pattern is None:
        raise Problem(422, "invalid", f"pattern: there is no pattern {given.pattern}.")
    terms = given.dict(exclude={"pattern"})
    row = planning.put_on_rota(person, pattern, **terms, by=caller(request), at=timezone.now())
    return 201, rota(row)
