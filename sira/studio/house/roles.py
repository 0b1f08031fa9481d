"""Who may do what: each right by its name, the roles that have it, and how many people have the role."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sira.people.models import Person
from sira.people.rights import ROLES, Right
from sira.studio.access import for_administrators

SHOWN = tuple(role for role in Person.Role if role != Person.Role.SYSTEM)


@require_GET
@for_administrators
def roles(request: HttpRequest) -> HttpResponse:
    rows = Person.objects.filter(is_active=True, joined_into=None).values_list("role").annotate(Count("pk"))
    counts: dict[str, int] = dict(rows)
    context = {
        "place": "studio",
        "house": "roles",
        "roles": [(role.label, counts.get(role, 0)) for role in SHOWN],
        "rights": [(right, [right in ROLES[role] for role in SHOWN]) for right in Right],
    }
    return render(request, "studio/house/roles.html", context)
