"""Somebody says something in a ticket: the requester's side, an agent in answer, or the desk among itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sira.people.automation import UNKNOWN_ID
from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.processes import running
from sira.tickets import lifecycle, messages, notices, permissions, promised, waiting
from sira.tickets.facts import SheetFacts
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Message, Participant, Ticket
from sira.tickets.refusals import NobodyToAnswer
from sira.tickets.thanks import is_only_thanks
from sira.tickets.worksheet import Worksheet, on_desk

ANSWERED = "requester answered"


def hear(
    ticket: Ticket,
    said: Said,
    *,
    by: Person,
    channel: str,
    at: datetime,
    copies: Sequence[Person] = (),
    quiet: bool = False,
) -> Message:
    """Append what the requester's side says. A real answer ends a wait and reopens what was resolved; a thank-you
    and a machine's mail do neither. Raises NotAllowed, and TooLate for a ticket closed beyond its group's days.

    copies: who takes part from now on.  quiet: a machine wrote, so nothing is sent to it.
    """
    with on_desk(ticket, by=by, at=at) as sheet:
        takes_part = permissions.may_answer(by, sheet.ticket)
        if not takes_part and not permissions.is_asked(by, sheet.ticket):
            raise NotAllowed()
        sheet.silent = quiet
        include(sheet, copies)
        counts = takes_part and not said.is_automatic and not is_only_thanks(said.text)
        if counts and sheet.ticket.status in Ticket.DONE:
            lifecycle.reopen_sheet(sheet, why="answer")
        elif counts and sheet.ticket.status in (Ticket.Status.WAITING, Ticket.Status.HELD):
            waiting.resume_sheet(sheet)
        message = messages.add(sheet.ticket, said, author=by, channel=channel, at=at)
        sheet.set(has_news=True)
        notices.tell_agent(sheet, message)
        if counts:
            promised.expect_answer(sheet)
            payload = {"text": said.text}
            running.correlate(ANSWERED, subject=sheet.ticket.pk, payload=payload, facts=SheetFacts(sheet), at=at)
    return message


def hear_of_delivery(
    ticket: Ticket, said: Said, *, recipients: Sequence[str], final: bool, by: Person, channel: str, at: datetime
) -> Message:
    """A server reports about a mail of ours. final: it will not arrive, so the agent has to do something."""
    with on_desk(ticket, by=by, at=at) as sheet:
        message = messages.add(sheet.ticket, said, author=by, channel=channel, at=at, is_internal=True)
        sheet.record(HistoryEntry.Kind.DELIVERY, refused=list(recipients), final=final)
        if final:
            sheet.set(has_news=True)
            notices.tell_undelivered(sheet, f"{', '.join(recipients)}\n\n{said.text[:2000]}")
    return message


def keep_own_mail(ticket: Ticket, said: Said, *, by: Person, channel: str, at: datetime) -> Message:
    """A mail of the desk's own came back to it: an internal note of which nobody is told."""
    with on_desk(ticket, by=by, at=at) as sheet:
        said = replace(said, is_automatic=True)
        return messages.add(sheet.ticket, said, author=by, channel=channel, at=at, is_internal=True)


def keep_reply(ticket: Ticket, said: Said, *, by: Person, channel: str, at: datetime) -> Message:
    """The mail that decided an approval, among the desk: what it decided stands in the history."""
    with on_desk(ticket, by=by, at=at) as sheet:
        return messages.add(sheet.ticket, said, author=by, channel=channel, at=at, is_internal=True)


def answer(ticket: Ticket, said: Said, *, by: Person, at: datetime, channel: str = Ticket.Channel.PORTAL) -> Message:
    """An agent answers the requester and those on copy; it goes out by mail. The first answer keeps its promise.

    Raises NotAllowed, NobodyToAnswer.
    """
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        if sheet.ticket.requester_id == UNKNOWN_ID:
            raise NobodyToAnswer
        message = messages.add(sheet.ticket, said, author=by, channel=channel, at=at, from_desk=True)
        begin_sheet(sheet)
        promised.answered(sheet)
        sheet.set(has_news=False)
        notices.send_answer(sheet, message)
    return message


def note(ticket: Ticket, said: Said, *, by: Person, at: datetime, channel: str = Ticket.Channel.PORTAL) -> Message:
    """An agent writes a note that only the desk sees.  Raises NotAllowed."""
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        return messages.add(sheet.ticket, said, author=by, channel=channel, at=at, from_desk=True, is_internal=True)


def begin(ticket: Ticket, *, by: Person, at: datetime) -> Ticket:
    """The agent starts to work on it.  Raises NotAllowed."""
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        begin_sheet(sheet)
    return sheet.ticket


def begin_sheet(sheet: Worksheet) -> None:
    """From opened or assigned to in work; who answers a ticket that nobody has, has it."""
    ticket = sheet.ticket
    if ticket.stage not in (Ticket.Stage.OPENED, Ticket.Stage.ASSIGNED):
        return
    if ticket.agent_id is None and sheet.by.is_agent:
        sheet.set(agent=sheet.by)
        sheet.record(HistoryEntry.Kind.ASSIGNED, agent=sheet.by.pk, how="answered")
    sheet.set(stage=Ticket.Stage.IN_WORK)
    sheet.record(HistoryEntry.Kind.STAGE, stage=[Ticket.Stage.ASSIGNED, Ticket.Stage.IN_WORK])


def add_participant(ticket: Ticket, person: Person, *, kind: str, by: Person, at: datetime) -> None:
    """Put somebody on copy, or let an agent watch. Doing it twice changes nothing.  Raises NotAllowed."""
    with on_desk(ticket, by=by, at=at) as sheet:
        if not permissions.may_answer(by, sheet.ticket):
            raise NotAllowed()
        include(sheet, [person], kind=kind)


def stop_watching(ticket: Ticket, person: Person) -> bool:
    """They hear no more of it than others; whether they did watch."""
    watching = Participant.objects.filter(ticket=ticket, person=person, kind=Participant.Kind.WATCHER)
    return bool(watching.delete()[0])


def include(sheet: Worksheet, people: Sequence[Person], *, kind: str = Participant.Kind.COPY) -> None:
    """Those named in CC take part from now on; requester and known participants stay as they are."""
    if not people:
        return
    known = set(sheet.ticket.participants.values_list("person", flat=True)) | {sheet.ticket.requester_id}
    fresh = {person.pk: person for person in people if person.pk not in known}
    Participant.objects.bulk_create(
        (Participant(ticket=sheet.ticket, person=person, kind=kind) for person in fresh.values()),
        ignore_conflicts=True,
    )
    for person in fresh.values():
        sheet.record(HistoryEntry.Kind.JOINED_BY, person=person.pk, how=kind)
