"""Departments and customers."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sira.people.models import Organisation
from sira.shell.meanwhile import status_of
from sira.shell.parts import say
from sira.studio.access import for_administrators
from sira.studio.house import organisation_forms
from sira.studio.house.acting import carried_out
from sira.studio.house.paging import page_by_name


@require_GET
@for_administrators
def organisations(request: HttpRequest) -> HttpResponse:
    """By name, paged by key."""
    rows = Organisation.objects.annotate(size=Count("people")).select_related("parent")
    context = {"place": "studio", "house": "organisations"} | page_by_name(request, rows)
    return render(request, "studio/house/organisations.html", context)


@require_http_methods(["GET", "POST"])
@for_administrators
def organisation(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """One of them, or a new one."""
    row = get_object_or_404(Organisation, pk=key) if key else Organisation()
    form = organisation_forms.OrganisationForm(request.POST if request.method == "POST" else None, organisation=row)
    if request.method == "POST" and carried_out(request, form)[0]:
        return say(request, redirect("studio:organisations"), _("Kept"))
    context = {"place": "studio", "house": "organisations", "organisation": row, "form": form}
    return render(request, "studio/house/organisation.html", context, status=status_of(form))
