"""The list of one's requests."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from sira.people import reader
from sira.portal import access, presenting
from sira.portal.access import WITH
from sira.shell.parts import part_or_page
from sira.tickets.models import Ticket
from sira.tickets.visibility import TicketQuerySet

PAGE = 20


@require_GET
@login_required
def tickets(request: HttpRequest) -> HttpResponse:
    """Own requests, newest first, paged by key; ?which= open, all or organisation."""
    person = reader.signed_in(request)
    which = request.GET.get("which", "open")
    rows = access.of_their_organisation(person) if which == "organisation" else access.mine(person)
    if which not in ("all", "organisation"):
        which, rows = "open", rows.current().filter(merged_into=None)
    page, older, newer = _page(rows, before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    context = {
        "place": "requests",
        "which": which,
        "topics": presenting.topics_of(page),
        "cards": presenting.cards(page, person, at=now()),
        "older": f"?which={which}&before={older}" if older else "",
        "newer": f"?which={which}&after={newer}" if newer else "",
        "shares": person.organisation is not None and person.organisation.shares_tickets,
    }
    return part_or_page(request, part="portal/_tickets.html", page="portal/tickets.html", context=context)


def _page(rows: TicketQuerySet, *, before: str, after: str) -> tuple[list[Ticket], int, int]:
    """The rows, and the keys from which the older and the newer page go on (0: there is none)."""
    rows = rows.select_related(*WITH)
    if after.isdecimal():
        found = list(rows.filter(pk__gt=int(after)).order_by("id")[: PAGE + 1])
        page = found[:PAGE][::-1]
        return page, page[-1].pk if page else 0, page[0].pk if len(found) > PAGE else 0
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-id")[: PAGE + 1])
    page = found[:PAGE]
    return page, page[-1].pk if len(found) > PAGE else 0, page[0].pk if page and before.isdecimal() else 0
