"""What happened to a ticket and why: its history, what was decided about it, what was owed for it at an instant.

For who works on it. What stands against it of somebody's leave, only who may know of that reads.
"""

from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Router, Schema

from sira.api.aside import worked_on
from sira.api.auth import caller
from sira.api.instants import Instant
from sira.api.paging import USUAL, only_known, page
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import moment
from sira.calendars.working_time import FIRST_YEAR, LAST_YEAR
from sira.decisions.models import Reason, Trace
from sira.people.automation import AUTOMATION_ID
from sira.people.models import Person
from sira.promises import explaining as promised
from sira.promises.explaining import Stretch
from sira.routing import explaining
from sira.tickets.models import HistoryEntry
from sira.tickets.wording import MODELS
from sira.workforce import rights

router = Router(tags=["tickets"])


class EntryOfTicket(Schema):
    """by: null where the desk did it by itself.  facts: what it was about; of a change before and after."""

    id: int
    at: datetime
    kind: str
    by: int | None
    facts: dict[str, Any]


class History(Schema):
    items: list[EntryOfTicket]
    next: str | None


class CandidateShown(Schema):
    """figure: open work, or tickets owed to their share, where that was compared."""

    person: int
    figure: float | None


class LeftOut(Schema):
    person: int
    why: str


class TableShown(Schema):
    """The decision table that was asked, its version, and the rows that matched."""

    key: str
    version: int
    rows: list[str]


class DecisionShown(Schema):
    """kind: priority, route, promise ..., or what a drawing asked.  inputs, outcome: what was asked, what came out.

    Of a route also who got it, a word why, who else could have had it, and who could not.
    """

    id: int
    at: datetime
    kind: str
    table: TableShown | None
    inputs: dict[str, Any]
    outcome: Any
    agent: int | None
    why: str
    candidates: list[CandidateShown]
    left_out: list[LeftOut]


class DecisionPage(Schema):
    items: list[DecisionShown]
    next: str | None


class PromiseShown(Schema):
    """state: counting or paused.  minutes: of working time that were promised.  until: when that was over, if it was.

    calendar, edition: in whose hours.  table, inputs: by which rule.
    """

    target: str
    name: str
    state: str
    minutes: float
    due_at: datetime | None
    since: datetime
    until: datetime | None
    calendar: str
    edition: int
    table: TableShown | None
    inputs: dict[str, Any]


class Promises(Schema):
    on: datetime
    items: list[PromiseShown]


@router.get("/{number}/history", summary="List what happened to it, newest first", response=answers(History))
def history(request: HttpRequest, number: str, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request)
    rows = HistoryEntry.objects.filter(ticket=worked_on(request, number))
    found, following = page(rows, cursor=cursor, limit=limit)
    keys = keys_in(found)
    items = [
        {
            "id": row.pk,
            "at": moment(row.at),
            "kind": row.kind,
            "by": None if row.by_id == AUTOMATION_ID else row.by_id,
            "facts": {name: as_keys(value, keys.get(name)) for name, value in row.facts.items()},
        }
        for row in found
    ]
    return JsonResponse({"items": items, "next": following})


def keys_in(entries: list[HistoryEntry]) -> dict[str, dict[int, str]]:
    """How the API names the groups, categories, services and types that facts name by number."""
    found = {}
    for name, model in MODELS.items():
        values = [each for entry in entries for each in as_list(entry.facts.get(name))]
        ids = {each for each in values if isinstance(each, int)}
        found[name] = dict(model.objects.filter(pk__in=ids).values_list("pk", "key")) if ids else {}
    return found


def as_keys(value: Any, keys: dict[int, str] | None) -> Any:
    if keys is None:
        return value
    if isinstance(value, list):
        return [as_keys(each, keys) for each in value]
    return keys.get(value) if isinstance(value, int) else value


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@router.get("/{number}/decisions", summary="List what was decided about it, and why", response=answers(DecisionPage))
def decisions(request: HttpRequest, number: str, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    """Newest first. Of somebody's leave it is said that they are away, but to who leads the group."""
    only_known(request)
    rows = Trace.objects.filter(subject=worked_on(request, number).pk).select_related("reason__version")
    rows = rows.defer("reason__version__source")
    found, following = page(rows, cursor=cursor, limit=limit)
    return JsonResponse({"items": [decision(row, caller(request)) for row in found], "next": following})


def decision(row: Trace, reader: Person) -> dict[str, Any]:
    detail = row.detail
    shown = {"id": row.pk, "at": moment(row.at), "kind": row.kind, "table": table(row)}
    shown |= {"inputs": row.inputs, "outcome": row.outcome, "agent": detail.get("agent"), "why": detail.get("why", "")}
    figures = explaining.figures(detail)
    candidates = [
        {"person": key, "figure": figure}
        for key, figure in zip_longest(explaining.candidates(detail), figures)
        if key is not None
    ]
    group = row.outcome.get("group") if isinstance(row.outcome, dict) else row.outcome
    in_full = explaining.is_personal(detail) and rights.may_know_of_leave(reader, str(group))
    left_out = [
        {"person": key, "why": explaining.told_as(why, in_full=in_full)} for key, why in explaining.left_out(detail)
    ]
    return shown | {"candidates": candidates, "left_out": left_out}


def table(row: Reason | Trace) -> dict[str, Any] | None:
    if row.version is None:
        return None
    rows = [str(each) for matched in row.detail.get("matched", []) for each in matched.get("rows", [])]
    return {"key": row.version.key, "version": row.version.version, "rows": rows}


@router.get("/{number}/promises", summary="What is owed for it, or was at an instant", response=answers(Promises))
def promises(request: HttpRequest, number: str, on: Instant | None = None) -> HttpResponse:
    """As it stood then: time, deadline, calendar and rule. `on`: now, if left out."""
    only_known(request, "on")
    at = on or timezone.now()
    if not FIRST_YEAR < at.year < LAST_YEAR:
        raise Problem(422, "invalid", f"on: between the years {FIRST_YEAR} and {LAST_YEAR}.")
    owed = promised.owed(worked_on(request, number).pk, on=at)
    reasons = Reason.objects.select_related("version").defer("version__source")
    kept = reasons.in_bulk([one.rule.get("reason") or 0 for one in owed.values()])
    items = [promise(name, one, kept.get(one.rule.get("reason") or 0)) for name, one in owed.items()]
    return JsonResponse({"on": moment(at), "items": items})


def promise(target: str, one: Stretch, reason: Reason | None) -> dict[str, Any]:
    return {
        "target": target,
        "name": one.rule.get("name", ""),
        "state": one.state,
        "minutes": one.budget / timedelta(minutes=1),
        "due_at": moment(one.due_at),
        "since": moment(one.since),
        "until": moment(one.until) if one.ended_by else None,
        "calendar": one.edition.calendar.name,
        "edition": one.edition.number,
        "table": table(reason) if reason else None,
        "inputs": reason.inputs if reason else {},
    }
