"""One thing done to several tickets by program, with the operations of the page, and undone together."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.house import for_working
from sira.api.once import once
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import PRIORITIES, Closed, PriorityWord, Tag
from sira.api.tickets import named
from sira.people.models import Person, SupportGroup
from sira.tickets.models import Ticket
from sira.workspace import bulk, macros
from sira.workspace.bulk import Outcome
from sira.workspace.models import Change

router = Router(tags=["tickets"])
Text = Annotated[str, Field(max_length=100_000)]
Number = Annotated[str, Field(min_length=1, max_length=20)]


class Bulk(Closed):
    """What an act needs.  assign: group (key; left out, the ticket's own), agent (id), and a note that goes along.
    tags: they come to those that are there.  resolve: resolution.  answer: text, with placeholders as a macro's, and
    what follows.  macro: id.  Answers and macros happen ten seconds later."""

    tickets: list[Number] = Field(min_length=1, max_length=bulk.MOST)
    act: Literal["take", "assign", "priority", "tags", "wait", "resolve", "close", "answer", "macro"]
    group: str | None = None
    agent: Key | None = None
    note: Text = ""
    priority: PriorityWord | None = None
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    resolution: Text = ""
    text: Text = ""
    then: Literal["send", "waiting"] = "send"
    macro: Key | None = None


class OneDone(Schema):
    ticket: str
    done: bool
    why: str


class BulkDone(Schema):
    """undo: for DELETE /bulk/{undo}; null where nothing can be undone at once."""

    items: list[OneDone]
    undo: int | None


@router.post("", summary="Do one thing to several tickets", response=answers(BulkDone))
@for_working
@once
def several(request: HttpRequest, given: Bulk) -> tuple[int, Any]:
    """Each by itself: what is refused for one is told beside its number, and the others are done."""
    who, wanted = caller(request), list(dict.fromkeys(number.upper() for number in given.tickets))
    act, tickets, at = bulk.ACTS[given.act], bulk.chosen(who, wanted), timezone.now()
    return 200, shown(bulk.carry_out(act, tickets, asked(given, who), by=who, at=at), wanted)


def asked(given: Bulk, who: Person) -> dict[str, Any]:
    """What the question of the act would have brought.  Raises Problem."""
    agent = Person.objects.agents().filter(pk=given.agent).first() if given.agent else None
    if given.agent and agent is None:
        raise Problem(422, "invalid", f"agent: there is no {given.agent}.")
    macro = macros.of_person(who).filter(pk=given.macro).first() if given.macro else None
    needed = {
        "priority": given.priority,
        "tags": given.tags,
        "resolve": given.resolution.strip(),
        "answer": given.text.strip(),
        "macro": macro,
    }
    if not needed.get(given.act, True):
        field = {"resolve": "resolution", "answer": "text"}.get(given.act, given.act)
        raise Problem(422, "invalid", f"{field}: {given.act} needs it.")
    more = {name: getattr(given, name) for name in ("note", "tags", "resolution", "text", "then")}
    to = named(SupportGroup, given.group, "group"), agent
    priority = PRIORITIES[given.priority] if given.priority else None
    return {**more, "to": to, "priority": priority, "macro": macro, "channel": Ticket.Channel.API}


def shown(outcome: Outcome, wanted: list[str]) -> dict[str, Any]:
    """In the order that was asked for."""
    why = {ticket.number: str(refused.message) for ticket, refused in outcome.refused}
    done = {ticket.number for ticket in outcome.done}
    missing = "There is nothing here that you may work on."
    items = [
        {"ticket": number, "done": number in done, "why": "" if number in done else why.get(number, missing)}
        for number in wanted
    ]
    return {"items": items, "undo": outcome.change.pk if outcome.change else None}


@router.delete("/{key}", summary="Undo what was done to several", response=answers(BulkDone))
@for_working
def undone(request: HttpRequest, key: Key) -> HttpResponse:
    """Once, by who did it: each as it was before; what somebody has changed since stays, and is told."""
    who = caller(request)
    change = get_object_or_404(Change, pk=key, by=who, undone_at=None)
    outcome = bulk.undo(change, by=who, at=timezone.now())
    numbers = [ticket.number for ticket in outcome.done] + [ticket.number for ticket, _why in outcome.refused]
    return JsonResponse(shown(outcome, sorted(numbers)))
