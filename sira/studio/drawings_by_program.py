"""Drawings by program as in the studio: their versions, the draft, what stands against it, who names them, tried out,
and what runs moved to another version. For who draws."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.describing import AS_READ, AS_READ_IF_THERE
from sira.api.drawings import drawing, source
from sira.api.house import for_right
from sira.api.matching import must_match
from sira.api.once import once
from sira.api.paging import only_known
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed, moment
from sira.api.shapes_of_house import Drawings, DrawingSource, Published, Shelf
from sira.decisions.models import DecisionVersion
from sira.decisions.plain import plain
from sira.people.rights import Right
from sira.plumbing import prepared
from sira.plumbing.looking import nothing_written
from sira.plumbing.refusals import Refused
from sira.processes import transferring
from sira.processes.models import ProcessVersion
from sira.studio import examples, keeping, references
from sira.studio.references import Loss
from sira.studio.rehearsal import limits
from sira.studio.shelves.shelf import DRAFT, PUBLISHED, Row
from sira.studio.shelves.shelf import Shelf as Room
from sira.tickets.models import Ticket

if TYPE_CHECKING:  # whoever calls the API for something else need not wait for what tries out and checks
    from sira.studio.rehearsal.playing import Line, Play, Wait

router = Router(tags=["drawings"])
for_drawers = for_right(Right.DRAW)
MOST_MOVED = 500  # instances that a look goes through
Number = Annotated[int, Field(ge=1, lt=2**31)]
Word = Annotated[str, Field(max_length=200)]


class Words(Schema):
    items: list[str]


class ProblemOfDrawing(Schema):
    """where: the element's id, empty for the whole.  stops: keeps from publishing; else it may be a mistake."""

    where: str
    name: str
    sentence: str
    stops: bool


class ProblemsOfDrawing(Schema):
    items: list[ProblemOfDrawing]


class Sure(Closed):
    """sure: although others rely on what goes."""

    sure: bool = False


class Question(Closed):
    """facts: by name, nested as tables ask for them.  version: left out, the published one.  decision: by its name in
    the drawing; left out, its last."""

    facts: dict[str, Any] = Field(default_factory=dict)
    version: Number | None = None
    decision: str = Field("", max_length=200)


class AnswerShown(Schema):
    """rows: those that matched, by table.  refused: why nothing came out."""

    version: int
    result: Any
    rows: list[str]
    refused: str


class Move(Closed):
    """do: next, rest and time go on by themselves; finish, late, hear and skip answer to the step that waits at
    `place`, with `outcome`, `after` so many minutes; fact says that `name` of the ticket is `value` now."""

    do: Literal["next", "rest", "time", "finish", "late", "hear", "skip", "fact"]
    place: list[int | str] = Field(default_factory=list, max_length=5)
    outcome: dict[Word, Any] = Field(default_factory=dict)
    after: Literal[limits.DELAYS] = 0  # type: ignore[valid-type]
    name: Word = ""
    value: Any = None


class Trial(Closed):
    """ticket: number of one of the desk, as it came; else one is invented with these facts, such as ticket.impact.

    moves: what is done, from the beginning.
    """

    version: Number | None = None
    ticket: str = Field("", max_length=20)
    facts: dict[Word, Word] = Field(default_factory=dict)
    moves: list[Move] = Field(default_factory=list, max_length=limits.MOST)


class LineShown(Schema):
    at: datetime
    kind: str
    element: str
    name: str
    text: str
    detail: Any


class WaitShown(Schema):
    """place: for a move that answers it."""

    place: list[Any]
    element: str
    name: str
    kind: str
    due: datetime | None


class TrialShown(Schema):
    """moves: how many of them could be done."""

    version: int
    moves: int
    ended: bool
    lines: list[LineShown]
    waits: list[WaitShown]


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


class OthersRely(Refused):
    code = "others_rely_on_it"


def room_of(shelf: str) -> Room:
    from sira.studio.shelves import SHELVES  # noqa: PLC0415 - loaded with the first call

    return SHELVES[shelf]


@router.get("/drawings/{shelf}/{key}/versions", summary="List its versions, newest first", response=answers(Drawings))
@for_drawers
def versions(request: HttpRequest, shelf: Shelf, key: str) -> HttpResponse:
    rows = room_of(shelf).model.objects.filter(key=key).order_by("-version")
    return JsonResponse({"items": [drawing(row) for row in rows]})


@router.get("/drawings/{shelf}/{key}/versions/{version}", summary="Read one", response=answers(DrawingSource))
@for_drawers
def version_of(request: HttpRequest, shelf: Shelf, key: str, version: Number) -> HttpResponse:
    return as_read(get_object_or_404(room_of(shelf).model, key=key, version=version))


def as_read(row: Row) -> HttpResponse:
    return JsonResponse({**drawing(row), "source": source(row)}, headers={"ETag": f'"{row.digest}"'})


def held(shelf: Shelf, key: str) -> Row | None:
    """The draft, for an edit: two who begin one at once wait for each other."""
    prepared.ask("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)) IS NULL", [f"draft {shelf} {key}"])
    return room_of(shelf).model.objects.select_for_update().filter(key=key, status=DRAFT).first()


@router.put(
    "/drawings/{shelf}/{key}/draft", summary="Keep a draft", response=answers(DrawingSource),
    openapi_extra=AS_READ_IF_THERE,
)  # fmt: skip
@for_drawers
@transaction.atomic
def drafted(request: HttpRequest, shelf: Shelf, key: str, given: Published) -> HttpResponse:
    """A new key begins a drawing. If-Match is asked for where there is a draft."""
    by, at, room = caller(request), timezone.now(), room_of(shelf)
    row = held(shelf, key)
    if row is not None:
        must_match(request, f'"{row.digest}"')
        return as_read(keeping.save(room, key, row.version, given.source, base=row.digest, by=by, at=at).row)
    if not room.model.objects.filter(key=key).exists():
        room.free_key(key)
    return as_read(room.new_draft(key, given.source, by=by, at=at))


@router.put(
    "/drawings/{shelf}/{key}/draft/publication", summary="Publish the draft", response=answers(DrawingSource),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_drawers
@transaction.atomic
def published(request: HttpRequest, shelf: Shelf, key: str, given: Sure) -> HttpResponse:
    """What stands against it refuses the call, and what others would lose does until it is `sure`."""
    row = held(shelf, key)
    if row is None:
        raise Problem(404, "not_found", "There is no draft.")
    must_match(request, f'"{row.digest}"')
    if not given.sure:
        must_lose_nothing(references.losses(room_of(shelf), row))
    by, at = caller(request), timezone.now()
    return as_read(keeping.publish(room_of(shelf), key, row.version, base=row.digest, by=by, at=at))


@router.delete("/drawings/{shelf}/{key}/publication", summary="Retire it", response=answers(None, status=204))
@for_drawers
def retired(request: HttpRequest, shelf: Shelf, key: str, sure: bool = False) -> HttpResponse:
    """Nothing new begins with it; what runs goes on."""
    only_known(request, "sure")
    get_object_or_404(room_of(shelf).model, key=key, status=PUBLISHED)
    if not sure:
        must_lose_nothing(references.retiring(room_of(shelf), key))
    room_of(shelf).retire(key)
    return HttpResponse(status=204)


def must_lose_nothing(losses: list[Loss]) -> None:
    """Raises OthersRely."""
    if losses:
        told = [{"what": str(one.what), "users": list(one.users)} for one in losses]
        users = ", ".join(dict.fromkeys(user for one in losses for user in one.users))
        raise OthersRely(f"Others rely on what goes: {users}. Send sure to do it all the same.", losses=told)


@router.get("/drawings/{shelf}/{key}/uses", summary="List what relies on it", response=answers(Words))
@for_drawers
def uses(request: HttpRequest, shelf: Shelf, key: str) -> HttpResponse:
    get_object_or_404(room_of(shelf).model, key=key, status=PUBLISHED)
    return JsonResponse({"items": list(room_of(shelf).uses().get(key, []))})


@router.post("/drawings/{shelf}/{key}/problems", summary="Check a text", response=answers(ProblemsOfDrawing))
@for_drawers
@once
def problems(request: HttpRequest, shelf: Shelf, key: str, given: Published) -> tuple[int, Any]:
    """What stands against publishing it, then what may be a mistake; nothing is kept."""
    found = room_of(shelf).problems(key, given.source)
    return 200, {
        "items": [
            {"where": one.where, "name": one.name, "sentence": str(one.sentence), "stops": one.stops} for one in found
        ]
    }


def chosen(model: Any, key: str, version: int | None) -> Any:
    named = {"version": version} if version else {"status": PUBLISHED}
    return get_object_or_404(model, key=key, **named)


@router.post("/drawings/decisions/{key}/trial", summary="Ask a decision", response=answers(AnswerShown))
@for_drawers
@once
def asked(request: HttpRequest, key: str, given: Question) -> tuple[int, Any]:
    """What a version, published or not, makes of some facts. Nothing is decided by it, and no trace is kept."""
    row = chosen(DecisionVersion, key, given.version)
    facts = examples.as_typed(given.facts, examples.asked(row.source))
    told = examples.ask(row, facts, decision=given.decision)
    rows = list(told.rows)
    return 200, {"version": row.version, "result": told.result, "rows": rows, "refused": told.refused}


@router.post("/drawings/processes/{key}/trial", summary="Try a process out", response=answers(TrialShown))
@for_drawers
def tried(request: HttpRequest, key: str, given: Trial) -> HttpResponse:
    """A dry run: the database refuses every write. The same call gives the same, so no key is needed."""
    row = chosen(ProcessVersion, key, given.version)
    from sira.studio.rehearsal import moves  # noqa: PLC0415 - loaded with the first call
    from sira.studio.rehearsal.desk import drawing_of  # noqa: PLC0415
    from sira.studio.rehearsal.opening import begun  # noqa: PLC0415

    done = [one.dict() for one in given.moves]
    with nothing_written():
        scene, cast, at, ticket = begun({**given.facts, "ticket": given.ticket}, caller(request))
        if given.ticket and ticket is None:
            raise Http404
        result = moves.played(drawing_of(row.source, row.key), scene, cast, done, at=at)
    play: Play = result.play
    shown = {"version": row.version, "moves": len(result.done), "ended": play.ended}
    return JsonResponse(
        {**shown, "lines": [line(one) for one in play.lines], "waits": [wait(one) for one in play.waiting()]}
    )


def line(one: "Line") -> dict[str, Any]:
    own = {"kind": one.kind, "element": one.element, "name": one.name}
    return {"at": moment(one.at), **own, "text": str(one.text), "detail": plain(one.detail)}


def wait(one: "Wait") -> dict[str, Any]:
    named = {"element": one.node.id, "name": one.name or one.node.name, "kind": one.kind}
    return {"place": list(one.place), **named, "due": moment(one.due)}


@router.post(
    "/drawings/processes/{key}/versions/{version}/moving/trial", summary="Look what moving would do",
    response=answers(MovingShown),
)  # fmt: skip
@for_drawers
def looked(request: HttpRequest, key: str, version: Number, given: Moving) -> HttpResponse:
    """Where each running process would stand in the other version; nothing changes, so no key is needed."""
    row, to = both(key, version, given)
    with transaction.atomic():  # facts of tickets are read under their locks
        running = transferring.running_on(row)
        count = running.count()
        rehearsed = transferring.rehearse(running[:MOST_MOVED], to, mapping=given.mapping, at=timezone.now())
        transaction.set_rollback(True)
    reasons = {one.element: str(one.reason) for each in rehearsed for one in each.standing if not one.to}
    steps = [
        {"element": element, "goes": goes, "number": number, "reason": "" if goes else reasons.get(element, "")}
        for (element, goes), number in sorted(transferring.summary(rehearsed).items())
    ]
    against = Counter(str(problem) for each in rehearsed for problem in each.problems).most_common()
    counts = {"running": count, "looked_at": len(rehearsed), "fitting": sum(each.fits for each in rehearsed)}
    told = [{"problem": problem, "number": number} for problem, number in against]
    return JsonResponse({**counts, "steps": steps, "against": told})


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
    to = ProcessVersion.objects.filter(key=key, version=given.to).exclude(status=DRAFT).exclude(pk=row.pk).first()
    if to is None:
        raise Problem(422, "invalid", f"to: there is no other version {given.to} that something can run in.")
    return row, to
