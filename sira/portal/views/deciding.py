"""Approvals in the portal: what waits for one's word, and one decision; also by the link in the mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from sira.people import opened, reader
from sira.people.models import Person
from sira.portal import access
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
@require_safe
def link(request: HttpRequest, key: str) -> HttpResponse:
    """To the page whose address has no key; nothing is decided, since programs that look through mails open links."""
    found = links.read_decision_link(key, at=now())
    _who_decides(request, found.person)
    response = redirect("portal:link_approval", found.ballot)
    response.status_code = 303
    opened.keep(request, response, _held_as(found.ballot), {"person": found.person}, at=now())
    return response


@access.held_here("portal:approval", by="pk")
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Raises LinkRefused, NotYours for somebody else."""
    person = _who_decides(request, opened.read(request, _held_as(pk), at=now())["person"])
    ballot = get_object_or_404(Ballot.objects.select_related(*approval_pages.WITH), pk=pk)
    with translation.override(person.language), timezone.override(person.time_zone):
        page, way = "portal/approval_by_link.html", Ballot.Way.LINK
        response = decision_page(request, ballot, person, place=PLACE, page=page, way=way, back=request.path)
        response.headers["Content-Language"] = person.language
        return response


def _held_as(ballot: int) -> str:
    return f"approval-{ballot}"


def _who_decides(request: HttpRequest, key: int) -> Person:
    person = Person.objects.select_related("joined_into").filter(pk=key).first()
    person = (person.joined_into or person) if person else None
    if person is None or not person.is_active:
        raise Http404
    if request.user.is_authenticated and request.user.pk != person.pk:
        raise NotYours
    return person
