"""Who works here and who asks: entered, given a role and groups, joined, let go."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sira.people import second_factor
from sira.people.finding import people_like
from sira.people.models import Joining, MadeRole, Person
from sira.people.personal import asking
from sira.plumbing import audit
from sira.plumbing.desk_files import desk_files
from sira.shell.meanwhile import status_of
from sira.shell.parts import say
from sira.studio.access import for_administrators, who
from sira.studio.house import people_forms, personal_forms, role_forms
from sira.studio.house.acting import carried_out, forms_of
from sira.studio.house.paging import page_by_name
from sira.tickets import wording_of_leaving
from sira.tickets.leaving import NOTHING, WentBack
from sira.tickets.models import Ticket

WENT_BACK = "went_back"  # in the session

ACTS: dict[str, Any] = {
    "details": people_forms.DetailsForm,
    "role": people_forms.RoleForm,
    "into_group": people_forms.JoinGroupForm,
    "out_of_group": people_forms.LeaveGroupForm,
    "address": people_forms.AddressForm,
    "link": people_forms.LinkForm,
    "factors": people_forms.FactorsForm,
    "sessions": people_forms.EndSessionsForm,
    "give_role": role_forms.GiveToPersonForm,
    "take_role": role_forms.TakeFromPersonForm,
    "let_go": people_forms.LetGoForm,
    "take_back": people_forms.TakeBackForm,
    "join": people_forms.JoinForm,
    "part": people_forms.PartForm,
    "archive": personal_forms.ArchiveForm,
    "forget": personal_forms.ForgetForm,
}


@require_GET
@for_administrators
def people(request: HttpRequest) -> HttpResponse:
    return listed(request, people_forms.NewPersonForm(initial={"role": "agent"}))


def listed(request: HttpRequest, new: people_forms.NewPersonForm) -> HttpResponse:
    """By name, paged by key: who works here, or whoever is looked for."""
    typed = request.GET.get("q", "").strip()
    everybody: Any = Person.objects.filter(joined_into=None).exclude(role=Person.Role.SYSTEM).exclude(name="", email="")
    rows: Any = people_like(typed) if typed else everybody
    if request.GET.get("who") != "all" and not typed:
        rows = rows.with_rights()
    rows = rows.select_related("organisation").prefetch_related("memberships__group")
    context = page_by_name(request, rows) | {
        "place": "studio",
        "house": "people",
        "typed": typed,
        "all": request.GET.get("who") == "all",
        "new": new,
    }
    return render(request, "studio/house/people.html", context, status=422 if new.errors else 200)


@require_POST
@for_administrators
def enter(request: HttpRequest) -> HttpResponse:
    form = people_forms.NewPersonForm(request.POST)
    done, person = carried_out(request, form)
    if not done:
        return listed(request, form)
    return say(request, redirect("studio:person", person.pk), _("Entered"))


@require_GET
@for_administrators
def person(request: HttpRequest, key: int) -> HttpResponse:
    return shown(request, found_person(key), {})


@require_POST
@for_administrators
def act(request: HttpRequest, key: int, act: str) -> HttpResponse:
    row = found_person(key)
    form = ACTS[act](request.POST, person=row, auto_id=f"{act}_%s")
    done, given = carried_out(request, form)
    if not done:
        return shown(request, row, {act: form})
    if isinstance(given, WentBack) and (act == "let_go" or given != NOTHING):
        request.session[WENT_BACK] = {"person": row.pk, **asdict(given)}
    return say(request, redirect("studio:person", row.pk), _("Kept"))


@require_GET
@never_cache
@for_administrators
def archive(request: HttpRequest, key: int, asked: int) -> Any:
    """All that is kept of the person, for whoever asked for it."""
    held = asking.fetch(asked, of=key, by=who(request), way=audit.PAGE, at=now())
    if held is None or held.digest is None:
        raise Http404
    response = StreamingHttpResponse(desk_files().read(bytes(held.digest)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="person-{key}.zip"'
    response["Content-Length"] = str(held.size)
    return response


def found_person(key: int) -> Person:
    rows = Person.objects.exclude(role=Person.Role.SYSTEM).select_related("organisation", "manager", "joined_into")
    return get_object_or_404(rows, pk=key)


def shown(request: HttpRequest, row: Person, refused: dict[str, Any]) -> HttpResponse:
    given = row.given_roles.select_related("role", "group", "organisation")
    context = forms_of(ACTS, refused, person=row) | {
        "place": "studio",
        "house": "people",
        "person": row,
        "addresses": row.addresses.order_by("kind", "value"),
        "memberships": row.memberships.select_related("group").order_by("group__name"),
        "given": given.order_by("role__name", "pk") if row.made_rights else [],
        "has_made_roles": MadeRole.objects.exists(),
        "joinings": Joining.objects.filter(kept=row, undone_at=None).select_related("joined", "by").order_by("-at"),
        "has_factors": row != who(request) and second_factor.factors(row).exists(),
        "forgotten": asking.is_forgotten(row),
        "archives": asking.archives_for(row, by=who(request), at=now()),
        "went_back": _went_back(request, row),
        "held": Ticket.objects.filter(status__in=Ticket.ACTIVE, agent=row).count() if row.is_agent else 0,
    }
    return render(request, "studio/house/person.html", context, status=status_of(*refused.values()))


def _went_back(request: HttpRequest, row: Person) -> list[wording_of_leaving.Line]:
    """For who let them go, until they let another one go or sign out: the page they land on tells where it went."""
    kept = request.session.get(WENT_BACK)
    works_again = row.is_agent and row.is_active
    return wording_of_leaving.lines(kept) if kept and kept["person"] == row.pk and not works_again else []
