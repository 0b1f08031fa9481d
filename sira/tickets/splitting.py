"""One ticket that turned out to be two: chosen messages go on in a ticket of their own. Merging it back undoes it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.plumbing.words.tokens import joined, line
from sira.tickets import permissions
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Message, Ticket, TicketLink, TicketType
from sira.tickets.models_aside import SideTalk
from sira.tickets.opening import Asked, open_ticket
from sira.tickets.worksheet import on_desk


class NotSplittable(Refused):
    code = "not_splittable"
    status = 422
    message = _("Choose at least one message of the requester's side, and leave at least one in this ticket.")


@transaction.atomic
def split(
    ticket: Ticket,
    messages: Sequence[int],
    *,
    subject: str,
    type: TicketType | None = None,
    by: Person,
    at: datetime,
) -> Ticket:
    """Open a ticket with those messages (their ids), asked by whoever wrote the first of them; its process begins anew.

    A talk with a third party goes over whole, with one of its notes. The two are linked, and the rest stays as it
    is.  Raises NotAllowed, NotSplittable.
    """
    with on_desk(ticket, by=by, at=at) as old:
        permissions.must_work_on(by, old.ticket)
        talks = SideTalk.objects.filter(messages__message__in=messages, messages__message__ticket=old.ticket)
        aside = list(talks.values_list("pk", flat=True).distinct())
        wanted = Q(pk__in=messages) | Q(side__talk__in=aside)
        chosen = list(old.ticket.messages.filter(wanted).select_related("author").order_by("pk"))
        first = next((one for one in chosen if not one.from_desk and not one.is_internal), None)
        if first is None or old.ticket.merged_into_id or len(chosen) == old.ticket.messages.count():
            raise NotSplittable
        asked = _asked(old.ticket, first, chosen, subject=subject, type=type)
        fresh, opened_with = open_ticket(asked, by=by, at=at)
        _take_over(chosen, first, fresh, opened_with)
        SideTalk.objects.filter(pk__in=aside).update(ticket=fresh)
        _keep_found(old.ticket, chosen)
        TicketLink.objects.create(source=fresh, target=old.ticket, kind=TicketLink.Kind.SPLIT, by=by, at=at)
        old.record(HistoryEntry.Kind.SPLIT, into=fresh.number, messages=len(chosen))
    return fresh


def _asked(
    ticket: Ticket, first: Message, chosen: Sequence[Message], *, subject: str, type: TicketType | None
) -> Asked:
    return Asked(
        type=type or ticket.type,
        subject=subject.strip() or ticket.subject,
        requester=first.author,
        said=Said(text=first.text, language=ticket.language),
        channel=first.channel,
        category=ticket.category,
        service=ticket.service,
        impact=ticket.impact,
        urgency=ticket.urgency,
        copies=[one.author for one in chosen if not one.from_desk and not one.is_internal],
        is_machine=first.is_automatic,
    )


def _take_over(chosen: Sequence[Message], first: Message, fresh: Ticket, opened_with: Message) -> None:
    """The messages themselves move, with files and mails; the first stands for the copy that opened the ticket."""
    moved = [one.pk for one in chosen]
    Message.objects.filter(pk__in=moved).update(ticket=fresh)
    OutgoingMail.objects.filter(message__in=moved).update(subject=fresh.pk)
    Message.objects.filter(pk=first.pk).update(words=opened_with.words)
    opened_with.delete()


def _keep_found(ticket: Ticket, chosen: Sequence[Message]) -> None:
    """Where the message that opened the old ticket went, the first that is left has its subject's words."""
    left = ticket.messages.order_by("is_internal", "pk").first()
    if left is not None and not ticket.messages.filter(pk__lt=chosen[0].pk).exists():
        lines = (line(ticket.subject, ticket.language).strip(), left.words.strip())
        ticket.messages.filter(pk=left.pk).update(words=joined((), lines))
