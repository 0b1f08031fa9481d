"""The two pages of approvals, as the portal and the workspace show them within their frames."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes.tasks.models import Ballot
from sira.shell.parts import part_or_page, say
from sira.tickets import approval_pages


def list_page(request: HttpRequest, person: Person, *, place: str, url_name: str, page: str) -> HttpResponse:
    """What waits for one's word, the oldest first; ?which=decided: what one has said, the newest first."""
    at, given = now(), request.GET
    decided = given.get("which") == "decided"
    found = approval_pages.listed(
        person, decided=decided, after=given.get("after", ""), before=given.get("before", ""), at=at
    )
    which = "which=decided&" if decided else ""
    context = {
        "place": place,
        "url_name": url_name,
        "listed": found,
        "decided": decided,
        "looked_at": at,
        "older": f"?{which}after={found.older}" if found.older else "",
        "newer": f"?{which}before={found.newer}" if found.newer else "",
    }
    return part_or_page(request, part="tickets/_approvals.html", page=page, context=context)


def decision_page(
    request: HttpRequest, ballot: Ballot, person: Person, *, place: str, page: str, way: str, back: str
) -> HttpResponse:
    """The decision, and what was pressed on it. After a refusal it is shown as it stands by then."""
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
