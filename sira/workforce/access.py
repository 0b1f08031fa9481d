"""Who may look at the team's pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from sira.people.models import Person, SupportGroup
from sira.people.rights import Right, has, works_in
from sira.plumbing.refusals import NotAllowed
from sira.shell.signed_out import ask_to_sign_in


class TeamRequest(HttpRequest):
    """The request of somebody who works here, as for_workers lets pass."""

    user: Person


def for_workers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Strangers are asked to sign in; who asks for help has no business here."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if not request.user.is_agent:
            raise NotAllowed
        return view(request, *args, **kwargs)

    return entered


def groups_of(person: Person) -> list[SupportGroup]:
    """Whose plans the person sees: their groups; managers and administrators all. One query."""
    groups = SupportGroup.objects.order_by("name")
    if has(person, Right.SEE_ALL):
        return list(groups)
    own, where = Q(pk__in=person.memberships.values("group")), works_in(person)
    return list(groups.filter(own | Q(pk__in=where.groups) if where else own))


def people_in(group: SupportGroup | None, groups: list[SupportGroup]) -> "QuerySet[Person]":
    """Who works in the group, or without one in any of these."""
    chosen = [group] if group else groups
    return Person.objects.agents().filter(memberships__group__in=chosen).distinct()


def colleagues(person: Person) -> "QuerySet[Person]":
    """Who shares a group with them, and so may stand in."""
    groups = person.memberships.values("group")
    return Person.objects.agents().filter(memberships__group__in=groups).exclude(pk=person.pk).distinct()
