"""Approvals in the portal: what waits for one's word, and one decision; also by the link in the mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sira.people import reader
from sira.people.models import Person
from sira.processes.tasks.models import Ballot
from sira.processes.tasks.refusals import NotYours
from sira.shell.signed_out import for_signed_in
from sira.tickets import approval_pages, links
from sira.tickets.approval_views import decision_page, list_page

PLACE = "approvals"


@require_GET
@for_signed_in
def approvals(request: HttpRequest) -> HttpResponse:
    person = reader.signed_in(request)
    return list_page(request, person, place=PLACE, url_name="portal:approval", page="portal/approvals.html")


@require_http_methods(["GET", "POST"])
@for_signed_in
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    person = reader.signed_in(request)
    ballot = get_object_or_404(approval_pages.visible(person, at=now()), pk=pk)
    back = reverse("portal:approvals")
    page, way = "portal/approval.html", Ballot.Way.PORTAL
    return decision_page(request, ballot, person, place=PLACE, page=page, way=way, back=back)


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Looking decides nothing, since mail scanners open links. Raises LinkRefused, NotYours for somebody else."""
    found = links.read_decision_link(token, at=now())
    person = Person.objects.select_related("joined_into").filter(pk=found.person).first()
    person = (person.joined_into or person) if person else None
    if person is None or not person.is_active:
        raise Http404
    if request.user.is_authenticated and request.user.pk != person.pk:
        raise NotYours
    ballot = get_object_or_404(Ballot.objects.select_related(*approval_pages.WITH), pk=found.ballot)
    with translation.override(person.language), timezone.override(person.time_zone):
        page, way = "portal/approval_by_link.html", Ballot.Way.LINK
        response = decision_page(request, ballot, person, place=PLACE, page=page, way=way, back=request.path)
        response.headers["Content-Language"] = person.language
        return response
