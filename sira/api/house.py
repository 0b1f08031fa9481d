"""The house by program: groups, organisations, roles.

Reading is for agents, changing for administrators.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes, shapes_of_house
from sira.api.auth import caller
from sira.api.describing import AS_READ
from sira.api.matching import answered, must_be_as_read
from sira.api.once import once
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.people import groups, organisations, persons
from sira.people.finding import organisations_known_to
from sira.people.models import Membership, Organisation, Person, SupportGroup
from sira.people.rights import Right, must
from sira.plumbing import audit
from sira.plumbing.refusals import NotAllowed
from sira.tickets import leaving

router = Router(tags=["house"])
View = Callable[..., Any]


def for_workers(view: View) -> View:
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not caller(request).is_agent:
            raise NotAllowed
        return view(request, *args, **kwargs)

    return asked


def for_right(right: Right) -> Callable[[View], View]:
    """What it changes is told under the caller's name."""

    def asking(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            must(caller(request), right)
            return told(view, request, *args, **kwargs)

        return asked

    return asking


def for_working(view: View) -> View:
    """As for_workers, where the operation itself says who may; what it changes is told under the caller's name."""

    @for_workers
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return told(view, request, *args, **kwargs)

    return asked


def told(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
    if request.method in audit.SAFE:
        return view(request, *args, **kwargs)
    with audit.acting(caller(request).pk, audit.CALL):
        return view(request, *args, **kwargs)


for_administrators = for_right(Right.ADMINISTER)


def group(row: SupportGroup) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "names": row.names,
        "address": row.address,
        "signature": row.signature,
        "reopen_days": row.reopen_days,
        "members": sorted(one.person_id for one in row.memberships.all()),
    }


def all_groups() -> Any:
    members = Membership.objects.order_by("person_id")
    return SupportGroup.objects.prefetch_related(Prefetch("memberships", members)).order_by("key")


@router.get("/groups", summary="List the support groups", response=answers(shapes_of_house.Groups))
@for_workers
def listed_groups(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"items": [group(row) for row in all_groups()]})


@router.post("/groups", summary="Make a support group", response=answers(shapes_of_house.GroupShown, status=201))
@for_administrators
@once
def made_group(request: HttpRequest, given: shapes_of_house.NewGroup) -> tuple[int, Any]:
    row = groups.create_group(given.key, name=given.name, by=caller(request), at=timezone.now())
    return 201, group(all_groups().get(pk=row.pk))


@router.get("/groups/{key}", summary="Read a support group", response=answers(shapes_of_house.GroupShown))
@for_workers
def read_group(request: HttpRequest, key: str) -> HttpResponse:
    return answered(group(get_object_or_404(all_groups(), key=key)))


@router.patch(
    "/groups/{key}", summary="Change a support group", response=answers(shapes_of_house.GroupShown),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_administrators
@transaction.atomic
def changed_group(request: HttpRequest, key: str, given: shapes_of_house.ChangedGroup) -> HttpResponse:
    row = get_object_or_404(SupportGroup.objects.select_for_update(no_key=True), key=key)
    must_be_as_read(request, group(row))
    known = {"name": row.name, "names": row.names, "address": row.address, "signature": row.signature}
    sent = known | {"reopen_days": row.reopen_days} | given.dict(exclude_unset=True)
    groups.change_group(row, **sent, calendar=row.calendar_id, by=caller(request))
    return answered(group(all_groups().get(pk=row.pk)))


@router.put("/groups/{key}/members/{person}", summary="Put somebody in", response=answers(shapes_of_house.GroupShown))
@for_administrators
def put_in(request: HttpRequest, key: str, person: Key, given: shapes_of_house.NewMember) -> HttpResponse:
    row, who = get_object_or_404(SupportGroup, key=key), get_object_or_404(Person.objects.agents(), pk=person)
    persons.put_in_group(who, row, leads=given.leads, by=caller(request))
    return JsonResponse(group(all_groups().get(pk=row.pk)))


@router.delete(
    "/groups/{key}/members/{person}", summary="Take somebody out", response=answers(shapes_of_house.GroupShown)
)
@for_administrators
def taken_out(request: HttpRequest, key: str, person: Key) -> HttpResponse:
    row, who = get_object_or_404(SupportGroup, key=key), get_object_or_404(Person, pk=person)
    persons.take_from_group(who, row, by=caller(request))
    return JsonResponse(group(all_groups().get(pk=row.pk)))


def organisation(row: Organisation) -> dict[str, Any]:
    names = ("name", "kind", "tier", "country", "mail_domains", "shares_tickets")
    return {"id": row.pk, "parent": row.parent_id, **{name: getattr(row, name) for name in names}}


@router.get(
    "/organisations", summary="List organisations, newest first", response=answers(shapes_of_house.OrganisationPage)
)
@for_workers
def listed_organisations(request: HttpRequest, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request)
    known = organisations_known_to(caller(request))
    rows, following = page(known, cursor=cursor, limit=limit)
    return JsonResponse({"items": [organisation(row) for row in rows], "next": following})


def above(given: shapes_of_house.OrganisationGiven) -> dict[str, Any]:
    parent = Organisation.objects.filter(pk=given.parent).first() if given.parent else None
    if given.parent and parent is None:
        raise Problem(422, "invalid", f"parent: there is no organisation {given.parent}.")
    return {**given.dict(), "parent": parent}


@router.post(
    "/organisations", summary="Make an organisation", response=answers(shapes_of_house.OrganisationShown, status=201)
)
@for_administrators
@once
def made_organisation(request: HttpRequest, given: shapes_of_house.OrganisationGiven) -> tuple[int, Any]:
    return 201, organisation(organisations.create_organisation(**above(given), by=caller(request)))


@router.get("/organisations/{key}", summary="Read an organisation", response=answers(shapes_of_house.OrganisationShown))
@for_workers
def read_organisation(request: HttpRequest, key: Key) -> HttpResponse:
    return answered(organisation(get_object_or_404(organisations_known_to(caller(request)), pk=key)))


@router.put(
    "/organisations/{key}", summary="Change an organisation", response=answers(shapes_of_house.OrganisationShown),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_administrators
@transaction.atomic
def changed_organisation(request: HttpRequest, key: Key, given: shapes_of_house.OrganisationGiven) -> HttpResponse:
    row = get_object_or_404(Organisation.objects.select_for_update(no_key=True), pk=key)
    must_be_as_read(request, organisation(row))
    return answered(organisation(organisations.change_organisation(row, **above(given), by=caller(request))))


@router.put("/people/{key}/role", summary="Give a role", response=answers(shapes_of_house.PersonAndWork))
@for_administrators
def given_role(request: HttpRequest, key: Key, given: shapes_of_house.Role) -> HttpResponse:
    row = get_object_or_404(Person.objects.exclude(role=Person.Role.SYSTEM), pk=key)
    went_back = leaving.change_role(row, role=given.role, by=caller(request), at=timezone.now())
    return _person_and_work(row, went_back)


def _person_and_work(row: Person, went_back: leaving.WentBack) -> HttpResponse:
    def returned(pairs: list[tuple[str, str]]) -> list[dict[str, str | None]]:
        return [{"ticket": number, "group": group or None} for number, group in pairs]

    told = {"tickets": returned(went_back.tickets), "tasks": returned(went_back.tasks), "calls": went_back.calls}
    return JsonResponse({**shapes.person(row), "went_back": told})


@router.put("/people/{key}/standing", summary="Let go, or take back", response=answers(shapes_of_house.PersonAndWork))
@for_administrators
def standing(request: HttpRequest, key: Key, given: shapes_of_house.Standing) -> HttpResponse:
    """Who is let go loses their open tickets to the queues of their groups; `went_back` says what and to whom."""
    row, by = get_object_or_404(Person.objects.exclude(role=Person.Role.SYSTEM), pk=key), caller(request)
    if given.active:
        persons.take_back(row, by=by)
        return _person_and_work(row, leaving.NOTHING)
    return _person_and_work(row, leaving.let_go(row, by=by, at=timezone.now()))
