"""How each person works, and the patterns and turns that many share: for those who plan."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.people.models import Person, SupportGroup
from sira.plumbing.audit import told_of
from sira.plumbing.refusals import NotAllowed, Refused
from sira.shell.parts import say
from sira.workforce import calling, planning, rights, working
from sira.workforce.access import TeamRequest, for_workers, groups_of, people_in
from sira.workforce.models import CallRota, Pattern, Rota, SkillOfPerson, Worker
from sira.workforce.plan_forms import CallsForm, HoursForm, LimitsForm, PatternForm, RotaForm, ShiftForm, SkillsForm
from sira.workforce.words import week_as_read

Forms = dict[str, LimitsForm | SkillsForm | HoursForm | RotaForm | ShiftForm]


def _planned(request: TeamRequest, key: int) -> Person:
    """Somebody whose plans the reader makes; others are not there."""
    planning.must_plan(request.user)
    return get_object_or_404(people_in(None, groups_of(request.user)), pk=key)


@require_GET
@for_workers
def person(request: TeamRequest, key: int) -> HttpResponse:
    return _person(request, _planned(request, key), {})


def _person(request: TeamRequest, found: Person, given: Forms, refused: str = "") -> HttpResponse:
    worker = Worker.objects.filter(person=found).select_related("calendar").first()
    levels = dict(SkillOfPerson.objects.filter(person=found).values_list("skill__key", "level"))
    hours = {"by_shifts": worker.by_shifts, "calendar": worker.calendar_id} if worker else {}
    rotas = Rota.objects.filter(person=found).select_related("pattern").order_by("-since")[:10]
    forms: Forms = {
        "limits": LimitsForm(worker=worker),
        "skills": SkillsForm(levels=levels),
        "hours": HoursForm(initial=hours),
        "rota": RotaForm(initial={"since": timezone.localdate()}),
        "shift": ShiftForm(),
    }
    context = {"place": "team", "person": found, "rotas": rotas, "refused": refused, **forms, **given}
    return render(request, "workforce/person.html", context, status=422 if given else 200)


@require_POST
@for_workers
@told_of
def keep(request: TeamRequest, key: int, act: str) -> HttpResponse:
    """One of the forms of the person's page."""
    found = _planned(request, key)
    form, does = ACTS[act](request, found)
    if not form.is_valid():
        return _person(request, found, {act: form})
    try:
        with transaction.atomic():
            does()
    except Refused as refused:
        return _person(request, found, {act: form}, str(refused.message))
    return say(request, redirect("workforce:person", key), _("Kept"))


Act = tuple[LimitsForm | SkillsForm | HoursForm | RotaForm | ShiftForm, Callable[[], object]]


def _limits(request: TeamRequest, found: Person) -> Act:
    form = LimitsForm(request.POST)
    return form, lambda: working.set_limits(found, by=request.user, at=now(), **form.limits())


def _skills(request: TeamRequest, found: Person) -> Act:
    form = SkillsForm(request.POST, levels={})
    return form, lambda: working.set_skills(found, form.levels(), by=request.user, at=now())


def _hours(request: TeamRequest, found: Person) -> Act:
    form = HoursForm(request.POST)
    return form, lambda: working.set_hours(found, **form.cleaned_data, by=request.user, at=now())


def _rota(request: TeamRequest, found: Person) -> Act:
    form = RotaForm(request.POST)
    return form, lambda: planning.put_on_rota(found, **form.cleaned_data, by=request.user, at=now())


def _shift(request: TeamRequest, found: Person) -> Act:
    form, at = ShiftForm(request.POST), now()

    def add() -> None:
        for starts, ends in form.spans(ZoneInfo(found.time_zone)):
            note = form.cleaned_data["note"]
            planning.add_shift(found, starts_at=starts, ends_at=ends, note=note, by=request.user, at=at)

    return form, add


ACTS: dict[str, Callable[[TeamRequest, Person], Act]] = {
    "limits": _limits,
    "skills": _skills,
    "hours": _hours,
    "rota": _rota,
    "shift": _shift,
}


@require_http_methods(["GET", "POST"])
@for_workers
def patterns(request: TeamRequest, key: int | None = None) -> HttpResponse:
    """Patterns of shifts, and the one that is written."""
    planning.must_plan(request.user)
    found = get_object_or_404(Pattern, pk=key) if key else None
    more = 1 if "more" in request.POST else 0
    form, refused = PatternForm(request.POST or None, pattern=found, more=more), ""
    if request.method == "POST" and not more and form.is_valid():
        try:
            planning.keep_pattern(form.cleaned_data["name"], form.weeks(), by=request.user, at=now())
            return say(request, redirect("workforce:patterns"), _("Kept"))
        except Refused as error:
            refused = str(error.message)
    context = {
        "place": "team",
        "patterns": Pattern.objects.prefetch_related("rotas__person").order_by("name"),
        "pattern": found,
        "form": form,
        "days": [words for _number, words in week_as_read()],
        "refused": refused,
    }
    return render(
        request, "workforce/patterns.html", context, status=422 if request.method == "POST" and not more else 200
    )


@require_http_methods(["GET", "POST"])
@for_workers
def calls(request: TeamRequest, key: str) -> HttpResponse:
    """Who is called for a group outside its hours."""
    group = get_object_or_404(SupportGroup, key=key, pk__in=[one.pk for one in groups_of(request.user)])
    if not rights.may_lead(request.user, group):
        raise NotAllowed
    kept = CallRota.objects.filter(group=group).first()
    members = list(Person.objects.agents().filter(memberships__group=group).order_by("name"))
    own: dict[str, object] = {"since": timezone.localdate(), "at": "08:00"}
    if kept:
        own = {"since": kept.since, "at": f"{kept.minute // 60:02}:{kept.minute % 60:02}"}
        own |= {"days": kept.days, "steps": kept.steps}
    form, refused = CallsForm(request.POST or None, members=members, calls=kept, initial=own), ""
    if request.method == "POST" and form.is_valid():
        given, hour = form.cleaned_data, form.cleaned_data["at"]
        named_values = {"since": given["since"], "days": given["days"], "steps": given["steps"]}
        zone = kept.time_zone if kept else request.user.time_zone
        minute = hour.hour * 60 + hour.minute
        try:
            calling.agree(
                group, form.people(), **named_values, minute=minute, time_zone=zone, by=request.user, at=now()
            )
            return say(request, redirect("workforce:calls", key), _("Kept"))
        except Refused as error:
            refused = str(error.message)
    context = {
        "place": "team",
        "group": group,
        "name": str(group),
        "form": form,
        "kept": kept,
        "turns": calling.turns_of(group, now())[:12],
        "refused": refused,
    }
    return render(request, "workforce/calls.html", context, status=422 if request.method == "POST" else 200)
