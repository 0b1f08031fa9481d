"""The one way in: whatever a channel hands over becomes a ticket or joins one, once, in one transaction."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from sira.intake import addressing, bounces, by_reply, threading
from sira.intake.incoming import Incoming, Sender
from sira.intake.models import Received
from sira.people import recognition
from sira.people.models import Address, Person
from sira.plumbing import rows, settled
from sira.plumbing.violations import violated
from sira.plumbing.words.recognising import recognise
from sira.tickets import conversation, linking, opening, side_talks
from sira.tickets.models import Message, Ticket, TicketType
from sira.tickets.models_aside import SideTalk
from sira.tickets.opening import Asked
from sira.tickets.refusals import TooLate

IDENTITY = ("thing_is_received_once", "mail_is_taken_in_once")
DEFAULT_TYPE = "incident"
MOST_COPIES = 50


@dataclass(frozen=True)
class Receipt:
    """What became of it. repeated: it had come before, and this is what it became then."""

    ticket: Ticket
    message: Message
    opened: bool = False
    repeated: bool = False


def receive(incoming: Incoming, *, at: datetime) -> Receipt:
    """Take in what a channel handed over; when this returns inside no other transaction, it is committed.

    Raises what the database raises when it cannot commit: then nothing has happened, and the sender still has it.
    """
    try:
        with transaction.atomic(), settled.remembered():
            receipt = _take_in(incoming, at=at)
            if not receipt.opened:
                remember(incoming, receipt.message, at=at)
            return receipt
    except IntegrityError as error:
        if violated(error) not in IDENTITY:
            raise
    return _known(incoming, at=at)


def _take_in(incoming: Incoming, *, at: datetime) -> Receipt:
    if incoming.refusals or incoming.threads.bounced:
        bounced = bounces.take_in(incoming, at=at)
        if bounced:
            return Receipt(bounced.ticket, bounced)
    person = incoming.person or recognised(incoming.sender, at=at, wrote=f"{incoming.subject}\n{incoming.said.text}")
    if talk := threading.side_talk(incoming):
        return _from_the_side(incoming, talk, person, at=at)
    by_reply.turn_away(incoming, person, at=at)
    ticket = incoming.ticket or threading.find(incoming, person)
    if ticket is None:
        talk = threading.side_talk_of(incoming, person)
        if talk:
            return _from_the_side(incoming, talk, person, at=at)
        return _open(incoming, person, answers_ours=threading.answers_ours(incoming), at=at)
    decided = by_reply.take_in(incoming, person, ticket, at=at)
    if decided is not None:
        return Receipt(ticket, decided)
    if threading.speaks_as_agent(incoming, person, ticket):
        return Receipt(ticket, conversation.answer(ticket, incoming.said, by=person, at=at, channel=incoming.channel))
    try:
        copies = people_on_copy(incoming, at=at)
        message = conversation.hear(
            ticket, incoming.said, by=person, channel=incoming.channel, at=at, copies=copies, quiet=incoming.is_machine
        )
        return Receipt(ticket, message)
    except TooLate:
        receipt = _open(incoming, person, at=at)
        linking.follow_up(receipt.ticket, ticket, by=person, at=at)
        return receipt


def _from_the_side(incoming: Incoming, talk: SideTalk, person: Person, *, at: datetime) -> Receipt:
    said = replace(incoming.said, is_automatic=True) if incoming.is_machine else incoming.said
    message = side_talks.hear(talk, said, by=person, channel=incoming.channel, at=at)
    return Receipt(message.ticket, message)


def _open(incoming: Incoming, person: Person, *, at: datetime, answers_ours: bool = False) -> Receipt:
    asked = Asked(
        type=incoming.type or usual_type(),
        subject=incoming.subject,
        requester=person,
        said=incoming.said,
        channel=incoming.channel,
        category=incoming.category,
        service=incoming.service,
        group=addressing.group_of(incoming),
        impact=incoming.impact,
        urgency=incoming.urgency,
        tags=incoming.tags,
        fields=incoming.fields,
        copies=people_on_copy(incoming, at=at),
        is_machine=incoming.is_machine,
        answers_ours=answers_ours,
    )
    ticket, message = opening.open_ticket(
        asked, by=person, at=at, also=lambda message: [_received(incoming, message, at=at)]
    )
    return Receipt(ticket, message, opened=True)


def usual_type() -> TicketType:
    found = rows.find(TicketType, "key = %s", [DEFAULT_TYPE], ask=settled.ask)
    if found is None:
        raise TicketType.DoesNotExist(DEFAULT_TYPE)
    return found


def recognised(sender: Sender, *, at: datetime, wrote: str = "") -> Person:
    """Who it is. What names no usable address still has somebody behind it: the unknown sender.

    wrote: the language of a new person is the one they write in.
    """
    mail = recognition.normalised_mail(sender.mail)
    if not mail:
        return recognition.unknown_person()
    known = recognition.person_of(Address.Kind.MAIL, mail)
    if known:
        return known
    language = recognise(wrote, otherwise="") if wrote else ""
    return recognition.recognise(mail, name=sender.name, at=at, language=language or settings.LANGUAGE_CODE)


def people_on_copy(incoming: Incoming, *, at: datetime) -> list[Person]:
    """Those in CC and those it was sent to beside the desk, without the desk's own addresses.

    Where none of the addresses is known as the desk's, it came by one of those it was sent to, and which cannot be
    known: then those in CC alone are people.
    """
    named = [*incoming.beside, *incoming.copies]
    copies = {recognition.normalised_mail(copy.mail): copy for copy in named[:MOST_COPIES]}
    copies.pop("", None)
    if not copies:
        return []
    ours = set(addressing.own_addresses(incoming))
    others = [mail for mail in copies if addressing.without_key(mail) not in ours]
    if len(others) == len(copies) and not any(addressing.without_key(mail) in ours for mail in _reached(incoming)):
        in_copy = {recognition.normalised_mail(copy.mail) for copy in incoming.copies}
        others = [mail for mail in others if mail in in_copy]
    return [recognised(copies[mail], at=at) for mail in others]


def _reached(incoming: Incoming) -> list[str]:
    return [recognition.normalised_mail(address) for address in incoming.threads.addressed]


def remember(incoming: Incoming, message: Message | None, *, at: datetime) -> None:
    rows.insert([_received(incoming, message, at=at)])


def _received(incoming: Incoming, message: Message | None, *, at: datetime) -> Received:
    return rows.made(
        Received,
        identity=_identity(incoming),
        channel=incoming.channel,
        source=incoming.source,
        key=Received.told(incoming.key),
        raw=incoming.raw,
        fingerprint=incoming.fingerprint,
        state=Received.State.UNREAD if incoming.said.trouble else Received.State.DONE,
        message=message,
        at=at,
    )


def _identity(incoming: Incoming) -> uuid.UUID:
    return Received.identified(incoming.channel, incoming.source, incoming.key)


def _known(incoming: Incoming, *, at: datetime) -> Receipt:
    """It is here already, by its key or as the same mail over another way; the new key is remembered too."""
    first = Received.objects.filter(identity=_identity(incoming)).first()
    if first is None:
        first = Received.objects.get(fingerprint=incoming.fingerprint)
        Received.objects.bulk_create(
            [
                Received(
                    identity=_identity(incoming),
                    channel=incoming.channel,
                    source=incoming.source,
                    key=Received.told(incoming.key),
                    raw=incoming.raw,
                    state=Received.State.REPEATED,
                    message=first.message,
                    at=at,
                )
            ],
            ignore_conflicts=True,
        )
    message = Message.objects.select_related("ticket").get(pk=first.message_id or 0)
    return Receipt(message.ticket, message, repeated=True)
