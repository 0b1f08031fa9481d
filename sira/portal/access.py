"""Who looks at a ticket in the portal, and how they came: signed in, or by the link in a mail that opens this one.

The key of a link stands in the address that is opened alone; from there on the browser holds it (people/opened.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache

from sira.people import opened, reader
from sira.people.models import Person
from sira.plumbing.mail.keys import LinkRefused
from sira.shell.signed_out import signed_out
from sira.tickets import links
from sira.tickets.models import Message, MessageFile, Ticket
from sira.tickets.visibility import MessageQuerySet, TicketQuerySet

View = Callable[..., HttpResponseBase]
WITH = ("agent", "group", "requester")


@dataclass(frozen=True)
class Access:
    person: Person
    ticket: Ticket
    by_link: bool = False

    def url(self, name: str = "ticket", *more: object) -> str:
        """The address of this ticket's page or of what can be done there, in the way the person came."""
        return reverse(f"portal:{'link_' if self.by_link else ''}{name}", args=[self.ticket.number, *more])

    def form_url(self, task: int) -> str:
        """The address of a form that the process asks for."""
        return self.url("form", task) if self.by_link else reverse("portal:form", args=[task])

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


def by_key(key: str, *, at: datetime) -> Access:
    """What the link in a mail opens.  Raises LinkRefused, and Http404 for somebody who does not take part any more."""
    return _taking_part(links.read_ticket_link(key, at=at))


def lead_to(request: HttpRequest, found: Access, *, at: datetime, anchor: str = "") -> HttpResponse:
    """The page of the ticket; who came by a link has a browser that may open it from now on for a while."""
    response = redirect(found.url() + anchor)
    if found.by_link:
        facts = {"ticket": found.ticket.pk, "person": found.person.pk}
        opened.keep(request, response, found.ticket.number, facts, at=at)
    return response


def by_link(request: HttpRequest, number: str, *, at: datetime) -> Access:
    """What this browser has opened before.  Raises LinkRefused, Http404."""
    held = opened.read(request, number, at=at)
    return _taking_part(links.Opened(held["ticket"], held["person"]))


def _taking_part(who: links.Opened) -> Access:
    person = Person.objects.select_related("joined_into", "organisation").filter(pk=who.person).first()
    person = (person.joined_into or person) if person else None
    if person is None or not person.is_active:
        raise Http404
    ticket = mine(person).select_related(*WITH).filter(pk=who.ticket).first()
    if ticket is None:
        raise Http404
    return Access(person, ticket, by_link=True)


def held_here(page: str, by: str) -> Callable[[View], View]:
    """For views of what a link has opened. Where the browser holds it no more, who is signed in is led to their own
    page of it (`page`, found by the part `by` of the address), and what was typed is kept.
    """

    def with_view(view: View) -> View:
        @never_cache
        @wraps(view)
        def held(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            try:
                return view(request, **parts)
            except LinkRefused:
                own = reverse(page, args=[parts[by]])
                if request.method == "POST":
                    return signed_out(request, back=own)
                if request.user.is_authenticated:
                    return redirect(own)
                raise

        return held

    return with_view
