"""The team's week and one's own working time."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import Refused
from sira.shell.parts import say
from sira.workforce import absences, asking, ending, presence, rights, swapping, week
from sira.workforce.access import TeamRequest, colleagues, for_workers, groups_of, people_in
from sira.workforce.forms import AbsenceForm, ImportForm
from sira.workforce.models import Absence, Presence, Shift
from sira.workforce.words import STATES, shown_days, shown_week


@require_GET
@for_workers
def team(request: TeamRequest) -> HttpResponse:
    """Who is here when, a week at a time."""
    return team_page(request, ImportForm())


def team_page(request: TeamRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    at, groups = now(), groups_of(request.user)
    group = chosen(request, groups)
    zone = timezone.get_current_timezone()
    language, asked_day = get_language() or "en", _asked_day(request) or timezone.localdate(at)
    view = "month" if request.GET.get("view") == "month" else "week"
    days = week.month_around(asked_day, language) if view == "month" else week.week_around(asked_day, language)
    people = list(people_in(group, groups).only("name", "email").order_by("name", "pk"))
    may_plan, own = rights.may_plan(request.user), request.user.pk
    found = week.days_of(people, days, zone=ZoneInfo(str(zone)), at=at, knows=lambda person: may_plan or person == own)
    asked = Absence.objects.filter(person__in=people, state=Absence.State.ASKED).select_related("person", "stand_in")
    context = {
        "place": "team",
        "groups": [(one, str(one)) for one in groups],
        "group": group,
        "may_lead": group is not None and rights.may_lead(request.user, group),
        "may_plan": may_plan,
        "view": view,
        **shown_week(found, today=timezone.localdate(at), opens=None if may_plan else request.user.pk),
        "asked": [(one, *shown_days(one)) for one in asked.order_by("starts_at")] if may_plan else [],
        "ending": [(one, ending.said(one, last)) for one, last in ending.running_out(people, at)] if may_plan else [],
        "import_form": form,
    }
    return render(request, "workforce/team.html", context, status=status)


def chosen(request: HttpRequest, groups: list[SupportGroup]) -> SupportGroup | None:
    asked = request.GET.get("group", "")
    return get_object_or_404(SupportGroup, pk__in=[one.pk for one in groups if one.key == asked]) if asked else None


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("week", ""))
    except ValueError:
        return None


@require_GET
@for_workers
def mine(request: TeamRequest) -> HttpResponse:
    """One's own presence, shifts and leave."""
    return mine_page(request)


def mine_page(request: TeamRequest, refused: Refused | None = None) -> HttpResponse:
    way = asking.way_for(request.user)
    form = AbsenceForm(colleagues=colleagues(request.user), kinds=_kinds(request.user, way))
    words, status = (refused.message, refused.status) if refused else ("", 200)
    return _mine(request, form, leave_way=way, refused=str(words), status=status)


def _kinds(person: Person, leave_way: str) -> list[tuple[str, Any]]:
    """What is entered on one's own page: leave only where no process decides it, or by who may approve their own."""
    is_decided = leave_way and not rights.may_approve_for(person, person)
    return [(key, words) for key, words in Absence.Kind.choices if key != Absence.Kind.LEAVE or not is_decided]


def _mine(
    request: TeamRequest, form: AbsenceForm, *, leave_way: str, refused: str = "", status: int = 200
) -> HttpResponse:
    at, person = now(), request.user
    kept = Presence.objects.filter(person=person).first()
    away = person.absences.select_related("stand_in")
    context = {
        "place": "team",
        "state": presence.state_of(kept, at),
        "states": STATES,
        "shifts": Shift.objects.filter(person=person, is_cancelled=False, ends_at__gt=at).order_by("starts_at")[:10],
        "swaps": swapping.open_for(person, at),
        "away": [(one, *shown_days(one)) for one in away.order_by("-starts_at")[:20]],
        "at": at,
        "form": form,
        "leave_way": leave_way,
        "refused": refused,
    }
    return render(request, "workforce/mine.html", context, status=status)


@require_POST
@for_workers
def set_presence(request: TeamRequest) -> HttpResponse:
    state = request.POST.get("presence", "")
    if state in Presence.State.values:
        presence.set_presence(request.user, state, by=request.user, at=now())
    target = request.POST.get("next", "")
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if safe else "workforce:mine")


@require_POST
@for_workers
def active(request: TeamRequest) -> JsonResponse:
    """The screen tells that somebody works at it, or only asks; the answer is what the bar shows."""
    person, at = request.user, now()
    if request.POST.get("idle"):
        kept = Presence.objects.filter(person=person).first()
        return JsonResponse({"presence": presence.state_of(kept, at)})
    return JsonResponse({"presence": presence.state_of(presence.seen(person, at=at), at)})


@require_POST
@for_workers
def ask(request: TeamRequest) -> HttpResponse:
    """Leave is asked for, sick days are said; who may approve leave enters it at once."""
    person, way = request.user, asking.way_for(request.user)
    form = AbsenceForm(request.POST, colleagues=colleagues(person), kinds=_kinds(person, way))
    if not form.is_valid():
        return _mine(request, form, leave_way=way, status=422)
    starts, ends = form.span(ZoneInfo(person.time_zone))
    told: dict[str, Any] = {"stand_in": form.cleaned_data["stand_in"], "note": form.cleaned_data["note"]}
    kind = form.cleaned_data["kind"]
    if kind == Absence.Kind.SICK or rights.may_approve_for(person, person):
        absences.record_absence(person, kind, starts_at=starts, ends_at=ends, by=person, at=now(), **told)
        return say(request, redirect("workforce:mine"), _("Entered"))
    assert ends is not None
    absences.ask_leave(person, starts_at=starts, ends_at=ends, by=person, at=now(), **told)
    return say(request, redirect("workforce:mine"), _("Asked for. Your lead decides."))


@require_POST
@for_workers
def end(request: TeamRequest, key: int) -> HttpResponse:
    absence = get_object_or_404(Absence, pk=key, person=request.user)
    absences.end_absence(absence, by=request.user, at=now())
    return redirect("workforce:mine")


@require_POST
@for_workers
def decide(request: TeamRequest, key: int) -> HttpResponse:
    state = Absence.State.APPROVED if request.POST.get("decision") == "approve" else Absence.State.REFUSED
    people = people_in(None, groups_of(request.user))
    absence = get_object_or_404(Absence, pk=key, person__in=people)
    absences.decide_leave(absence, state, by=request.user, at=now())
    return redirect("workforce:team")
