"""A third party is asked about a ticket by mail, in a thread of its own. The desk alone reads it, as notes."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sira.notifications.outbox import Mail
from sira.people.models import Person
from sira.plumbing.lines import one_line
from sira.plumbing.refusals import Refused
from sira.tickets import merging, messages, notices, permissions
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Message, Ticket
from sira.tickets.models_aside import SideMessage, SideTalk
from sira.tickets.worksheet import Worksheet, on_desk

SIDE = "side"  # among a note's recipients: with whom the talk is


class TakesPart(Refused):
    code = "takes_part_already"
    message = _("This person takes part in the ticket. Answer them there.")


class NoAddress(Refused):
    code = "no_address"
    status = 422
    message = _("This person has no mail address. Choose one who has.")


class NothingAsked(Refused):
    code = "nothing_asked"
    status = 422
    message = _("Write what you want to know.")


@transaction.atomic
def begin(ticket: Ticket, *, to: Person, subject: str, said: Said, by: Person, at: datetime) -> SideTalk:
    """Ask somebody who takes no part in the ticket; their answers come back as notes.

    Raises NotAllowed, TakesPart, NoAddress, NothingAsked.
    """
    permissions.must_work_on(by, ticket)
    if permissions.takes_part(to, ticket):
        raise TakesPart
    if not to.email:
        raise NoAddress
    title = one_line(subject).strip()[:300] or ticket.subject[:300]
    talk = SideTalk.objects.create(ticket=ticket, person=to, subject=title, by=by, opened_at=at)
    write(talk, said, by=by, at=at)
    return talk


def write(talk: SideTalk, said: Said, *, by: Person, at: datetime) -> Message:
    """Another mail in the same thread.  Raises NotAllowed, NothingAsked."""
    with on_desk(merging.survivor(talk.ticket), by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        if not said.text.strip():
            raise NothingAsked
        message = _keep(sheet, talk, said, author=by, channel=Ticket.Channel.MAIL, from_desk=True)
        sheet.record(HistoryEntry.Kind.SIDE, whom=str(talk.person))
        sheet.mails.append(_mail(sheet, talk, message))
    return message


def hear(talk: SideTalk, said: Said, *, by: Person, channel: str, at: datetime) -> Message:
    """The third party writes. The ticket itself goes on as it is: no wait ends, nothing is reopened."""
    with on_desk(merging.survivor(talk.ticket), by=by, at=at) as sheet:
        message = _keep(sheet, talk, said, author=by, channel=channel)
        if not said.is_automatic:
            sheet.set(has_news=True)
            notices.tell_agent(sheet, message, kind="side_heard")
    return message


def _keep(
    sheet: Worksheet, talk: SideTalk, said: Said, *, author: Person, channel: str, from_desk: bool = False
) -> Message:
    message = messages.add(
        sheet.ticket, said, author=author, channel=channel, at=sheet.at, from_desk=from_desk, is_internal=True
    )
    message.recipients = {**message.recipients, SIDE: [str(talk.person)]}
    message.save(update_fields=["recipients"])
    SideMessage.objects.create(talk=talk, message=message)
    return message


def _mail(sheet: Worksheet, talk: SideTalk, message: Message) -> Mail:
    """With nothing of the ticket but its number: what the requester wrote is not theirs to read."""
    ids = talk.messages.exclude(message__message_id="").order_by("-pk").values_list("message__message_id", flat=True)
    written = [f"<{one.strip('<>')}>" for one in ids[:10]]
    placeholders = {
        "number": sheet.ticket.number,
        "subject": talk.subject,
        "group": sheet.ticket.group_id,
        "text": message.text,
        "author": str(sheet.by),
        "to_name": talk.person.name,
        "reply_key": notices.side_key(sheet.ticket, talk.pk),
        "files": notices.files_of(message),
        **({"in_reply_to": written[0], "references": written[::-1]} if written else {}),
    }
    return Mail(kind="side", to=talk.person, placeholders=placeholders, message=message.pk)


def about(ticket: Ticket) -> QuerySet[SideTalk]:
    """Those of the ticket, and of others that were merged into it: they go on here."""
    tickets = Ticket.objects.filter(Q(pk=ticket.pk) | Q(merged_into=ticket))
    return SideTalk.objects.filter(ticket__in=tickets).select_related("person")


def of_ticket(ticket: Ticket) -> list[SideTalk]:
    """Newest first."""
    return list(about(ticket).order_by("-pk"))
