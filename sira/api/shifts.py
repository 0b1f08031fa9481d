"""Who works when and who is away: one's own shifts, leave and presence, and those of people whose plans one makes."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import FilterSchema, Query, Router

from sira.api import shapes_of_team as shapes
from sira.api.auth import caller
from sira.api.house import for_right, for_working
from sira.api.instants import Instant
from sira.api.once import once
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import moment
from sira.api.tickets import named
from sira.people.models import Person, SupportGroup
from sira.people.rights import Right
from sira.workforce import absences, asking, planning, presence, rights, swapping
from sira.workforce.access import colleagues, groups_of, people_in
from sira.workforce.models import Absence, Presence, Shift, Swap

router = Router(tags=["house"])


class ShiftFilters(FilterSchema):
    person: Key | None = None
    group: str | None = None
    kind: str | None = None
    since: Instant | None = None
    until: Instant | None = None


class AbsenceFilters(FilterSchema):
    person: Key | None = None
    state: str | None = None
    since: Instant | None = None
    until: Instant | None = None


WITHIN = {"since": "ends_at__gt", "until": "starts_at__lt"}
COLUMNS = {"person": "person", "group": "group__key", "kind": "kind", "state": "state", **WITHIN}


def of_those_planned(who: Person, rows: Any) -> Any:
    """One's own, and of those whose plans one makes."""
    own = Q(person=who)
    if not rights.may_plan(who):
        return rows.filter(own)
    return rows.filter(own | Q(person__in=people_in(None, groups_of(who)).values("pk")))


def shift(row: Shift) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("kind", "step", "note")}
    times = {"starts_at": moment(row.starts_at), "ends_at": moment(row.ends_at)}
    laid = {"cancelled": row.is_cancelled, "rota": bool(row.rota_id or row.calls_id)}
    return {
        "id": row.pk,
        "person": row.person_id,
        "group": row.group.key if row.group else None,
        **own,
        **times,
        **laid,
    }


def shifts_for(request: HttpRequest) -> Any:
    return of_those_planned(caller(request), Shift.objects.select_related("group", "person"))


@router.get("/shifts", summary="List shifts and duties on call, newest first", response=answers(shapes.ShiftPage))
@for_working
def listed_shifts(
    request: HttpRequest, filters: Query[ShiftFilters], cursor: str = "", limit: int = USUAL
) -> HttpResponse:
    """One's own, and of those whose plans one makes; `since` and `until` take what lies between them."""
    only_known(request, *ShiftFilters.model_fields)
    wanted = {COLUMNS[name]: value for name, value in filters.dict().items() if value is not None}
    rows, following = page(shifts_for(request).filter(**wanted), cursor=cursor, limit=limit)
    return JsonResponse({"items": [shift(row) for row in rows], "next": following})


@router.post("/shifts", summary="Enter a single shift", response=answers(shapes.ShiftShown, status=201))
@for_right(Right.PLAN)
@once
def made_shift(request: HttpRequest, given: shapes.NewShift) -> tuple[int, Any]:
    who = caller(request)
    person = people_in(None, groups_of(who)).filter(pk=given.person).first()
    if person is None:
        raise Problem(422, "invalid", f"person: there is nobody {given.person} whose plans you make.")
    if (given.kind == "on_call") != bool(given.group):
        raise Problem(422, "invalid", "group: for whom somebody is on call, and for no other shift.")
    terms = given.dict(exclude={"person", "group"})
    group = named(SupportGroup, given.group, "group")
    if group and group not in groups_of(who):
        raise Problem(422, "invalid", f"group: {given.group!r} is not yours to plan for.")
    return 201, shift(planning.add_shift(person, **terms, group=group, by=who, at=timezone.now()))


@router.delete("/shifts/{key}", summary="Cancel a shift", response=answers(None, status=204))
@for_right(Right.PLAN)
def cancelled_shift(request: HttpRequest, key: Key) -> HttpResponse:
    planning.cancel_shift(get_object_or_404(shifts_for(request), pk=key), by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/shifts/{key}/person", summary="Give a shift to somebody else", response=answers(shapes.ShiftShown))
@for_right(Right.PLAN)
def gave_shift(request: HttpRequest, key: Key, given: shapes.GivenAway) -> HttpResponse:
    who, row = caller(request), get_object_or_404(shifts_for(request), pk=key)
    to = get_object_or_404(people_in(None, groups_of(who)), pk=given.person)
    return JsonResponse(shift(planning.give_shift(row, to, by=who, at=timezone.now())))


def swap(row: Swap) -> dict[str, Any]:
    who = {"asked_by": row.asked_by_id, "asked_of": row.asked_of_id}
    return {"id": row.pk, "one": row.one_id, "other": row.other_id, **who, "state": row.state}


@router.get("/swaps", summary="List open swaps of one's own", response=answers(shapes.Swaps))
@for_working
def listed_swaps(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"items": [swap(row) for row in swapping.open_for(caller(request), timezone.now())]})


@router.post("/swaps", summary="Ask a colleague to swap", response=answers(shapes.SwapShown, status=201))
@for_working
@once
def asked_swap(request: HttpRequest, given: shapes.NewSwap) -> tuple[int, Any]:
    """`one` is one's own; `other` one of those it can be swapped for, in the four weeks around it."""
    who, at = caller(request), timezone.now()
    mine = get_object_or_404(Shift, pk=given.one, person=who)
    theirs = next((one for one in swapping.offers(mine, at) if one.pk == given.other), None)
    if theirs is None:
        raise Problem(422, "invalid", f"other: shift {given.one} cannot be swapped for {given.other}.")
    return 201, swap(swapping.ask(mine, theirs, by=who, at=at))


@router.put("/swaps/{key}/answer", summary="Answer, or withdraw, a swap", response=answers(shapes.SwapShown))
@for_working
def answered_swap(request: HttpRequest, key: Key, given: shapes.SwapAnswer) -> HttpResponse:
    who = caller(request)
    row = get_object_or_404(Swap, Q(asked_by=who) | Q(asked_of=who), pk=key)
    return JsonResponse(swap(swapping.answer(row, given.answer, by=who, at=timezone.now())))


def absence(row: Absence) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("kind", "state", "note")}
    times = {"starts_at": moment(row.starts_at), "ends_at": moment(row.ends_at)}
    return {"id": row.pk, "person": row.person_id, **own, **times, "stand_in": row.stand_in_id}


def absences_for(request: HttpRequest) -> Any:
    return of_those_planned(caller(request), Absence.objects.select_related("person"))


@router.get("/absences", summary="List leave and sick days, newest first", response=answers(shapes.AbsencePage))
@for_working
def listed_absences(
    request: HttpRequest, filters: Query[AbsenceFilters], cursor: str = "", limit: int = USUAL
) -> HttpResponse:
    """One's own, and of those whose plans one makes. What has no end yet lasts beyond every `since`."""
    only_known(request, *AbsenceFilters.model_fields)
    wanted = {COLUMNS[name]: value for name, value in filters.dict(exclude={"since"}).items() if value is not None}
    rows = absences_for(request).filter(**wanted)
    if filters.since:
        rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=filters.since))
    rows, following = page(rows, cursor=cursor, limit=limit)
    return JsonResponse({"items": [absence(row) for row in rows], "next": following})


@router.post("/absences", summary="Enter or ask for an absence", response=answers(shapes.AbsenceShown, status=201))
@for_working
@once
def made_absence(request: HttpRequest, given: shapes.NewAbsence) -> tuple[int, Any]:
    """Sick days count at once, leave where the caller may approve it; else it is asked for, and somebody decides."""
    who, at = caller(request), timezone.now()
    person = who
    if given.person not in (None, who.pk):
        person = get_object_or_404(people_in(None, groups_of(who)), pk=given.person)
    stand_in = colleagues(person).filter(pk=given.stand_in).first() if given.stand_in else None
    if given.stand_in and stand_in is None:
        raise Problem(422, "invalid", f"stand_in: {given.stand_in} shares no group with them.")
    terms: dict[str, Any] = {"stand_in": stand_in, "note": given.note, "by": who, "at": at}
    span: dict[str, Any] = {"starts_at": given.starts_at, "ends_at": given.ends_at}
    if given.kind == "sick" or rights.may_approve_for(who, person):
        return 201, absence(absences.record_absence(person, given.kind, **span, **terms))
    if given.ends_at is None:
        raise Problem(422, "invalid", "ends_at: leave ends.")
    if person == who and asking.way_for(who):
        raise Problem(409, "process_decides", "Leave is asked for by the request that its process decides.")
    return 201, absence(absences.ask_leave(person, **span, **terms))


@router.put("/absences/{key}/decision", summary="Decide about leave", response=answers(shapes.AbsenceShown))
@for_right(Right.PLAN)
def decided_absence(request: HttpRequest, key: Key, given: shapes.AbsenceDecision) -> HttpResponse:
    row = get_object_or_404(absences_for(request), pk=key)
    state = Absence.State.APPROVED if given.decision == "approve" else Absence.State.REFUSED
    return JsonResponse(absence(absences.decide_leave(row, state, by=caller(request), at=timezone.now())))


@router.delete("/absences/{key}", summary="End or withdraw an absence", response=answers(None, status=204))
@for_working
def ended_absence(request: HttpRequest, key: Key) -> HttpResponse:
    absences.end_absence(get_object_or_404(absences_for(request), pk=key), by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


def present(person: Person) -> dict[str, Any]:
    kept, at = Presence.objects.filter(person=person).first(), timezone.now()
    state = presence.state_of(kept, at)
    until = kept.until if kept and kept.until and kept.until > at else None
    return {"state": state, "until": moment(until)}


@router.get("/presence", summary="Read one's own presence", response=answers(shapes.PresenceShown))
@for_working
def read_presence(request: HttpRequest) -> HttpResponse:
    return JsonResponse(present(caller(request)))


@router.put("/presence", summary="Say whether one is here", response=answers(shapes.PresenceShown))
@for_working
def said_presence(request: HttpRequest, given: shapes.PresenceGiven) -> HttpResponse:
    who, at = caller(request), timezone.now()
    if given.until and given.until <= at:
        raise Problem(422, "invalid", "until: it lies behind.")
    presence.set_presence(who, given.state, by=who, until=given.until, at=at)
    return JsonResponse(present(who))
