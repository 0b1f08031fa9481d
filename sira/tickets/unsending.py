"""An answer waits a few seconds before its mail leaves, and can be taken back until then.

The outbox holds it. The message is there for the desk at once, and for the requester's side from the moment its mail
may leave: `sent_at` names that moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed, Refused
from sira.promises import clocks
from sira.promises.models import Clock
from sira.tickets import conversation, permissions, promised, waiting
from sira.tickets.messages import Attached, Said
from sira.tickets.models import HistoryEntry, Message, MessageFile, Ticket
from sira.tickets.worksheet import Worksheet, on_desk

HELD = timedelta(seconds=10)


class TooLateToTakeBack(Refused):
    code = "too_late_to_take_back"
    message = _("The answer has left already, so it cannot be taken back. Write another one.")


@dataclass(frozen=True)
class TakenBack:
    """What was to be said, for the composer."""

    text: str
    files: list[Attached]


@transaction.atomic
def answer(ticket: Ticket, said: Said, *, by: Person, at: datetime, channel: str = Ticket.Channel.PORTAL) -> Message:
    """As conversation.answer, but the mail leaves HELD later.  Raises what that raises."""
    message = conversation.answer(ticket, said, by=by, at=at, channel=channel)
    message.sent_at = at + HELD
    Message.objects.filter(pk=message.pk).update(sent_at=message.sent_at)
    OutgoingMail.objects.filter(message=message.pk).update(next_at=message.sent_at)
    return message


def may_take_back(message: Message, person: Person, *, at: datetime) -> bool:
    """Whether it is worth offering; the outbox decides."""
    return message.from_desk and not message.is_internal and message.author_id == person.pk and at < message.sent_at


def take_back(message: Message, *, by: Person, at: datetime) -> TakenBack:
    """Unsay an answer whose mail has not left: the promises go on as they were, a wait set along with it ends.

    Raises NotAllowed for another's answer, TooLateToTakeBack.
    """
    with on_desk(message.ticket_id, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        if message.author_id != by.pk or not message.from_desk or message.is_internal:
            raise NotAllowed
        mails = OutgoingMail.objects.select_for_update().filter(message=message.pk)
        # A worker that has claimed a mail moves its time.
        if at >= message.sent_at or any(mail.attempts or mail.next_at != message.sent_at for mail in mails):
            raise TooLateToTakeBack
        taken = TakenBack(message.text, [_attached(file) for file in message.files.order_by("pk")])
        mails.delete()
        message.delete()
        _go_on(sheet, said_at=message.sent_at - HELD)
    return taken


def _attached(file: MessageFile) -> Attached:
    return Attached(file.name, file.size, bytes(file.digest), file.content_type, file.content_id)


def _go_on(sheet: Worksheet, *, said_at: datetime) -> None:
    """The clocks that the answer stopped run again; the wait that came with it is over."""
    stopped = Clock.objects.filter(subject=sheet.ticket.pk, stopped_at=said_at).values_list("target", flat=True)
    waits = HistoryEntry.objects.filter(ticket=sheet.ticket, at=said_at, fact__kind=HistoryEntry.Kind.WAITING)
    if sheet.ticket.status == Ticket.Status.WAITING and waits.exists():
        waiting.resume_sheet(sheet)
    if stopped:
        clocks.reopen(sheet.ticket.pk, *stopped, since=said_at, at=sheet.at)
    if Clock.Target.FIRST_ANSWER in stopped:
        sheet.set(answer_kept=None, answered_in=None)
    promised.copy_to(sheet)
