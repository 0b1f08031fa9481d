"""Lists that somebody named: kept, called by another name or shared with others, forgotten and taken back."""

from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sira.people.models import SupportGroup
from sira.shell.parts import say
from sira.workspace import keeping_views, queues, shaping
from sira.workspace.access import DeskRequest, for_agents
from sira.workspace.models import SavedView
from sira.workspace.views.queue import groups_of

AN_HOUR = 3600  # seconds in which a forgotten list can be taken back


@require_POST
@for_agents
def save_view(request: DeskRequest) -> HttpResponse:
    """Keep the list as it is narrowed now under a name; the same name again replaces it.

    view: one's own list, which gets the name and the readers given and stays as it is otherwise.
    ?again: what `forget_view` gave to whoever forgot a list.
    """
    back = redirect("workspace:table")
    given = _forgotten(request) or _renamed(request) or _narrowed(request)
    if given is None:
        return say(request, back, _("Give the view a name."))
    view = keeping_views.keep(**given, by=request.user)
    back["Location"] += f"?view={view.pk}"
    return say(request, back, _("Kept as “%(name)s”.") % {"name": view.name})


@require_POST
@for_agents
def forget_view(request: DeskRequest, key: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=key, owner=request.user)
    kept = {"name": view.name, "scope": view.scope, "filters": view.filters, "group": view.group_id}
    again = signing.dumps(kept | {"shape": view.shape}, salt=_salt(request))
    keeping_views.forget(view, by=request.user)
    undo = f"{reverse('workspace:save_view')}?{urlencode({'again': again})}"
    return say(request, redirect("workspace:table"), _("“%(name)s” is forgotten.") % {"name": view.name}, undo=undo)


def _narrowed(request: DeskRequest) -> dict[str, Any] | None:
    name, scope = _name(request), request.POST.get("queue", "")
    if not name or scope not in queues.SCOPES:
        return None
    known = SavedView.objects.filter(owner=request.user, name=name).first() or SavedView(owner=request.user)
    shape = shaping.to_keep(shaping.of_kept(shaping.of_cookie(request.POST.get("shape", ""))))
    filters = queues.read_filters(request.POST)
    group = _group(request, request.POST.get("with", ""))
    return {"view": known, "name": name, "scope": scope, "filters": filters, "group": group, "shape": shape}


def _renamed(request: DeskRequest) -> dict[str, Any] | None:
    key, name = request.POST.get("view", ""), _name(request)
    if not key.isdecimal() or not name:
        return None
    view = get_object_or_404(SavedView, pk=key, owner=request.user)
    group = _group(request, request.POST.get("with", ""))
    return {"view": view, "name": name, "scope": view.scope, "filters": view.filters, "group": group}


def _forgotten(request: DeskRequest) -> dict[str, Any] | None:
    try:
        kept = signing.loads(request.GET.get("again", ""), salt=_salt(request), max_age=AN_HOUR)
    except signing.BadSignature:
        return None
    return kept | {"view": SavedView(owner=request.user), "group": _group(request, str(kept["group"]))}


def _name(request: DeskRequest) -> str:
    return " ".join(request.POST.get("name", "").split())[:80]


def _group(request: DeskRequest, key: str) -> SupportGroup | None:
    return next((group for group in groups_of(request.user) if str(group.pk) == key), None)


def _salt(request: DeskRequest) -> str:
    return f"a list that {request.user.pk} forgot"
