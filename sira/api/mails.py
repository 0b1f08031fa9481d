"""Mails by program: those of a ticket and what became of them, and those that broke the reader."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema

from sira.api.aside import worked_on
from sira.api.house import for_right
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.refusing import answers
from sira.api.shapes import moment
from sira.channels.email.models import BrokenMail
from sira.notifications import sending
from sira.notifications.models import OutgoingMail
from sira.people.rights import Right

router = Router(tags=["mails"])


class MailShown(Schema):
    """kind: which text it is.  message: id of what it carries.  answer: what the mail server said."""

    id: int
    kind: str
    to: str
    message: int | None
    state: str
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    answer: str


class MailPage(Schema):
    items: list[MailShown]
    next: str | None


class UnreadShown(Schema):
    """ticket: what it became, with the raw mail attached.  why: what went wrong the last time."""

    id: int
    ticket: str | None
    why: str
    tries: int
    came_at: datetime
    tried_at: datetime


class UnreadPage(Schema):
    items: list[UnreadShown]
    next: str | None


class ReadAgain(Schema):
    """ticket: where its text and files are now; null where it broke the reader again."""

    ticket: str | None


@router.get("/tickets/{number}/mails", summary="List the mails about it, newest first", response=answers(MailPage))
def mails(request: HttpRequest, number: str, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request)
    rows = OutgoingMail.objects.filter(subject=worked_on(request, number).pk).defer("placeholders")
    found, following = page(rows, cursor=cursor, limit=limit)
    told = ("kind", "to", "message", "state", "attempts", "answer")
    items = [
        {"id": row.pk, **{name: getattr(row, name) for name in told}}
        | {"queued_at": moment(row.queued_at), "sent_at": moment(row.sent_at)}
        for row in found
    ]
    return JsonResponse({"items": items, "next": following})


@router.put("/tickets/{number}/mails/{key}/again", summary="Send one again", response=answers(None, status=204))
def sent_again(request: HttpRequest, number: str, key: Key) -> HttpResponse:
    """One that was refused, or of which it is not known whether it arrived."""
    row = get_object_or_404(OutgoingMail, pk=key, subject=worked_on(request, number).pk)
    sending.send_again(row, at=timezone.now())
    return HttpResponse(status=204)


@router.get("/unread-mails", summary="List mails that broke the reader, newest first", response=answers(UnreadPage))
@for_right(Right.MAIL)
def unread(request: HttpRequest, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request)
    rows = BrokenMail.objects.select_related("message__ticket")
    found, following = page(rows, cursor=cursor, limit=limit)
    items = [
        {
            "id": row.pk,
            "ticket": row.message.ticket.number if row.message else None,
            "why": row.why,
            "tries": row.tries,
            "came_at": moment(row.came_at),
            "tried_at": moment(row.tried_at),
        }
        for row in found
    ]
    return JsonResponse({"items": items, "next": following})


@router.put("/unread-mails/{key}/retry", summary="Read one again", response=answers(ReadAgain))
@for_right(Right.MAIL)
def read_again(request: HttpRequest, key: Key) -> HttpResponse:
    """In a process of its own, which may take ten seconds."""
    from sira.channels.email import rereading  # noqa: PLC0415 - with it comes the reader of mails, 40 modules

    try:
        ticket = rereading.read_again(key, at=timezone.now())
    except BrokenMail.DoesNotExist as gone:
        raise Http404 from gone
    return JsonResponse({"ticket": ticket.number if ticket else None})
