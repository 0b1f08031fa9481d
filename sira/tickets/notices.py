"""Who is told what about a ticket, and when. What is said stands in the mails' templates."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from sira.notifications import outbox
from sira.notifications.outbox import Mail
from sira.people.models import Person
from sira.processes.tasks.models import Ballot
from sira.shell.laying_out import pictures_named, without_pictures
from sira.tickets import likeness, links
from sira.tickets.models import HistoryEntry, Message, Participant, Ticket
from sira.tickets.worksheet import Worksheet

ONE_ACKNOWLEDGEMENT_IN = timedelta(hours=1)
BY_ANYBODY = (Ticket.Channel.MAIL, Ticket.Channel.FORM)  # where anybody can name another's address


def tell_requester(sheet: Worksheet, kind: str) -> None:
    """A notice about a step, to the requester alone; those on copy read answers. Not to who took the step, and never
    to a machine."""
    took_it = sheet.by.pk == sheet.ticket.requester_id and kind != "acknowledgement"
    if took_it or sheet.silent:
        return
    if (
        kind == "acknowledgement"
        and sheet.ticket.channel in BY_ANYBODY
        and (why := why_not_acknowledged(sheet)) is not None
    ):
        sheet.record(HistoryEntry.Kind.DELIVERY, suppressed=kind, to=sheet.requester.email, **why)
        return
    placeholders = for_requester(sheet)
    if kind == "acknowledgement" and not has_proved(sheet.requester):
        placeholders |= {"subject": "", "to_name": "", "requester": sheet.requester.email}
    sheet.mails.append(Mail(kind=kind, to=sheet.requester, placeholders=placeholders))


def has_proved(person: Person) -> bool:
    """Whether the address is known to be theirs. Anybody can write another's into From or into a form, so who has not
    signed in by it is sent nothing of what was written in their name."""
    return person.last_login is not None or person.role in Person.WORKING


def why_not_acknowledged(sheet: Worksheet) -> dict[str, str] | None:
    """What the history tells of it; None where nothing stands against it.

    Two machines that answer each other stop here, whatever marks of a machine they strip: at a mail that answers one of
    ours (three mails in all), else at the second within the hour, or the seventh within the day, to one address, or the
    eleventh within the hour to addresses that are alike, the sixty-first where people are numbered.
    """
    if sheet.answers_ours:
        return {"why": "answers"}
    if was_just_told(sheet):
        return {}
    if has_proved(sheet.requester) or likeness.is_first(sheet.requester.email, at=sheet.at):
        return None
    return {"why": "alike"}


def was_just_told(sheet: Worksheet) -> bool:
    """Whether this person's mail was acknowledged within the hour, or several times within the day."""
    if sheet.was_told is None:
        sheet.was_told = outbox.was_acknowledged(sheet.requester, since=sheet.at - ONE_ACKNOWLEDGEMENT_IN)
    return sheet.was_told


def send_answer(sheet: Worksheet, message: Message) -> None:
    """The agent's answer to the requester, with a copy to everybody on copy."""
    copies = Participant.objects.filter(ticket=sheet.ticket, kind=Participant.Kind.COPY).exclude(person__email="")
    placeholders = {
        **for_requester(sheet),
        "text": message.text,
        "author": str(sheet.by),
        "files": files_of(message),
    }
    mail = Mail(
        kind="answer",
        to=sheet.requester,
        copies=sorted(copies.values_list("person__email", flat=True)),
        placeholders=placeholders,
        message=message.pk,
    )
    sheet.mails.append(mail)


def files_of(message: Message) -> list[dict[str, str]]:
    """As a mail's placeholders name them. cid: of a picture that stands in the text."""
    named = pictures_named(message.text)
    return [
        {
            "name": file.name,
            "type": file.content_type,
            "digest": bytes(file.digest).hex(),
            "cid": file.content_id if file.name in named else "",
        }
        for file in message.files.all()
    ]


def tell_agent(sheet: Worksheet, message: Message, *, kind: str = "heard") -> None:
    """The requester's side wrote: the agent hears of it, unless the agent is the one who wrote."""
    agent = sheet.ticket.agent
    if agent and agent.pk != message.author_id:
        placeholders = {**for_agent(sheet, agent), "text": message.text[:2000], "author": str(sheet.by)}
        sheet.mails.append(Mail(kind=kind, to=agent, placeholders=placeholders))


def tell_undelivered(sheet: Worksheet, text: str) -> None:
    """The agent hears that a mail did not arrive. text: for whom, and why."""
    agent = sheet.ticket.agent
    if agent:
        placeholders = {**for_agent(sheet, agent), "text": text}
        sheet.mails.append(Mail(kind="undelivered", to=agent, placeholders=placeholders))


def tell_not_sent(sheet: Worksheet, author: Person, text: str) -> None:
    """Who kept an answer for later hears that it did not go out. text: why, and what it said."""
    sheet.mails.append(Mail(kind="not_sent", to=author, placeholders={**for_agent(sheet, author), "text": text}))


def tell_assigned(sheet: Worksheet, agent: Person, note: str = "") -> None:
    """note: what whoever gives it wrote with it."""
    placeholders = for_agent(sheet, agent)
    if note:
        placeholders |= {"text": without_pictures(note)[:2000], "author": str(sheet.by)}
    sheet.mails.append(Mail(kind="assigned", to=agent, placeholders=placeholders))


def about(sheet: Worksheet) -> dict[str, Any]:
    """What every mail about a ticket may name."""
    ticket = sheet.ticket
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "requester": str(sheet.requester),
        "agent": str(ticket.agent) if ticket.agent else "",
        "group": ticket.group.pk if ticket.group else None,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
        "resolution": ticket.resolution,
        "stage": ticket.stage,
    }


def for_requester(sheet: Worksheet) -> dict[str, Any]:
    """With a link that opens this ticket alone, without signing in, and a key that lets an answer find it."""
    link = links.ticket_link(links.Opened(sheet.ticket.pk, sheet.ticket.requester_id), at=sheet.at)
    told = {**about(sheet), **thread(sheet)}
    return {**told, "link": link, "reply_key": sheet.ticket.number, "to_name": sheet.requester.name}


def for_agent(sheet: Worksheet, agent: Person) -> dict[str, Any]:
    """With the agent's own key: only a mail that carries it speaks for the desk."""
    link = f"{settings.SIRA_URL}{sheet.ticket.get_absolute_url()}"
    return {**about(sheet), "link": link, "reply_key": agent_key(sheet.ticket, agent), "to_name": agent.name}


def agent_key(ticket: Ticket, agent: Person) -> str:
    """What stands for the number in the reply address of a mail to an agent. A requester never sees it."""
    return f"{ticket.number}-A{agent.pk}"


def side_key(ticket: Ticket, talk: int) -> str:
    """What stands for the number in the reply address of a mail to a third party."""
    return f"{ticket.number}-S{talk}"


def link_to_decide(ballot: Ballot, person: Person, *, at: datetime) -> str:
    return links.decision_link(links.Decides(ballot.pk, person.pk), at=at)


def ballot_key(ticket: Ticket, ballot: Ballot, person: Person) -> str:
    """What stands for the number in the reply address of a mail that asks this person to decide."""
    return f"{ticket.number}-V{ballot.pk}-P{person.pk}"


def thread(sheet: Worksheet) -> dict[str, Any]:
    """What a mail answers: the newest of the requester's side, so that mail programs keep one thread."""
    ids = [sheet.answers] if sheet.answers else []
    if not sheet.is_new:
        came = sheet.ticket.messages.exclude(message_id="").filter(from_desk=False).order_by("-id")
        ids += came.values_list("message_id", flat=True)[:10]
    written = [f"<{one.strip('<>')}>" for one in dict.fromkeys(ids)]
    return {"in_reply_to": written[0], "references": written[::-1]} if written else {}
