"""Where the portal begins: find, ask, and what is under way."""

from django.contrib.auth.decorators import login_required
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from sira.catalogue.models import RequestType
from sira.people import reader, rights
from sira.portal import finding, presenting
from sira.portal.access import WITH, mine
from sira.portal.words import offered
from sira.shell.parts import part_or_page, wants_part
from sira.shell.places import places_for
from sira.tickets.models import Ticket

MOST_CARDS = 5
YOUR_TURN_FIRST = Case(
    When(status__in=(Ticket.Status.WAITING, Ticket.Status.RESOLVED), then=Value(0)),
    default=Value(1),
    output_field=IntegerField(),
)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The desk's front door: each to their first place, others to what is open to all."""
    person = request.user
    if not person.is_authenticated:
        context = {"offered": offered(RequestType.objects.open_to_all()), **_found_publicly(request)}
        return render(request, "portal/welcome.html", context)
    if rights.may_administer(person) and not Ticket.objects.exists():
        return redirect("studio:guide")  # an empty desk is set up first
    return redirect(places_for(person)[0].url)


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """With ?q= the finds stand below the field, for those without JavaScript too."""
    person = reader.signed_in(request)
    current = mine(person).current().filter(merged_into=None)
    newest = list(current.select_related(*WITH).order_by(YOUR_TURN_FIRST, "-id")[:MOST_CARDS])
    cards = presenting.cards(newest, person, at=now())
    context = {
        "place": "portal",
        "first_name": person.name.split(" ")[0],
        "offered": offered(RequestType.objects.offered_to(person)),
        "topics": presenting.topics_of(newest),
        "cards": cards,
        "open_count": current.count() if len(cards) == MOST_CARDS else len(cards),
        **_found(request),
    }
    return render(request, "portal/home.html", context)


@require_GET
@login_required
def find(request: HttpRequest) -> HttpResponse:
    """What the field finds while one types; without JavaScript the whole page answers."""
    if not wants_part(request):
        return home(request)
    return part_or_page(request, part="portal/_found.html", page="portal/home.html", context=_found(request))


@require_GET
def find_publicly(request: HttpRequest) -> HttpResponse:
    """The same for somebody who has not signed in."""
    if request.user.is_authenticated or not wants_part(request):
        return start(request)
    context = _found_publicly(request)
    return part_or_page(request, part="portal/_found.html", page="portal/welcome.html", context=context)


def _found(request: HttpRequest) -> dict[str, object]:
    typed = request.GET.get("q", "").strip()
    if not typed:
        return {"q": ""}
    person = reader.signed_in(request)
    found = finding.find(typed, person, language=get_language() or "en")
    return _told(typed, found) | {"found_cards": presenting.cards(found.tickets, person, at=now())}


def _found_publicly(request: HttpRequest) -> dict[str, object]:
    typed = request.GET.get("q", "").strip()
    return _told(typed, finding.find_publicly(typed, language=get_language() or "en")) if typed else {"q": ""}


def _told(typed: str, found: finding.Found) -> dict[str, object]:
    return {"q": typed, "found_answers": found.answers, "found_offered": offered(found.request_types)}
