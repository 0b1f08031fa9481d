"""Colleagues named in a note with @: they are told, and find it among their notices."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from sira.notifications import outbox
from sira.notifications.outbox import Mail
from sira.people.models import Person, SupportGroup
from sira.shell.laying_out import without_pictures
from sira.tickets import assigning, conversation, notices, permissions
from sira.tickets.messages import Said
from sira.tickets.models import Message, Ticket

MOST = 20


@dataclass(frozen=True)
class Noted:
    """A note, and whom it names: those who were told, and those who may not read it and so were not."""

    message: Message
    told: list[Person]
    untold: list[Person]


def named_in(text: str, colleagues: Iterable[Person]) -> list[Person]:
    """Whose name or mail address stands behind an @, whatever the case; of two names the longer one counts."""
    found: list[Person] = []
    rest = text.casefold()
    for person in sorted(colleagues, key=lambda one: -len(one.name)):
        for words in filter(None, (person.name, person.email)):
            pattern = rf"(?<![\w@])@{re.escape(words.casefold())}(?!\w)"
            if re.search(pattern, rest):
                rest = re.sub(pattern, " ", rest)
                found.append(person)
                break
    return found[:MOST]


@transaction.atomic
def note(ticket: Ticket, said: Said, *, by: Person, at: datetime, channel: str = Ticket.Channel.PORTAL) -> Noted:
    """Write the note and tell whom it names.  Raises what conversation.note raises."""
    return tell(ticket, conversation.note(ticket, said, by=by, at=at, channel=channel), by=by, at=at)


@transaction.atomic
def hand_over(
    ticket: Ticket,
    note: str,
    *,
    group: SupportGroup | None,
    agent: Person | None,
    by: Person,
    at: datetime,
    channel: str = Ticket.Channel.PORTAL,
) -> None:
    """Give it away, with a note if one is written. Its agent is told of the ticket, note and all, so not of the name
    once more.

    Raises what assigning.hand_over raises.
    """
    if not note.strip():
        assigning.assign(ticket, group=group, agent=agent, by=by, at=at)
        return
    said = assigning.hand_over(ticket, Said(text=note), group=group, agent=agent, by=by, at=at, channel=channel)
    tell(said.ticket, said, by=by, at=at, knows=agent)


def tell(ticket: Ticket, note: Message, *, by: Person, at: datetime, knows: Person | None = None) -> Noted:
    """knows: was told of it already."""
    if "@" not in note.text:
        return Noted(note, [], [])
    left_out = [person.pk for person in (by, knows) if person]
    named = named_in(note.text, Person.objects.agents().exclude(pk__in=left_out))
    told = [person for person in named if permissions.may_work_on(person, ticket)]
    outbox.queue([letter(ticket, note, person, by) for person in told], subject=ticket.pk, at=at)
    return Noted(note, told, [person for person in named if person not in told])


def letter(ticket: Ticket, note: Message, person: Person, by: Person) -> Mail:
    placeholders = {
        "number": ticket.number,
        "subject": ticket.subject,
        "group": ticket.group_id,
        "link": f"{settings.SIRA_URL}{ticket.get_absolute_url()}",
        "reply_key": notices.agent_key(ticket, person),
        "to_name": person.name,
        "author": str(by),
        "text": without_pictures(note.text)[:2000],
    }
    return Mail(kind="mentioned", to=person, placeholders=placeholders, opens=note.pk)
