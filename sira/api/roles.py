"""Roles that administrators make, and who has which where."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes_of_roles as shapes
from sira.api.auth import caller
from sira.api.house import for_administrators
from sira.api.once import once
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.people import roles
from sira.people.models import GivenRole, MadeRole, Organisation, Person, SupportGroup
from sira.tickets import leaving

router = Router(tags=["house"])


def role(row: MadeRole) -> dict[str, Any]:
    return {"key": row.key, "name": row.name, "names": row.names, "rights": row.rights}


def said(given: shapes.RoleGiven) -> dict[str, Any]:
    return {"name": given.name, "names": given.names, "rights_of_it": given.rights}


def given_role(row: GivenRole) -> dict[str, Any]:
    group = row.group.key if row.group else None
    return {"id": row.pk, "role": row.role.key, "group": group, "organisation": row.organisation_id}


@router.get("/roles", summary="List the roles made here", response=answers(shapes.Roles))
@for_administrators
def listed_roles(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"items": [role(row) for row in MadeRole.objects.order_by("key")]})


@router.post("/roles", summary="Make a role", response=answers(shapes.RoleShown, status=201))
@for_administrators
@once
def made_role(request: HttpRequest, given: shapes.NewRole) -> tuple[int, Any]:
    """Where a right needs it, the right to work comes with it."""
    return 201, role(roles.make_role(given.key, **said(given), by=caller(request)))


@router.get("/roles/{key}", summary="Read a role made here", response=answers(shapes.RoleShown))
@for_administrators
def read_role(request: HttpRequest, key: str) -> HttpResponse:
    return JsonResponse(role(get_object_or_404(MadeRole, key=key)))


@router.put("/roles/{key}", summary="Change a role made here", response=answers(shapes.RoleShown))
@for_administrators
def changed_role(request: HttpRequest, key: str, given: shapes.RoleGiven) -> HttpResponse:
    """It counts at once for everybody who has the role; who may work no more loses their open tickets to the queues."""
    row = get_object_or_404(MadeRole, key=key)
    changed = leaving.change_made_role(row, **said(given), by=caller(request), at=timezone.now())
    return JsonResponse(role(changed))


@router.delete("/roles/{key}", summary="Remove a role made here", response=answers(None, status=204))
@for_administrators
def removed_role(request: HttpRequest, key: str) -> HttpResponse:
    """Refused while somebody has it."""
    roles.forget_role(get_object_or_404(MadeRole, key=key), by=caller(request))
    return HttpResponse(status=204)


def holder(key: int) -> Person:
    return get_object_or_404(Person.objects.exclude(role=Person.Role.SYSTEM), pk=key)


@router.get("/people/{key}/roles", summary="List the made roles of a person", response=answers(shapes.GivenRoles))
@for_administrators
def roles_of(request: HttpRequest, key: Key) -> HttpResponse:
    rows = GivenRole.objects.filter(person=holder(key)).select_related("role", "group").order_by("pk")
    return JsonResponse({"items": [given_role(row) for row in rows]})


@router.post("/people/{key}/roles", summary="Give a made role", response=answers(shapes.GivenRoleShown, status=201))
@for_administrators
@once
def gave_role(request: HttpRequest, key: Key, given: shapes.RoleToGive) -> tuple[int, Any]:
    """Everywhere, for one support group, or for one organisation."""
    row = MadeRole.objects.filter(key=given.role).first()
    group = SupportGroup.objects.filter(key=given.group).first() if given.group else None
    house = Organisation.objects.filter(pk=given.organisation).first() if given.organisation else None
    wanted = {"role": (given.role, row), "group": (given.group, group), "organisation": (given.organisation, house)}
    for name, (said, found) in wanted.items():
        if said and found is None:
            raise Problem(422, "invalid", f"{name}: there is no {name} {said!r}.")
    if row is None or (group and house):
        raise Problem(422, "invalid", "organisation: a role is given for a group or for an organisation, not for both.")
    return 201, given_role(roles.give_role(holder(key), row, group=group, organisation=house, by=caller(request)))


@router.delete("/people/{key}/roles/{given}", summary="Take a made role away", response=answers(None, status=204))
@for_administrators
def took_role(request: HttpRequest, key: Key, given: Key) -> HttpResponse:
    rows = GivenRole.objects.select_related("role")
    found = get_object_or_404(rows, pk=given, person=holder(key))
    leaving.take_role(found, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)
