"""A reply that decides an approval: its first line is an agreed word, and it comes from whom the mail was sent to.

The key in its address is no proof: a mail is forwarded and copied. So its sender is the person who was asked, and the
receiving server does not doubt that. Else nothing is decided, and that person is sent to the page behind the sign-in.
Everything else that answers such a mail is an ordinary message in its ticket.
"""

import re
import unicodedata
from datetime import datetime

from sira.intake import threading
from sira.intake.incoming import Incoming
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes.tasks.models import Ballot
from sira.tickets import approvals, conversation
from sira.tickets.models import Message, Ticket

# Words that say nothing else: "yes" and "no" answer other questions too.
YES = (
    *("approve", "approved", "i approve"),
    *("onayla", "onaylıyorum", "onaylandı"),
    *("تأیید", "تأیید می‌کنم", "تأیید شد", "تایید", "تایید می‌کنم", "تایید شد"),
    *("zatwierdzam", "zatwierdź", "zatwierdzone", "akceptuję"),
)
NO = (
    *("reject", "rejected", "i reject"),
    *("reddet", "reddediyorum", "reddedildi"),
    *("رد", "رد می‌کنم", "رد شد"),
    *("odrzucam", "odrzuć", "odrzucone", "odmawiam"),
)
ALONE = re.compile(r"[\s.!،]*\Z")


def plain(text: str) -> str:
    """As words are compared: letters of one form, without joiners, dots of I and case."""
    text = unicodedata.normalize("NFKC", text).replace("\u200c", " ").replace("ي", "ی").replace("ك", "ک")
    text = text.replace("أ", "ا").replace("İ", "i").replace("I", "i").replace("ı", "i")
    return " ".join(text.casefold().split(" "))


WORDS = {plain(word): True for word in YES} | {plain(word): False for word in NO}


def read(text: str) -> tuple[bool, str] | None:
    """What it decides and the comment behind it; None where no agreed word stands alone on the first line.

    Alone, since what follows on the line may turn it round: "approve nothing", and in Persian the "not" comes last.
    """
    first, _end, rest = text.lstrip(" \t\r\n\"'“”„«»*>").partition("\n")
    said = ALONE.sub("", plain(first)).rstrip("\"'“”„«»*")
    approves = WORDS.get(said)
    return None if approves is None else (approves, rest.strip())


def take_in(incoming: Incoming, person: Person, ticket: Ticket, *, at: datetime) -> Message | None:
    """The note that the decision became; None where the mail decides nothing and is a message like any other."""
    key = None if incoming.is_machine or incoming.said.is_automatic else threading.answers_for(incoming, person)
    answer = read(incoming.said.text) if key is not None else None
    if key is None or answer is None:
        return None
    ballot = Ballot.objects.select_related("approval").filter(pk=key).first()
    if ballot is None or ballot.approval.subject != ticket.pk:
        return None
    if incoming.doubted:
        return conversation.keep_reply(ticket, incoming.said, by=person, channel=incoming.channel, at=at)
    try:
        approvals.decide(ballot, approved=answer[0], comment=answer[1], by=person, way=Ballot.Way.MAIL, at=at)
    except Refused:
        return None
    return conversation.keep_reply(ticket, incoming.said, by=person, channel=incoming.channel, at=at)


def turn_away(incoming: Incoming, person: Person, *, at: datetime) -> None:
    """Tell who was asked that an agreed word under their key was not counted, because it may not be theirs."""
    key = None if incoming.is_machine or incoming.said.is_automatic else threading.ballot_key(incoming)
    if key is None or (key.person == person.pk and not incoming.doubted) or read(incoming.said.text) is None:
        return
    ballot = Ballot.objects.select_related("approval").filter(pk=key.ballot, state=Ballot.State.OPEN).first()
    if ballot is not None:
        approvals.not_counted(ballot, asked=key.person, sender=incoming.sender.mail, at=at)
