"""Support groups: what they are called, when they work, how they write, who belongs to them."""

from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.calendars.models import Calendar
from sira.people.models import SupportGroup
from sira.shell.meanwhile import status_of
from sira.shell.parts import say
from sira.studio import references
from sira.studio.access import for_administrators
from sira.studio.house import group_forms
from sira.studio.house.acting import carried_out, forms_of

ACTS: dict[str, Any] = {
    "details": group_forms.GroupForm,
    "member": group_forms.MemberForm,
    "no_member": group_forms.NoMemberForm,
}


@require_GET
@for_administrators
def groups(request: HttpRequest) -> HttpResponse:
    return listed(request, group_forms.NewGroupForm())


def listed(request: HttpRequest, new: group_forms.NewGroupForm) -> HttpResponse:
    calendars = dict(Calendar.objects.values_list("pk", "name"))
    rows = list(SupportGroup.objects.annotate(size=Count("memberships")).order_by("name"))
    context = {
        "place": "studio",
        "house": "groups",
        "lines": [(row, calendars.get(row.calendar_id or 0, "")) for row in rows],
        "new": new,
    }
    return render(request, "studio/house/groups.html", context, status=422 if new.errors else 200)


@require_POST
@for_administrators
def begin(request: HttpRequest) -> HttpResponse:
    form = group_forms.NewGroupForm(request.POST)
    done, group = carried_out(request, form)
    if not done:
        return listed(request, form)
    return say(request, redirect("studio:group", group.key), _("Entered"))


@require_GET
@for_administrators
def group(request: HttpRequest, key: str) -> HttpResponse:
    return shown(request, get_object_or_404(SupportGroup, key=key), {})


@require_POST
@for_administrators
@transaction.atomic
def act(request: HttpRequest, key: str, act: str) -> HttpResponse:
    row = get_object_or_404(SupportGroup.objects.select_for_update(), key=key)
    form = ACTS[act](request.POST, group=row, auto_id=f"{act}_%s")
    done, _given = carried_out(request, form)
    if not done:
        return shown(request, row, {act: form})
    return say(request, redirect("studio:group", row.key), _("Kept"))


def shown(request: HttpRequest, row: SupportGroup, refused: dict[str, Any]) -> HttpResponse:
    context = forms_of(ACTS, refused, group=row) | {
        "place": "studio",
        "house": "groups",
        "group": row,
        "uses": references.group_uses(row.key),
        "memberships": row.memberships.select_related("person").order_by("person__name"),
    }
    return render(request, "studio/house/group.html", context, status=status_of(*refused.values()))
