"""Drawings tried out by program: a decision asked, a process walked through. For who draws."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.once import once
from sira.api.refusing import answers
from sira.api.shapes import Closed, moment
from sira.decisions.models import DecisionVersion
from sira.decisions.plain import plain
from sira.plumbing.looking import nothing_written
from sira.processes.models import ProcessVersion
from sira.studio import examples
from sira.studio.drawings_by_program import Number, Word, chosen, for_drawers
from sira.studio.rehearsal import limits

if TYPE_CHECKING:  # whoever calls the API for something else need not wait for what tries out
    from sira.studio.rehearsal.playing import Play
    from sira.studio.rehearsal.story import Line, Wait

router = Router(tags=["drawings"])


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
        graph = drawing_of(row.source, row.key)
        start = begun(graph, {**given.facts, "ticket": given.ticket}, caller(request))
        if given.ticket and start.ticket is None:
            raise Http404
        result = moves.played(graph, start.scene, start.cast, done, at=start.at)
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
