"""Running processes moved to another version by program: looked at first, then moved. For who draws."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.processes import transferring
from sira.processes.models import ProcessVersion
from sira.studio.drawings_by_program import Number, Word, for_drawers
from sira.tickets.models import Ticket

router = Router(tags=["drawings"])


class Moving(Closed):
    """to: the version in which they go on.  mapping: where a step of the old drawing stands in the new one, by id."""

    to: Number
    mapping: dict[Word, Word] = Field(default_factory=dict)


class StepShown(Schema):
    """goes: id of the step in the other drawing; empty where there is none, for which `reason` says why."""

    element: str
    goes: str
    number: int
    reason: str


class Against(Schema):
    problem: str
    number: int


class MovingShown(Schema):
    """running: how many there are; fitting: how many of those looked at could go on; against: what keeps the others."""

    running: int
    looked_at: int
    fitting: int
    steps: list[StepShown]
    against: list[Against]


class Moved(Schema):
    """stayed: numbers of tickets whose process stays where it is."""

    moved: int
    stayed: list[str]


@router.post(
    "/drawings/processes/{key}/versions/{version}/moving/trial", summary="Look what moving would do",
    response=answers(MovingShown),
)  # fmt: skip
@for_drawers
def looked(request: HttpRequest, key: str, version: Number, given: Moving) -> HttpResponse:
    """Where each running process would stand in the other version; nothing changes, so no key is needed."""
    row, to = both(key, version, given)
    look = transferring.look(row, to, mapping=given.mapping, at=timezone.now())
    counts = {"running": look.running, "looked_at": len(look.rehearsed), "fitting": look.fitting}
    steps = [
        {"element": element, "goes": goes, "number": number, "reason": str(reason)}
        for element, goes, number, reason in look.standing()
    ]
    against = [{"problem": problem, "number": number} for problem, number in look.against()]
    return JsonResponse({**counts, "steps": steps, "against": against})


@router.post(
    "/drawings/processes/{key}/versions/{version}/moving", summary="Move what runs to another version",
    response=answers(Moved),
)  # fmt: skip
@for_drawers
def moved(request: HttpRequest, key: str, version: Number, given: Moving) -> HttpResponse:
    """Each by itself; a repeat moves those that still stand there, so no key is needed."""
    row, to = both(key, version, given)
    by, at = caller(request), timezone.now()
    number, stayed = transferring.transfer_all(row, to, mapping=given.mapping, by=by, at=at)
    subjects = {each.instance.subject for each in stayed}
    numbers = sorted(Ticket.objects.filter(pk__in=subjects).values_list("number", flat=True))
    return JsonResponse({"moved": number, "stayed": numbers})


def both(key: str, version: int, given: Moving) -> tuple[ProcessVersion, ProcessVersion]:
    """Raises Problem where the other is a draft, or the same."""
    row = get_object_or_404(ProcessVersion, key=key, version=version)
    to = transferring.goals(row).filter(version=given.to).first()
    if to is None:
        raise Problem(422, "invalid", f"to: there is no other version {given.to} that something can run in.")
    return row, to
