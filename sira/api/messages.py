"""Messages and signals from outside, for processes that wait for them or begin by them."""

import json
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.once import once
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.tickets import messaging
from sira.tickets.models import Ticket

messages, signals = Router(tags=["processes"]), Router(tags=["processes"])
MOST = 64 * 1024
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Message(Closed):
    name: Name
    key: str | None = Field(None, min_length=1, max_length=200, description="the correlation key of who waits")
    ticket: str | None = Field(None, min_length=1, max_length=20, description="number; of whom waits for that ticket")
    payload: dict[str, Any] = Field(default_factory=dict, description="becomes variables; at most 64 KiB")


class Signal(Closed):
    name: Name
    payload: dict[str, Any] = Field(default_factory=dict, description="becomes variables; at most 64 KiB")


class Heard(Schema):
    heard: int


@messages.post("", summary="Give a message to who waits for it", response=answers(Heard))
@once
def said(request: HttpRequest, given: Message) -> tuple[int, Any]:
    """With `ticket` for who works on it; without one for administrators. 0 heard is no error: nobody waited."""
    must_be_small(given.payload)
    who = caller(request)
    visible = Ticket.objects.visible_to(who)
    ticket = get_object_or_404(visible, number=given.ticket) if given.ticket is not None else None
    heard = messaging.say(given.name, key=given.key, ticket=ticket, payload=given.payload, by=who, at=timezone.now())
    return 200, {"heard": heard}


@signals.post("", summary="Give a signal to all who wait for it", response=answers(Heard))
@once
def signalled(request: HttpRequest, given: Signal) -> tuple[int, Any]:
    """For administrators."""
    must_be_small(given.payload)
    heard = messaging.signal(given.name, payload=given.payload, by=caller(request), at=timezone.now())
    return 200, {"heard": heard}


def must_be_small(payload: dict[str, Any]) -> None:
    if len(json.dumps(payload)) > MOST:
        raise Problem(422, "too_large", "The payload has more than 64 KiB.")
