"""Messages and signals that come to processes from outside the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.processes import running
from sira.tickets import conversation, jobs, lifecycle, permissions
from sira.tickets.facts import SheetFacts
from sira.tickets.models import Ticket
from sira.tickets.worksheet import on_desk

# What the desk itself says when the act was allowed; from outside it would pass by the act.
OWN = (lifecycle.CONFIRMED, lifecycle.REOPENED, lifecycle.WITHDRAWN, conversation.ANSWERED, jobs.CHILD_ENDED)


class OwnMessage(Refused):
    code = "own_message"
    status = 422
    message = _("The desk itself says this when it happens. Do what it stands for instead.")


class ForWhom(Refused):
    code = "for_whom"
    status = 422
    message = _("Name the key or the ticket that the message is for.")


def say(
    name: str, *, key: str | None, ticket: Ticket | None, payload: Mapping[str, Any], by: Person, at: datetime
) -> int:
    """How many processes heard it or began by it. Without a ticket an administrator says it.

    Raises NotAllowed, OwnMessage, ForWhom.
    """
    if name in OWN:
        raise OwnMessage
    if ticket is None:
        rights.must(by, Right.OPERATE)
        if key is None:
            raise ForWhom
        return running.correlate(name, key=key, payload=payload, at=at)
    permissions.must_work_on(by, ticket)
    with on_desk(ticket, by=by, at=at) as sheet:
        facts = SheetFacts(sheet)
        return running.correlate(name, key=key, subject=ticket.pk, payload=payload, facts=facts, at=at)


def signal(name: str, *, payload: Mapping[str, Any], by: Person, at: datetime) -> int:
    """Raises NotAllowed."""
    rights.must(by, Right.OPERATE)
    return running.broadcast(name, payload=payload, at=at)
