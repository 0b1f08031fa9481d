"""Approvals in the portal: what waits for one's word, and one decision; also by the link in the mail."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sira.people import reader
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes.tasks.models import Ballot
from sira.processes.tasks.refusals import NotYours
from sira.shell.parts import part_or_page, say
from sira.tickets import approval_pages, links

PLACE = "approvals"


@require_GET
@login_required
def approvals(request: HttpRequest) -> HttpResponse:
    """The oldest first; ?which=decided shows what one has said, the newest first."""
    at, given = now(), request.GET
    decided = given.get("which") == "decided"
    listed = approval_pages.listed(
        reader.signed_in(request), decided=decided, after=given.get("after", ""), before=given.get("before", ""), at=at
    )
    which = "which=decided&" if decided else ""
    context = {
        "place": PLACE,
        "url_name": "portal:approval",
        "listed": listed,
        "decided": decided,
        "looked_at": at,
        "older": f"?{which}after={listed.older}" if listed.older else "",
        "newer": f"?{which}before={listed.newer}" if listed.newer else "",
    }
    return part_or_page(request, part="tickets/_approvals.html", page="portal/approvals.html", context=context)


@require_http_methods(["GET", "POST"])
@login_required
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    person = reader.signed_in(request)
    ballot = get_object_or_404(approval_pages.visible(person, at=now()), pk=pk)
    back = reverse("portal:approvals")
    return decide(request, ballot, person, page="portal/approval.html", way=Ballot.Way.PORTAL, back=back)


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
        response = decide(
            request, ballot, person, page="portal/approval_by_link.html", way=Ballot.Way.LINK, back=request.path
        )
        response.headers["Content-Language"] = person.language
        response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
        return response


def decide(
    request: HttpRequest, ballot: Ballot, person: Person, *, page: str, way: str, back: str, place: str = PLACE
) -> HttpResponse:
    refusal, status = "", 200
    if request.method == "POST":
        try:
            approval_pages.act(ballot, request.POST, by=person, way=way, at=now())
            return say(request, redirect(back), _("It is written down. Thank you."))
        except Refused as refused:
            refusal, status = str(refused.message), refused.status
            ballot = Ballot.objects.select_related(*approval_pages.WITH).get(pk=ballot.pk)
    context = {
        "place": place,
        "person": person,
        "decision": approval_pages.decision(ballot, person, language=get_language() or "en", at=now()),
        "action": request.path,
        "refusal": refusal,
        "typed": request.POST if refusal else {},
    }
    return part_or_page(request, part="tickets/_decision.html", page=page, context=context, status=status)
