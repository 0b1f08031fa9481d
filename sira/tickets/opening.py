"""A ticket comes to be: number, first message, and its type's process up to where it has to wait."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from sira.notifications import outbox
from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared, rows
from sira.plumbing.joining import joining
from sira.plumbing.lines import one_line
from sira.plumbing.words.recognising import recognise
from sira.processes import running
from sira.processes.blocks import Facts
from sira.processes.models import Instance
from sira.tickets import messages
from sira.tickets.facts import SheetFacts
from sira.tickets.messages import Said
from sira.tickets.models import Category, HistoryEntry, Message, Participant, Service, Ticket, TicketLink, TicketType
from sira.tickets.notices import ONE_ACKNOWLEDGEMENT_IN
from sira.tickets.worksheet import NO_HURRY, Worksheet

Begin = Callable[[int, Facts], Instance]
Also = Callable[[Message], Iterable[Model]]


@dataclass(frozen=True)
class Asked:
    """What is asked for. by: who brings it in (the requester, or an agent for them).  is_machine: never answered
    automatically."""

    type: TicketType
    subject: str
    requester: Person
    said: Said
    channel: str
    category: Category | None = None
    service: Service | None = None
    group: SupportGroup | None = None
    impact: int = Ticket.Level.LOW
    urgency: int = Ticket.Level.MEDIUM
    tags: Sequence[str] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    copies: Sequence[Person] = ()
    part_of: Ticket | None = None
    is_machine: bool = False
    answers_ours: bool = False


@joining
def open_ticket(
    asked: Asked, *, by: Person, at: datetime, begin: Begin | None = None, also: Also | None = None
) -> tuple[Ticket, Message]:
    """Open a ticket and let its process run to the first wait, all in the caller's transaction.

    A step of the process that fails leaves an incident on the ticket, never a lost request.
    begin: what starts the process, where it has begun by itself and only its ticket is missing.
    also: rows about its first message, unsaved, to be written in the same statement.
    """
    text = f"{asked.subject}\n{asked.said.text}"
    language = asked.said.language or recognise(text, otherwise=asked.requester.language)
    number, first_key, was_told = _next_keys(asked.requester, at)
    ticket = _new_ticket(asked, number, language=language, at=at)
    sheet = Worksheet(ticket, by=by, at=at, is_new=True)
    sheet.silent, sheet.answers, sheet.was_told = asked.is_machine, asked.said.message_id, was_told
    sheet.answers_ours = asked.answers_ours
    sheet.opened_with = asked.said.text, asked.said.vouched
    sheet.record(HistoryEntry.Kind.OPENED, channel=asked.channel)
    # Before the process, whose steps may show it to somebody or add to the conversation.
    message = messages.made(ticket, asked.said, author=asked.requester, channel=asked.channel, at=at, key=first_key)
    sheet.beside += [message, *messages.files_of(message, asked.said), *(also(message) if also else ())]
    if asked.part_of is not None:
        TicketLink.objects.create(source=ticket, target=asked.part_of, kind=TicketLink.Kind.CHILD, by=by, at=at)
    if begin is not None:
        ticket.instance = begin(ticket.pk, SheetFacts(sheet))
    elif asked.type.process_key:
        ticket.instance = running.start(
            asked.type.process_key, subject=ticket.pk, variables={}, facts=SheetFacts(sheet), at=at
        )
    sheet.save()
    copies = {person.pk: person for person in asked.copies if person.pk != asked.requester.pk}
    if copies:
        Participant.objects.bulk_create(
            Participant(ticket=ticket, person=person, kind=Participant.Kind.COPY) for person in copies.values()
        )
    return ticket, message


def _new_ticket(asked: Asked, number: int, *, language: str, at: datetime) -> Ticket:
    return rows.made(
        Ticket,
        id=number,
        number=f"{asked.type.prefix}-{number}",
        type=asked.type,
        subject=one_line(asked.subject)[:1000],
        requester=asked.requester,
        organisation=asked.requester.organisation,
        channel=asked.channel,
        category=asked.category,
        service=asked.service,
        group=asked.group or asked.type.group,
        impact=asked.impact,
        urgency=asked.urgency,
        tags=list(asked.tags),
        fields=asked.fields,
        language=language,
        opened_at=at,
        changed_at=at,
        turn_at=NO_HURRY,
    )


_KEYS = f"""
    SELECT nextval('tickets_ticket_id_seq'), nextval('tickets_message_id_seq'), {outbox.WAS_ACKNOWLEDGED}
"""


def _next_keys(requester: Person, at: datetime) -> tuple[int, int, bool]:
    """Of a ticket and of its first message, and with the same question whether the requester was just told of another.

    The keys are from the tables' own sequences, so that two openings never wait for each other; a number may stay
    unused.
    """
    ((ticket, message, was_told),) = prepared.ask(_KEYS, [at - ONE_ACKNOWLEDGEMENT_IN, requester.pk])
    return int(ticket), int(message), bool(was_told)
