"""How people ask in the portal for what a process leads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sira.catalogue import offering
from sira.people.rights import Right
from sira.processes.models import ProcessVersion
from sira.shell.parts import say
from sira.studio.access import for_right, who
from sira.studio.house.acting import carried_out
from sira.studio.offering import OfferForm, offered
from sira.studio.shelves import SHELVES


def newest(key: str) -> ProcessVersion:
    """Raises Http404."""
    row = ProcessVersion.objects.filter(key=key).order_by("-version").first()
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "POST"])
@for_right(Right.DRAW)
def offer(request: HttpRequest, key: str) -> HttpResponse:
    row = newest(key)
    form = OfferForm(request.POST if request.method == "POST" else None, process=row)
    if request.method == "POST" and carried_out(request, form)[0]:
        return say(request, redirect("studio:show", "processes", key), _("It stands in the portal now"))
    context = {
        "place": "studio",
        "shelf": SHELVES["processes"],
        "row": row,
        "form": form,
        "offered": offered(row),
    }
    return render(request, "studio/offer.html", context, status=422 if form.errors else 200)


@require_POST
@for_right(Right.DRAW)
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    if found := offered(newest(key)):
        offering.withdraw(found, by=who(request))
    return say(request, redirect("studio:offer", key), _("Taken out of the portal"))
