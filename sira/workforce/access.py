"""Who may look at the team's pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.workforce.rights import SEES_ALL


class TeamRequest(HttpRequest):
    """The request of somebody who works here, as for_workers lets pass."""

    user: Person


def for_workers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Strangers are asked to sign in; who asks for help has no business here."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_agent:
            raise NotAllowed
        return view(request, *args, **kwargs)

    return entered


def groups_of(person: Person) -> list[SupportGroup]:
    """Whose plans the person sees: their groups; managers and administrators all. One query."""
    groups = SupportGroup.objects.order_by("name")
    return list(groups if person.role in SEES_ALL else groups.filter(memberships__person=person))
