"""A requester says how it went, in one click; a word may follow."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed, Refused
from sira.surveys.models import Mark
from sira.tickets.models import Ticket

LONGEST = 2000  # characters of a comment


class NotYet(Refused):
    code = "not_solved_yet"
    message = _("It is not solved yet. Say how it went when it is.")


class NoMark(Refused):
    code = "no_mark"
    status = 422
    message = _("Choose one of the five marks.")


def may_mark(person: Person, ticket: Ticket) -> bool:
    return ticket.requester_id == person.pk and ticket.status in Ticket.DONE and not ticket.merged_into_id


@transaction.atomic
def give(ticket: Ticket, *, value: int, comment: str | None = None, by: Person, at: datetime) -> Mark:
    """Keep the mark, in place of an earlier one.  comment: None keeps what was said before.

    Raises NotAllowed, NotYet, NoMark.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if ticket.requester_id != by.pk:
        raise NotAllowed(_("Only who asked for it gives the mark."))
    if not may_mark(by, ticket):
        raise NotYet
    if value not in Mark.Value.values:
        raise NoMark
    said = {"person": by, "value": value, "at": at}
    if comment is not None:
        said["comment"] = comment.replace("\r\n", "\n").strip()[:LONGEST]
    return Mark.objects.update_or_create(ticket=ticket, defaults=said)[0]
