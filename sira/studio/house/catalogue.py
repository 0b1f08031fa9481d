"""What people can ask for in the portal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sira.catalogue.models import RequestType
from sira.people.rights import Right
from sira.shell.meanwhile import status_of
from sira.shell.parts import say
from sira.studio.access import for_right
from sira.studio.house.acting import carried_out
from sira.studio.house.catalogue_forms import RequestTypeForm
from sira.studio.house.paging import page_by_name


@require_GET
@for_right(Right.DRAW)
def catalogue(request: HttpRequest) -> HttpResponse:
    """By name, paged by key."""
    rows = RequestType.objects.select_related("type", "category")
    context = {"place": "studio", "house": "catalogue"} | page_by_name(request, rows)
    return render(request, "studio/house/catalogue.html", context)


@require_http_methods(["GET", "POST"])
@for_right(Right.DRAW)
def request_type(request: HttpRequest, key: str = "") -> HttpResponse:
    """One of them, or a new one."""
    row = get_object_or_404(RequestType, key=key) if key else RequestType()
    form = RequestTypeForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and carried_out(request, form)[0]:
        return say(request, redirect("studio:catalogue"), _("Kept"))
    context = {"place": "studio", "house": "catalogue", "row": row, "form": form, "is_new": not key}
    return render(request, "studio/house/request_type.html", context, status=status_of(form))
