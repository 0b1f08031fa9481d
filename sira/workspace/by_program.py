"""Templates and macros by program: read by who may use them, written by leads, used in a ticket at once."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api import shapes
from sira.api.aside import worked_on
from sira.api.auth import caller
from sira.api.house import for_working
from sira.api.once import once
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.setting_up import Kind, offer
from sira.api.shapes import PRIORITIES, PRIORITY_WORDS, TRIMMED, Closed, Tag
from sira.api.tickets import as_left, named
from sira.people.models import Person, SupportGroup
from sira.workspace import macros
from sira.workspace.models import Macro

router = Router(tags=["tickets"])
Text = Annotated[str, Field(max_length=100_000)]


class Acts(Closed):
    """What it does to a ticket.  take: whoever uses it gets it.  group: key.  hold: days.

    At most one of wait, hold and resolve.
    """

    take: bool = False
    priority: Literal["critical", "high", "medium", "low"] | None = None
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    group: Annotated[str, Field(max_length=60)] | None = None
    wait: bool = False
    hold: Annotated[int, Field(ge=1, le=365)] | None = None
    resolve: bool = False


class MacroGiven(Closed):
    """group: key of who has it; left out, everybody at the desk.  text: may name placeholders, as {first_name}."""

    name: Annotated[str, Field(max_length=80, pattern=TRIMMED)]
    group: str | None = Field(None, max_length=60)
    kind: Literal["answer", "note"] = "answer"
    text: Text = ""
    acts: Acts = Acts()


class ActsShown(Schema):
    take: bool
    priority: str | None
    tags: list[str]
    group: str | None
    wait: bool
    hold: int | None
    resolve: bool


class MacroShown(Schema):
    id: int
    name: str
    group: str | None
    kind: str
    text: str
    acts: ActsShown


class Used(Closed):
    """text: what goes out instead of the macro's own words."""

    text: Text | None = None


def macro_shown(row: Macro) -> dict[str, Any]:
    acts = dict(row.acts)
    to = SupportGroup.objects.filter(pk=acts["group"]).first() if "group" in acts else None
    flags = {name: bool(acts.get(name)) for name in ("take", "wait", "resolve")}
    more = {"tags": acts.get("tags", []), "group": to.key if to else None, "hold": acts.get("hold")}
    done = flags | more | {"priority": PRIORITY_WORDS.get(acts.get("priority", 0))}
    own = {name: getattr(row, name) for name in ("name", "kind", "text")}
    return {"id": row.pk, **own, "group": row.group.key if row.group else None, "acts": done}


def keep_macro(row: Macro | None, given: MacroGiven, by: Person, at: datetime) -> Macro:
    own = given.dict(include={"name", "kind", "text"})
    values = {**own, "group": named(SupportGroup, given.group, "group"), "acts": as_kept(given.acts)}
    return macros.keep(row or Macro(), values, by=by, at=at)


def as_kept(given: Acts) -> list[list[Any]]:
    """In the order of macros.ACTS.  Raises Problem."""
    if given.wait + given.resolve + (given.hold is not None) > 1:
        raise Problem(422, "invalid", "acts: at most one of wait, hold and resolve.")
    to = named(SupportGroup, given.group, "acts.group")
    wanted: dict[str, Any] = {name: True for name in ("take", "wait", "resolve") if getattr(given, name)}
    more = {
        "priority": PRIORITIES[given.priority] if given.priority else None,
        "tags": given.tags or None,
        "group": to.pk if to else None,
        "hold": given.hold,
    }
    wanted |= {name: value for name, value in more.items() if value is not None}
    return [[act, wanted[act]] for act in macros.ACTS if act in wanted]


offer(
    router,
    Kind(
        path="macros",
        one="a macro",
        right=None,
        rows=macros.of_person,
        shown=macro_shown,
        shape=MacroShown,
        new=MacroGiven,
        given=MacroGiven,
        keep=keep_macro,
        remove=lambda row, by, at: macros.forget(row, by=by),
        column="pk",
    ),
)


@router.post("/tickets/{number}/macros/{key}", summary="Use a macro", response=answers(shapes.TicketShown))
@for_working
@once
def used(request: HttpRequest, number: str, key: Key, given: Used) -> tuple[int, Any]:
    """Its words, filled in, and its acts, all or nothing. They go at once: nothing waits to be taken back."""
    ticket, who = worked_on(request, number), caller(request)
    macro = get_object_or_404(macros.of_person(who), pk=key)
    text = macros.filled(macro.text, ticket, who) if given.text is None else given.text
    macros.use(macro, ticket, text=text.strip(), by=who, at=timezone.now())
    return 200, shapes.ticket(as_left(ticket))
