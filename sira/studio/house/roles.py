"""Who may do what: each right by its name, the roles that have it, those made here, and who has which where."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.people.models import GivenRole, MadeRole, Person
from sira.people.rights import NEED_WORK, OF_GROUPS, OF_ORGANISATIONS, ROLES, Right
from sira.people.roles import made_roles
from sira.shell import formats
from sira.shell.meanwhile import status_of
from sira.shell.names import named
from sira.shell.parts import say
from sira.studio.access import for_administrators
from sira.studio.house import role_forms
from sira.studio.house.acting import carried_out, forms_of

SHOWN = tuple(role for role in Person.Role if role != Person.Role.SYSTEM)
ACTS: dict[str, Any] = {
    "details": role_forms.DetailsForm,
    "give": role_forms.GiveForm,
    "take": role_forms.TakeForm,
    "forget": role_forms.ForgetForm,
}
PAGE = 200  # people who have a role, shown on its page


@require_GET
@for_administrators
def roles(request: HttpRequest) -> HttpResponse:
    return listed(request, role_forms.NewRoleForm())


def listed(request: HttpRequest, new: role_forms.NewRoleForm) -> HttpResponse:
    rows = Person.objects.filter(is_active=True, joined_into=None).values_list("role").annotate(Count("pk"))
    counts: dict[str, int] = dict(rows)
    made: list[Any] = list(made_roles())
    columns: list[Any] = [(role.label, "", counts.get(role, 0), ROLES[role]) for role in SHOWN]
    columns += [(named(one), one.key, one.holders, frozenset(map(Right, one.rights))) for one in made]
    context = {
        "place": "studio",
        "house": "roles",
        "roles": [(words, key, count) for words, key, count, _rights in columns],
        "rights": [(right, [right in rights for _words, _key, _count, rights in columns]) for right in Right],
        "new": new,
    }
    return render(request, "studio/house/roles.html", context, status=422 if new.errors else 200)


@require_POST
@for_administrators
def begin(request: HttpRequest) -> HttpResponse:
    form = role_forms.NewRoleForm(request.POST)
    done, role = carried_out(request, form)
    if not done:
        return listed(request, form)
    return say(request, redirect("studio:role", role.key), _("Entered"))


@require_GET
@for_administrators
def role(request: HttpRequest, key: str) -> HttpResponse:
    return shown(request, get_object_or_404(MadeRole, key=key), {})


@require_POST
@for_administrators
def act(request: HttpRequest, key: str, act: str) -> HttpResponse:
    row = get_object_or_404(MadeRole, key=key)
    form = ACTS[act](request.POST, role=row, auto_id=f"{act}_%s")
    done, _given = carried_out(request, form)
    if not done:
        return shown(request, row, {act: form})
    way = redirect("studio:roles") if act == "forget" else redirect("studio:role", row.key)
    return say(request, way, _("The role is gone") if act == "forget" else _("Kept"))


def shown(request: HttpRequest, row: MadeRole, refused: dict[str, Any]) -> HttpResponse:
    given = GivenRole.objects.filter(role=row).select_related("person", "group", "organisation")
    context = forms_of(ACTS, refused, role=row) | {
        "place": "studio",
        "house": "roles",
        "role": row,
        "given": given.order_by("person__name", "pk")[:PAGE],
        "need_work": in_words(NEED_WORK),
        "of_groups": in_words(OF_GROUPS),
        "of_organisations": in_words(OF_ORGANISATIONS),
    }
    return render(request, "studio/house/role.html", context, status=status_of(*refused.values()))


def in_words(rights: Collection[Right]) -> str:
    """In the order of the list, in the reader's language."""
    return formats.comma(get_language() or "en").join(str(right.label) for right in Right if right in rights)
