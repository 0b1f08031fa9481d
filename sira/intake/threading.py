"""Which ticket does it belong to? Each sign counts only from somebody who takes part: nobody joins by guessing."""

import re
from typing import NamedTuple

from sira.intake.incoming import Incoming
from sira.notifications import identity
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing import rows
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail import keys
from sira.tickets import merging, notices, permissions, side_talks
from sira.tickets.models import Message, Ticket
from sira.tickets.models_aside import SideTalk

TAG = re.compile(r"\[([A-Z]{2,5}-\d{1,18})\]")
FOR_BALLOT = re.compile(r"(?P<number>[A-Z]{2,5}-\d+)-V(?P<ballot>\d{1,18})-P(?P<person>\d{1,18})\Z")
FOR_AGENT = re.compile(r"(?P<number>[A-Z]{2,5}-\d+)-A(?P<agent>\d+)\Z")
FOR_SIDE = re.compile(r"(?P<number>[A-Z]{2,5}-\d+)-S(?P<talk>\d{1,18})\Z")
MOST_ANSWERS = 20


def find(incoming: Incoming, person: Person) -> Ticket | None:
    """The ticket it belongs to: by the key in the address, by the mails it answers, by the subject's tag."""
    if incoming.claimed:
        return None
    for ticket in (by_address(incoming), by_answer(incoming), by_tag(incoming)):
        if ticket is None:
            continue
        ticket = merging.survivor(ticket)
        if permissions.takes_part(person, ticket) or permissions.may_work_on(person, ticket):
            return ticket
        if answers_for(incoming, person) is not None:
            return ticket
    return None


def side_talk(incoming: Incoming) -> SideTalk | None:
    """The talk with a third party whose key the mail carries, whoever of them answers it."""
    for number in keyed_numbers(incoming):
        if found := FOR_SIDE.match(number):
            return SideTalk.objects.select_related("ticket").filter(pk=found["talk"]).first()
    return None


def side_talk_of(incoming: Incoming, person: Person) -> SideTalk | None:
    """Without a key: where the person was asked on the side about the ticket that the mail names or answers."""
    for ticket in (by_answer(incoming), by_tag(incoming)):
        if ticket is not None and not incoming.claimed:
            return side_talks.about(ticket).select_related("ticket").filter(person=person).last()
    return None


def by_address(incoming: Incoming) -> Ticket | None:
    for number in keyed_numbers(incoming):
        found = FOR_AGENT.match(number) or FOR_BALLOT.match(number) or FOR_SIDE.match(number)
        return rows.find(Ticket, "number = %s", [found["number"] if found else number])
    return None


def keyed_numbers(incoming: Incoming) -> list[str]:
    numbers = (keys.number_in(address, desk_secrets()) for address in incoming.threads.addressed)
    return [number for number in numbers if number]


def speaks_as_agent(incoming: Incoming, person: Person, ticket: Ticket) -> bool:
    """Whether the mail carries the key that only this agent was given for this ticket; anybody can forge a From."""
    return notices.agent_key(ticket, person) in keyed_numbers(incoming)


class BallotKey(NamedTuple):
    """The key in the reply address of a mail that asked a person to decide; whoever was sent a copy holds it too."""

    ballot: int
    person: int


def ballot_key(incoming: Incoming) -> BallotKey | None:
    for number in keyed_numbers(incoming):
        found = FOR_BALLOT.match(number)
        if found:
            return BallotKey(int(found["ballot"]), int(found["person"]))
    return None


def answers_for(incoming: Incoming, person: Person) -> int | None:
    """The ballot that this person was asked to decide with the very mail that is answered."""
    found = ballot_key(incoming)
    return found.ballot if found and found.person == person.pk else None


def by_answer(incoming: Incoming) -> Ticket | None:
    answered = list(incoming.threads.answers)[:MOST_ANSWERS]
    if not answered:
        return None
    ours = [row for row in (identity.row_in(text, desk_secrets()) for text in answered) if row]
    if ours:
        subject = OutgoingMail.objects.filter(pk__in=ours, subject__isnull=False).values_list("subject", flat=True)
        return Ticket.objects.filter(pk__in=subject[:1]).first()
    # Hash indexes serve equality only, one at a time; the nearest answer is nearly always the one.
    for text in answered[:3]:
        message = Message.objects.filter(message_id=text).exclude(message_id="").select_related("ticket").first()
        if message:
            return message.ticket
    return None


def by_tag(incoming: Incoming) -> Ticket | None:
    found = TAG.search(incoming.subject)
    return rows.find(Ticket, "number = %s", [found[1]]) if found else None


def answers_ours(incoming: Incoming) -> bool:
    """Whether it carries a sign of a mail of the desk's: its key, its Message-ID, its tag in the subject."""
    secrets = desk_secrets()
    return (
        bool(keyed_numbers(incoming))
        or any(identity.row_in(text, secrets) for text in list(incoming.threads.answers)[:MOST_ANSWERS])
        or by_tag(incoming) is not None
    )


def bounced_mail(incoming: Incoming) -> OutgoingMail | None:
    """The mail of ours that a bounce is about, by the Message-ID it gives back."""
    rows = [identity.row_in(text, desk_secrets()) for text in incoming.threads.bounced]
    return OutgoingMail.objects.filter(pk__in=[row for row in rows if row]).order_by("-pk").first()
