"""A mail of ours comes back to the desk, by a forwarding rule or a mail loop: it opens nothing and is not answered."""

from datetime import datetime

from django.db import IntegrityError, transaction

from sira.intake import addressing, receiving
from sira.intake.incoming import Incoming
from sira.intake.models import Received
from sira.intake.receiving import Receipt
from sira.notifications import identity
from sira.notifications.models import OutgoingMail
from sira.people import recognition
from sira.people.automation import automation
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.violations import violated
from sira.tickets import conversation, merging
from sira.tickets.models import Ticket


def own_mail(incoming: Incoming) -> OutgoingMail | None:
    """The mail of ours that it is, by a Message-ID that nobody else can make, and its sender.

    Whoever was sent it knows its Message-ID too: under another sender it is a mail like any other. One about no ticket
    may have a way in written in it, so it is never shown, whoever sends it.
    """
    row = identity.row_in(incoming.said.message_id, desk_secrets())
    own = OutgoingMail.objects.filter(pk=row).first() if row else None
    if own is None or not own.subject:
        return own
    sender = addressing.without_key(recognition.normalised_mail(incoming.sender.mail))
    return own if sender in addressing.own_addresses(incoming) and not incoming.claimed else None


def receive(incoming: Incoming, own: OutgoingMail, *, at: datetime) -> Receipt | None:
    """Keep it as an internal note of its ticket; one about no ticket, such as a link to sign in, is shown to nobody."""
    ticket = Ticket.objects.filter(pk=own.subject or 0).first()
    try:
        with transaction.atomic():
            if ticket is None:
                receiving.remember(incoming, None, at=at)
                return None
            message = conversation.keep_own_mail(
                merging.survivor(ticket), incoming.said, by=automation(), channel=incoming.channel, at=at
            )
            receiving.remember(incoming, message, at=at)
            return Receipt(message.ticket, message)
    except IntegrityError as error:
        if violated(error) not in receiving.IDENTITY:
            raise
    first = Received.objects.filter(fingerprint=incoming.fingerprint).select_related("message__ticket").first()
    return Receipt(first.message.ticket, first.message, repeated=True) if first and first.message else None
