"""Answers that are kept and sent at a chosen time, and what follows them; both can be changed or called off until then.

Nothing happens to the ticket before: the promise of an answer is kept when it is sent, and rights and gates are asked
then, as if its author pressed the button in that moment. What is refused then waits for a hand, and its author hears.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from sira.people.models import Person
from sira.plumbing import live
from sira.plumbing.refusals import NotAllowed, Refused
from sira.shell.laying_out import without_pictures
from sira.tickets import conversation, lifecycle, notices, permissions, waiting
from sira.tickets.messages import Attached, Said
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.models_aside import LaterAnswer, LaterFile
from sira.tickets.unsending import HELD, TakenBack
from sira.tickets.worksheet import on_desk

log = logging.getLogger(__name__)
AT_ONCE = 100
SAY_SOMETHING = ("send", "waiting")  # what else can follow may do without words of its own
DUE = ("SELECT goes_at FROM tickets_lateranswer WHERE refusal = '' ORDER BY goes_at LIMIT 1",)


class NotAhead(Refused):
    code = "not_ahead"
    status = 422
    message = _("Choose a time ahead.")


class NothingToSend(Refused):
    code = "nothing_to_send"
    status = 422
    message = _("Write something first, or attach a file.")


class GoneAlready(Refused):
    code = "gone_already"
    message = _("The answer has left already, so it cannot be changed or called off. Write another one.")


class TicketMoved(Refused):
    code = "ticket_was_merged"
    message = _("The ticket was merged into another one. Look whether the answer still fits, and send it there.")


class CannotBeDone(Refused):
    code = "cannot_be_done"
    message = _("Something that it needs is no longer there, or has an error. Write the answer anew.")


@dataclass(frozen=True)
class Due:
    """What is carried out. at: aware."""

    ticket: Ticket
    said: Said
    given: dict[str, Any]
    by: Person
    at: datetime


Follow = Callable[[Due], object]


def _send(due: Due) -> None:
    conversation.answer(due.ticket, due.said, by=due.by, at=due.at)


def _send_and_wait(due: Due) -> None:
    _send(due)
    waiting.wait_for_requester(due.ticket, by=due.by, at=due.at)


def _resolve(due: Due) -> None:
    """The words go with the mail that asks whether it works; files go before it in one of their own."""
    if due.said.files:
        _send(due)
    lifecycle.resolve(due.ticket, by=due.by, resolution=without_pictures(due.said.text), at=due.at)


FOLLOWS: dict[str, Follow] = {"send": _send, "waiting": _send_and_wait, "resolve": _resolve}


def follow_by(name: str, follow: Follow) -> None:
    """Higher rooms say what else can follow."""
    FOLLOWS[name] = follow


@transaction.atomic
def keep(
    ticket: Ticket,
    said: Said,
    *,
    goes_at: datetime,
    follows: str = "send",
    given: dict[str, Any] | None = None,
    by: Person,
    at: datetime,
) -> LaterAnswer:
    """Keep it until goes_at (aware). What would be refused now is refused now.

    Raises NotAllowed, NotAhead, NothingToSend, NotMergeable, and what carrying it out raises.
    """
    permissions.must_work_on(by, ticket)
    if goes_at <= at:
        raise NotAhead
    if follows in SAY_SOMETHING and not said.text.strip() and not said.files:
        raise NothingToSend
    given = given or {}
    _rehearse(FOLLOWS[follows], Due(ticket, said, given, by, at))
    quiet = goes_at - at <= HELD
    kept = LaterAnswer.objects.create(
        ticket=ticket, author=by, text=said.text, follows=follows, given=given, kept_at=at, goes_at=goes_at, quiet=quiet
    )
    LaterFile.objects.bulk_create(
        LaterFile(answer=kept, name=file.name, content_type=file.content_type, size=file.size, digest=file.digest)
        for file in said.files
    )
    _tell(kept, by=by, at=at, how="kept", goes_at=goes_at.isoformat())
    return kept


def _rehearse(follow: Follow, due: Due) -> None:
    """All of it, and back: so that nothing is kept that cannot be carried out as things stand."""
    with transaction.atomic():
        follow(due)
        transaction.set_rollback(True)


def change(kept: LaterAnswer, *, text: str, goes_at: datetime, by: Person, at: datetime) -> LaterAnswer:
    """Other words, another time; one that was refused is tried again.

    Other words go out in the name of whoever wrote them last; the history says who kept it and who changed it.
    Raises NotAllowed, NotAhead, NothingToSend, GoneAlready.
    """
    with transaction.atomic():
        kept = _held(kept, by=by)
        if goes_at <= at:
            raise NotAhead
        if kept.follows in SAY_SOMETHING and not text.strip() and not kept.files.exists():
            raise NothingToSend
        if text.strip() != kept.text:
            kept.author = by
        kept.text, kept.goes_at, kept.refusal = text.strip(), goes_at, ""
        kept.save(update_fields=["author", "text", "goes_at", "refusal"])
        _tell(kept, by=by, at=at, how="changed", goes_at=goes_at.isoformat())
    return kept


def call_off(kept: LaterAnswer, *, by: Person, at: datetime) -> TakenBack:
    """It is not sent. What was to be said, for the composer.  Raises NotAllowed, GoneAlready."""
    with transaction.atomic():
        kept = _held(kept, by=by)
        taken = TakenBack(kept.text, files_of(kept))
        _tell(kept, by=by, at=at, how="called_off")
        kept.delete()
    return taken


def send_now(kept: LaterAnswer, *, by: Person, at: datetime) -> None:
    """Do not wait for its time.  Raises NotAllowed, GoneAlready, and what carrying it out raises."""
    with transaction.atomic():
        kept = _held(kept, by=by)
        _carry_out(kept, at=at)


def _held(kept: LaterAnswer, *, by: Person) -> LaterAnswer:
    """Locked before the ticket, as the pump does.  Raises NotAllowed, GoneAlready."""
    found = LaterAnswer.objects.select_for_update(of=("self",)).select_related("ticket", "author").filter(pk=kept.pk)
    row = found.first()
    if row is None:
        raise GoneAlready
    permissions.must_work_on(by, row.ticket)
    return row


def _tell(kept: LaterAnswer, *, by: Person, at: datetime, **facts: str) -> None:
    if kept.quiet:
        live.tell("tickets", [kept.ticket_id])
        return
    with on_desk(kept.ticket_id, by=by, at=at) as sheet:
        sheet.record(HistoryEntry.Kind.LATER, **facts)


def files_of(kept: LaterAnswer) -> list[Attached]:
    rows = kept.files.order_by("pk")
    return [Attached(file.name, file.size, bytes(file.digest), file.content_type) for file in rows]


def of_ticket(ticket: Ticket) -> list[LaterAnswer]:
    """What waits there, the next one first."""
    rows = LaterAnswer.objects.filter(ticket=ticket).select_related("author").prefetch_related("files")
    return list(rows.order_by("goes_at", "pk"))


def send_due(at: datetime) -> int:
    """Carry out what has come due; how many. Any number of workers may do so at once."""
    found = 0
    while found < AT_ONCE and _one_due(at):
        found += 1
    return found


@transaction.atomic
def _one_due(at: datetime) -> bool:
    due = LaterAnswer.objects.select_for_update(of=("self",), skip_locked=True).filter(goes_at__lte=at, refusal="")
    kept = due.select_related("ticket", "author").order_by("goes_at").first()
    if kept is None:
        return False
    try:
        with transaction.atomic():
            _carry_out(kept, at=at)
    except OperationalError:
        raise  # a lock or the server: it goes by itself
    except Exception as problem:
        if not isinstance(problem, Refused):
            log.exception("The answer %s that was kept for later cannot be carried out", kept.pk)
        _refuse(kept, problem if isinstance(problem, Refused) else CannotBeDone(), at=at)
    return True


def _carry_out(kept: LaterAnswer, *, at: datetime) -> None:
    """As its author, who may have lost the right meanwhile."""
    if not kept.author.is_active:
        raise NotAllowed
    if kept.ticket.merged_into_id:
        raise TicketMoved
    said = Said(text=kept.text, files=files_of(kept))
    FOLLOWS[kept.follows](Due(kept.ticket, said, kept.given, kept.author, at))
    kept.delete()


def _refuse(kept: LaterAnswer, refused: Refused, *, at: datetime) -> None:
    with override(kept.author.language):
        kept.refusal = str(refused.message)
    kept.save(update_fields=["refusal"])
    with on_desk(kept.ticket_id, by=kept.author, at=at) as sheet:
        sheet.record(HistoryEntry.Kind.LATER, how="refused")
        notices.tell_not_sent(sheet, kept.author, f"{kept.refusal}\n\n{kept.text[:2000]}")
