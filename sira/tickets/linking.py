"""Tickets that have to do with each other."""

from datetime import datetime

from sira.people.models import Person
from sira.tickets import permissions
from sira.tickets.models import HistoryEntry, Ticket, TicketLink
from sira.tickets.refusals import NotMergeable
from sira.tickets.worksheet import on_desk


def link(source: Ticket, target: Ticket, *, kind: str, by: Person, at: datetime) -> TicketLink:
    """Say how source stands to target; once a kind.  Raises NotAllowed, NotMergeable for a ticket and itself."""
    if source.pk == target.pk:
        raise NotMergeable()
    with on_desk(source, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        permissions.must_work_on(by, target)
        made, is_new = TicketLink.objects.get_or_create(
            source=sheet.ticket, target=target, kind=kind, defaults={"by": by, "at": at}
        )
        if is_new:
            sheet.record(HistoryEntry.Kind.LINKED, to=target.number, how=kind)
    return made


def follow_up(fresh: Ticket, before: Ticket, *, by: Person, at: datetime) -> TicketLink:
    """A closed ticket goes on in a new one, because its requester wrote again after the days for reopening."""
    return TicketLink.objects.create(source=fresh, target=before, kind=TicketLink.Kind.FOLLOW_UP, by=by, at=at)


def unlink(made: TicketLink, *, by: Person, at: datetime) -> None:
    """Raises NotAllowed."""
    with on_desk(made.source_id, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        sheet.record(HistoryEntry.Kind.LINKED, to=made.target.number, how=made.kind, gone=True)
        made.delete()
