"""A mail of ours came back: it goes to the ticket whose mail it was, and the agent is told."""

from datetime import datetime

from sira.intake import threading
from sira.intake.incoming import Incoming
from sira.notifications import fate
from sira.people.automation import automation
from sira.tickets import conversation, merging
from sira.tickets.models import Message, Ticket


def take_in(incoming: Incoming, *, at: datetime) -> Message | None:
    """The message it became in its ticket, or None when it names no mail of ours; then it is a mail like any other.

    A key in the address or a Message-ID of ours is proof enough: nobody else has seen them. The report itself is an
    internal note, since it shows addresses that the requester need not know.
    """
    mail = threading.bounced_mail(incoming)
    ticket = Ticket.objects.filter(pk=mail.subject or 0).first() if mail else threading.by_address(incoming)
    if ticket is None:
        return None
    final = [refusal for refusal in incoming.refusals if not refusal.status.startswith("4")]
    if mail and final:
        fate.came_back(mail, answer=" ".join([final[0].status, final[0].reason]), at=at)
    return conversation.hear_of_delivery(
        merging.survivor(ticket),
        incoming.said,
        recipients=[refusal.recipient for refusal in incoming.refusals],
        final=bool(final),
        by=automation(),
        channel=incoming.channel,
        at=at,
    )
