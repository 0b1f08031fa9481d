"""Steps of a ticket that need no more words: each address calls one operation, and answers with the ticket."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from sira.api import shapes
from sira.api.auth import caller
from sira.api.refusing import answers
from sira.api.tickets import found, shown
from sira.tickets import assigning, conversation, lifecycle, waiting

router = Router(tags=["tickets"])


def step(address: str, summary: str, operation: Callable[..., Any]) -> None:
    def taken(request: HttpRequest, number: str) -> HttpResponse:
        operation(found(request, number), by=caller(request), at=timezone.now())
        return shown(found(request, number))

    taken.__name__ = address  # names the operation in the description of the API
    router.put(f"/{{number}}/{address}", summary=summary, response=answers(shapes.TicketShown))(taken)


step("taking", "Take it oneself", assigning.take)
step("beginning", "Say that the work has begun", conversation.begin)
step("waiting", "Wait for the requester", waiting.wait_for_requester)
step("resumption", "Go on after waiting or a hold", waiting.resume)
step("confirmation", "Confirm that it is solved", lifecycle.confirm)
step("closing", "Close a resolved ticket", lifecycle.close)
step("reopening", "Reopen", lifecycle.reopen)
step("withdrawal", "Withdraw what one asked", lifecycle.withdraw)
