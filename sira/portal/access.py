"""Who looks at a ticket in the portal, and how they came: signed in, or by the link in a mail that opens this one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.timezone import now

from sira.people import reader
from sira.people.models import Person
from sira.tickets import links
from sira.tickets.models import Message, MessageFile, Ticket
from sira.tickets.visibility import MessageQuerySet, TicketQuerySet

WITH = ("agent", "group", "requester")


@dataclass(frozen=True)
class Access:
    """token: of the link; empty for somebody signed in."""

    person: Person
    ticket: Ticket
    token: str = ""

    @property
    def by_link(self) -> bool:
        return bool(self.token)

    def url(self, name: str = "ticket", *more: object) -> str:
        """The address of this ticket's page or of what can be done there, in the way the person came."""
        if self.token:
            return reverse(f"portal:link_{name}" if name != "ticket" else "portal:link", args=[self.token, *more])
        return reverse(f"portal:{name}", args=[self.ticket.number, *more])

    def form_url(self, task: int) -> str:
        """The address of a form that the process asks for."""
        return (
            reverse("portal:link_form", args=[self.token, task]) if self.token else reverse("portal:form", args=[task])
        )

    @property
    def messages(self) -> MessageQuerySet:
        """What was said to or by the requester's side; notes never show in the portal, to agents neither.

        Nor an answer that may still be taken back (tickets/unsending.py).
        """
        return Message.objects.filter(ticket=self.ticket, is_internal=False).exclude(from_desk=True, sent_at__gt=now())

    def file(self, pk: int) -> MessageFile:
        """Raises Http404 for a file of another ticket or of a note."""
        found = MessageFile.objects.filter(pk=pk, message__in=self.messages).first()
        if found is None:
            raise Http404
        return found


def mine(person: Person) -> TicketQuerySet:
    """What the person asked for or takes part in; an agent's work is not theirs."""
    return Ticket.objects.filter(Q(requester=person) | Q(pk__in=person.takes_part.values("ticket")))


def of_their_organisation(person: Person) -> TicketQuerySet:
    if person.organisation is None or not person.organisation.shares_tickets:
        return Ticket.objects.none()
    return Ticket.objects.filter(organisation=person.organisation)


def signed_in(request: HttpRequest, number: str) -> Access:
    """Raises Http404 where the person may not see it, as where it does not exist."""
    person = reader.signed_in(request)
    ticket = Ticket.objects.visible_to(person).select_related(*WITH).filter(number=number.upper()).first()
    if ticket is None:
        raise Http404
    return Access(person, ticket)


def by_link(token: str, *, at: datetime) -> Access:
    """Raises LinkRefused, and Http404 for somebody who does not take part any more."""
    opened = links.read_ticket_link(token, at=at)
    person = Person.objects.select_related("joined_into", "organisation").filter(pk=opened.person).first()
    person = (person.joined_into or person) if person else None
    if person is None or not person.is_active:
        raise Http404
    ticket = mine(person).select_related(*WITH).filter(pk=opened.ticket).first()
    if ticket is None:
        raise Http404
    return Access(person, ticket, token)
