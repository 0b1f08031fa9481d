"""What a drawing says in its own words: a mail to somebody, a message in the conversation, a resolution."""

from typing import Any

from sira.notifications.outbox import Mail
from sira.people.automation import automation
from sira.people.models import Person
from sira.processes.blocks import Step
from sira.processes.tasks import particulars, people, planning
from sira.processes.tasks.choices import Choices
from sira.tickets import messages, notices
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.refusals import NothingToSay, NotReady
from sira.tickets.worksheet import Worksheet

MOST = 100


def tell(sheet: Worksheet, step: Step) -> None:
    """Headers "to", "subject" and "text": a mail to each, in their language.  Raises NothingToSay."""
    headers, values = step.element.headers, step.variables
    choices = Choices(step)
    texts = particulars.texts(headers, "text", values, choices)
    if not texts:
        raise NothingToSay()
    subjects = particulars.texts(headers, "subject", values, choices)
    to = whom(sheet, step)
    for person in to:
        is_requester = person.pk == sheet.ticket.requester_id
        if is_requester and sheet.silent:
            continue
        told = notices.for_requester(sheet) if is_requester else notices.for_agent(sheet, person)
        words = {
            "text": particulars.in_language(texts, person.language),
            "title": particulars.in_language(subjects, person.language),
        }
        sheet.mails.append(Mail(kind="told", to=person, placeholders={**told, **words}))
    names = [str(person) for person in to]
    sheet.record(HistoryEntry.Kind.DELIVERY, told=names, about=step.element.name)


def whom(sheet: Worksheet, step: Step) -> list[Person]:
    """The people of the header "to"; the requester where it says nothing."""
    ticket, to = sheet.ticket, step.element.headers.get("to", "requester")
    named: Any = {
        "requester": ticket.requester_id,
        "agent": ticket.agent_id,
        "group": ticket.group.key if ticket.group else None,
    }.get(to, planning.evaluated(to, step))
    found = people.named(named)
    rows = {person.pk: person for person in Person.objects.filter(pk__in=found[:MOST])}
    return [rows[pk] for pk in found if pk in rows]


def reply(sheet: Worksheet, step: Step) -> None:
    """Header "text": a message to the requester, in the ticket's conversation and by mail.  Raises NothingToSay."""
    texts = particulars.texts(step.element.headers, "text", step.variables, Choices(step))
    if not texts:
        raise NothingToSay()
    text = str(particulars.in_language(texts, sheet.requester.language))
    said = Said(text=text, is_automatic=True, language=sheet.requester.language)
    channel = Ticket.Channel.PROCESS
    message = messages.add(sheet.ticket, said, author=automation(), channel=channel, at=sheet.at, from_desk=True)
    if not sheet.silent:
        notices.send_answer(sheet, message)


def give_resolution(sheet: Worksheet, step: Step) -> None:
    """Header "text": what was done, where nobody has written it.  Raises NotReady if there is no word at all."""
    texts = particulars.texts(step.element.headers, "text", step.variables, Choices(step))
    if texts and not sheet.ticket.resolution.strip():
        sheet.set(resolution=str(particulars.in_language(texts, sheet.requester.language)))
    if not sheet.ticket.resolution.strip():
        raise NotReady(fields=["resolution"])
