"""Tickets by program: the same operations as the pages call."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import FilterSchema, Query, Router

from sira.api import shapes
from sira.api.attachments import attached
from sira.api.auth import caller
from sira.api.instants import Instant
from sira.api.matching import must_match
from sira.api.once import once
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.intake import receiving
from sira.intake.incoming import Incoming
from sira.people import recognition
from sira.people.finding import met
from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.plumbing.rows import find
from sira.tickets import conversation, editing, lifecycle, mentions, unsending, waiting
from sira.tickets.messages import Said
from sira.tickets.models import Category, Service, Ticket, TicketType

router = Router(tags=["tickets"])
PARTS = ("type", "requester", "organisation", "service", "category", "group", "agent", "merged_into")


class Filters(FilterSchema):
    status: str | None = None
    stage: str | None = None
    type: str | None = None
    group: str | None = None
    category: str | None = None
    agent: Key | None = None
    requester: Key | None = None
    changed_since: Instant | None = None


COLUMNS = {
    "status": "status",
    "stage": "stage",
    "type": "type__key",
    "group": "group__key",
    "category": "category__key",
    "agent": "agent",
    "requester": "requester",
    "changed_since": "changed_at__gte",
}


def visible(request: HttpRequest) -> Any:
    return Ticket.objects.visible_to(caller(request)).select_related(*PARTS)


def found(request: HttpRequest, number: str) -> Ticket:
    ticket: Ticket = get_object_or_404(visible(request), number=number.upper())
    return ticket


def as_left(ticket: Ticket) -> Ticket:
    """As it stands after what the caller did to it, which may have taken it out of their sight."""
    row: Ticket = Ticket.objects.select_related(*PARTS).get(pk=ticket.pk)
    return row


def shown(ticket: Ticket, status: int = 200) -> HttpResponse:
    return JsonResponse(shapes.ticket(ticket), status=status, headers={"ETag": f'"{ticket.revision}"'})


@router.get("", summary="List tickets, newest first", response=answers(shapes.TicketPage))
def listed(request: HttpRequest, filters: Query[Filters], cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request, *COLUMNS)
    wanted = {COLUMNS[name]: value for name, value in filters.dict().items() if value is not None}
    rows, following = page(visible(request).filter(**wanted), cursor=cursor, limit=limit)
    return JsonResponse({"items": [shapes.ticket(row) for row in rows], "next": following})


@router.post("", summary="Open a ticket", response=answers(shapes.TicketShown, status=201))
@once
def opened(request: HttpRequest, given: shapes.NewTicket) -> tuple[int, Any]:
    who, at = caller(request), timezone.now()
    incoming = Incoming(
        channel=Ticket.Channel.API,
        source=f"token-{request.auth.pk}",  # type: ignore[attr-defined]
        key=uuid4().hex,  # whether the call came before is asked by `once`
        person=asker(who, given, at=at),
        subject=given.subject,
        said=Said(text=given.text, files=attached(request, given.attachments)),
        type=named(TicketType, given.type, "type"),
        category=named(Category, given.category, "category"),
        service=named(Service, given.service, "service"),
        impact=shapes.LEVELS[given.impact],
        urgency=shapes.LEVELS[given.urgency],
        tags=given.tags,
        fields=given.fields,
    )
    return 201, shapes.ticket(receiving.receive(incoming, at=at).ticket)


def asker(who: Person, given: shapes.NewTicket, *, at: datetime) -> Person:
    """Agents may open for somebody else; a requester only for themselves."""
    if not given.requester or given.requester.lower() == who.email:
        return who
    if not who.is_agent:
        raise NotAllowed()
    mail = recognition.normalised_mail(given.requester)
    if not mail:
        raise Problem(422, "invalid", f"requester: {given.requester!r} is not a mail address.")
    return met(who, mail, name=given.requester_name, at=at)


def named(model: Any, key: str | None, field: str) -> Any:
    """The row a key names.  Raises Problem."""
    if key is None:
        return None
    row = find(model, "key = %s", [key])
    if row is None:
        raise Problem(422, "invalid", f"{field}: there is no {key!r}.")
    return row


@router.get("/{number}", summary="Read a ticket", response=answers(shapes.TicketShown))
def read(request: HttpRequest, number: str) -> HttpResponse:
    return shown(found(request, number))


@router.patch("/{number}", summary="Change fields of a ticket", response=answers(shapes.TicketShown))
def changed(request: HttpRequest, number: str, given: shapes.ChangedTicket) -> HttpResponse:
    """If-Match names the revision that was read; a field that was changed since then refuses the call."""
    ticket = found(request, number)
    must_match(request, f'"{ticket.revision}"')
    changes = as_changes(given)
    seen = {name: editing.value_of(ticket, name) for name in changes}
    editing.set_fields(ticket, changes, seen=seen, by=caller(request), at=timezone.now())
    return shown(found(request, number))


def as_changes(given: shapes.ChangedTicket) -> dict[str, Any]:
    sent = given.dict(exclude_unset=True)
    rows = {"type": TicketType, "category": Category, "service": Service}
    changes: dict[str, Any] = {}
    for name, value in sent.items():
        if name in rows:
            changes[name] = named(rows[name], value, name)
        elif name in ("impact", "urgency"):
            changes[name] = shapes.LEVELS[value]
        elif name == "priority":
            changes[name] = shapes.PRIORITIES[value]
        elif name == "fields":
            changes |= {f"fields.{key}": answer for key, answer in value.items()}
        else:
            changes[name] = value
    return changes


@router.get("/{number}/messages", summary="List what was said, newest first", response=answers(shapes.MessagePage))
def messages(request: HttpRequest, number: str, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    """An answer that can still be taken back is there for who works on the ticket alone."""
    ticket, who = found(request, number), caller(request)
    said_here = ticket.messages.visible_to(who).select_related("author")
    if not Ticket.objects.worked_by(who).filter(pk=ticket.pk).exists():
        said_here = said_here.exclude(from_desk=True, sent_at__gt=timezone.now())
    rows, following = page(said_here.prefetch_related("files"), cursor=cursor, limit=limit)
    return JsonResponse({"items": [shapes.message(row) for row in rows], "next": following})


@router.post("/{number}/messages", summary="Answer, or write a note", response=answers(shapes.MessageSaid, status=201))
@once
def said(request: HttpRequest, number: str, given: shapes.NewMessage) -> tuple[int, Any]:
    """From somebody who works on the ticket an answer to the requester, or a note; from its requester a message."""
    ticket, who, at = found(request, number), caller(request), timezone.now()
    content = Said(text=given.text, files=attached(request, given.attachments))
    works_here = Ticket.objects.worked_by(who).filter(pk=ticket.pk).exists()
    if given.held and (given.internal or not works_here or ticket.requester_id == who.pk):
        raise Problem(422, "invalid", "held: an answer of who works on the ticket, and nothing else, can be held.")
    if given.held:
        message = unsending.answer(ticket, content, by=who, at=at, channel=Ticket.Channel.API)
    elif given.internal:
        noted = mentions.note(ticket, content, by=who, at=at, channel=Ticket.Channel.API)
        named_in_it = {"told": [one.pk for one in noted.told], "untold": [one.pk for one in noted.untold]}
        return 201, shapes.message(noted.message) | named_in_it
    elif works_here and ticket.requester_id != who.pk:
        message = conversation.answer(ticket, content, by=who, at=at, channel=Ticket.Channel.API)
    else:
        message = conversation.hear(ticket, content, by=who, at=at, channel=Ticket.Channel.API)
    return 201, shapes.message(message) | {"told": [], "untold": []}


@router.delete("/{number}/messages/{key}", summary="Take an answer back", response=answers(None, status=204))
def taken_back(request: HttpRequest, number: str, key: Key) -> HttpResponse:
    """One's own, as long as its mail has not left."""
    message = get_object_or_404(found(request, number).messages.visible_to(caller(request)), pk=key)
    unsending.take_back(message, by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/{number}/assignment", summary="Give it to a group or an agent", response=answers(shapes.TicketShown))
def assigned(request: HttpRequest, number: str, given: shapes.Assignment) -> HttpResponse:
    ticket = found(request, number)
    group = named(SupportGroup, given.group, "group") if given.group else ticket.group
    agent = get_object_or_404(Person.objects.agents(), pk=given.agent) if given.agent else None
    owners: dict[str, Any] = {"group": group, "agent": agent, "by": caller(request), "at": timezone.now()}
    mentions.hand_over(ticket, given.note, channel=Ticket.Channel.API, **owners)
    return shown(as_left(ticket))


@router.put("/{number}/resolution", summary="Resolve", response=answers(shapes.TicketShown))
def resolved(request: HttpRequest, number: str, given: shapes.Resolution) -> HttpResponse:
    lifecycle.resolve(found(request, number), by=caller(request), resolution=given.resolution, at=timezone.now())
    return shown(found(request, number))


@router.put("/{number}/hold", summary="Hold until a day", response=answers(shapes.TicketShown))
def held(request: HttpRequest, number: str, given: shapes.Hold) -> HttpResponse:
    at = timezone.now()
    if given.until <= at:
        raise Problem(422, "invalid", "until: an instant ahead.")
    waiting.hold(found(request, number), until=given.until, by=caller(request), at=at)
    return shown(found(request, number))
