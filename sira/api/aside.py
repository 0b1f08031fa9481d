"""Beside a ticket's conversation by program: answers for later, messages split off, third parties asked by mail."""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api import shapes
from sira.api.attachments import attached
from sira.api.auth import caller
from sira.api.instants import Instant
from sira.api.matching import must_match
from sira.api.once import once
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.api.tickets import found, named
from sira.people import recognition
from sira.tickets import later, permissions, side_talks, splitting
from sira.tickets.messages import Said
from sira.tickets.models import Ticket, TicketType
from sira.tickets.models_aside import LaterAnswer, SideTalk

router = Router(tags=["tickets"])
MOST = 200_000
Text = Annotated[str, Field(max_length=MOST)]


class NewLater(Closed):
    text: Text = ""
    goes_at: Instant
    follows: Literal["send", "waiting", "resolve"] = "send"
    attachments: list[str] = Field(default_factory=list, max_length=20)


class ChangedLater(Closed):
    text: Text
    goes_at: Instant


class LaterShown(Schema):
    id: int
    author: int
    text: str
    goes_at: datetime
    follows: str
    refusal: str = Field(description="why it did not go out at its time; empty while it waits")
    etag: str = Field(description="its state, for If-Match")


class Laters(Schema):
    items: list[LaterShown]


class NewSplit(Closed):
    messages: list[Key] = Field(min_length=1, max_length=500, description="ids of messages")
    subject: str = Field("", max_length=1000)
    type: str | None = None


class NewSide(Closed):
    to: str = Field(min_length=3, max_length=254, description="mail address")
    name: str = Field("", max_length=200)
    subject: str = Field("", max_length=300)
    text: str = Field(min_length=1, max_length=MOST)
    attachments: list[str] = Field(default_factory=list, max_length=20)


class MoreSide(Closed):
    text: str = Field(min_length=1, max_length=MOST)
    attachments: list[str] = Field(default_factory=list, max_length=20)


class SideShown(Schema):
    id: int
    to: str
    subject: str
    opened_at: datetime


class Sides(Schema):
    items: list[SideShown]


def worked_on(request: HttpRequest, number: str) -> Ticket:
    """What its requester does not see of it.  Raises NotAllowed."""
    ticket = found(request, number)
    permissions.must_work_on(caller(request), ticket)
    return ticket


def later_shape(row: LaterAnswer) -> dict[str, Any]:
    told = ("text", "goes_at", "follows", "refusal")
    shown = {"id": row.pk, "author": row.author_id, **{name: getattr(row, name) for name in told}}
    return shown | {"etag": etag_of(row)}


def etag_of(row: LaterAnswer) -> str:
    state = json.dumps([row.author_id, row.text, row.goes_at.isoformat(), row.refusal])
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:16]}"'


def side_shape(row: SideTalk) -> dict[str, Any]:
    return {"id": row.pk, "to": row.person.email, "subject": row.subject, "opened_at": row.opened_at}


@router.get("/{number}/later", summary="List answers that are kept for later", response=answers(Laters))
def laters(request: HttpRequest, number: str) -> HttpResponse:
    return JsonResponse({"items": [later_shape(row) for row in later.of_ticket(worked_on(request, number))]})


@router.post("/{number}/later", summary="Keep an answer for later", response=answers(LaterShown, status=201))
@once
def kept(request: HttpRequest, number: str, given: NewLater) -> tuple[int, Any]:
    """It is said at `goes_at`, with what `follows`; rights and gates are asked then as well."""
    ticket, said = found(request, number), Said(text=given.text, files=attached(request, given.attachments))
    row = later.keep(ticket, said, goes_at=given.goes_at, follows=given.follows, by=caller(request), at=timezone.now())
    return 201, later_shape(row)


@router.patch("/{number}/later/{key}", summary="Change words and time of a kept answer", response=answers(LaterShown))
@transaction.atomic
def altered(request: HttpRequest, number: str, key: Key, given: ChangedLater) -> HttpResponse:
    """If-Match names the `etag` that was read; an answer that was changed since then refuses the call."""
    held = LaterAnswer.objects.select_for_update(of=("self",))
    row = get_object_or_404(held, ticket=worked_on(request, number), pk=key)
    must_match(request, etag_of(row))
    row = later.change(row, text=given.text, goes_at=given.goes_at, by=caller(request), at=timezone.now())
    return JsonResponse(later_shape(row), headers={"ETag": etag_of(row)})


@router.delete("/{number}/later/{key}", summary="Call a kept answer off", response=answers(None, status=204))
def called_off(request: HttpRequest, number: str, key: Key) -> HttpResponse:
    row = get_object_or_404(LaterAnswer, ticket=worked_on(request, number), pk=key)
    later.call_off(row, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/{number}/later/{key}/sending", summary="Send a kept answer now", response=answers(None, status=204))
def sent_now(request: HttpRequest, number: str, key: Key) -> HttpResponse:
    """With what follows it."""
    row = get_object_or_404(LaterAnswer, ticket=worked_on(request, number), pk=key)
    later.send_now(row, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.post("/{number}/split", summary="Split messages off", response=answers(shapes.TicketShown, status=201))
@once
def parted(request: HttpRequest, number: str, given: NewSplit) -> tuple[int, Any]:
    """Answers the new ticket. Merging it back into this one undoes it."""
    of_type = named(TicketType, given.type, "type")
    fresh = splitting.split(
        found(request, number), given.messages, subject=given.subject, type=of_type, by=caller(request),
        at=timezone.now(),
    )  # fmt: skip
    return 201, shapes.ticket(fresh)


@router.get("/{number}/side-conversations", summary="List third parties that were asked", response=answers(Sides))
def sides(request: HttpRequest, number: str) -> HttpResponse:
    return JsonResponse({"items": [side_shape(row) for row in side_talks.of_ticket(worked_on(request, number))]})


@router.post("/{number}/side-conversations", summary="Ask a third party", response=answers(SideShown, status=201))
@once
def asked(request: HttpRequest, number: str, given: NewSide) -> tuple[int, Any]:
    ticket, at = worked_on(request, number), timezone.now()
    mail = recognition.normalised_mail(given.to)
    if not mail:
        raise Problem(422, "invalid", f"to: {given.to!r} is not a mail address.")
    person, said = recognition.recognise(mail, name=given.name, at=at), _said(request, given)
    talk = side_talks.begin(ticket, to=person, subject=given.subject, said=said, by=caller(request), at=at)
    return 201, side_shape(talk)


@router.post(
    "/{number}/side-conversations/{key}/messages",
    summary="Write to a third party again",
    response=answers(shapes.MessageShown, status=201),
)
@once
def asked_again(request: HttpRequest, number: str, key: Key, given: MoreSide) -> tuple[int, Any]:
    talk = get_object_or_404(side_talks.about(worked_on(request, number)), pk=key)
    message = side_talks.write(talk, _said(request, given), by=caller(request), at=timezone.now())
    return 201, shapes.message(message)


def _said(request: HttpRequest, given: NewSide | MoreSide) -> Said:
    return Said(text=given.text, files=attached(request, given.attachments))
