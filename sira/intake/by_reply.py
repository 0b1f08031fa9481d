"""A reply that decides an approval: it begins with an agreed word, and comes from whom the mail was sent to.

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

# Words that say nothing else: a letter that begins with "no" or "yes" may go on to anything.
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
END = re.compile(r"[\s.,;:!،؛–—-]|\Z")
# "Approve or reject what?", "approve if it is cheap", "not": then it is no decision yet.
UNSURE = re.compile(r"[?؟]|^\W*(or|if|and|not|unless|only if|veya|ya da|eğer|değil|یا|اگر|lub|albo|jeśli|czy|nie)\b")


def plain(text: str) -> str:
    """As words are compared: letters of one form, without joiners, dots of I and case."""
    text = unicodedata.normalize("NFKC", text).replace("\u200c", " ").replace("ي", "ی").replace("ك", "ک")
    text = text.replace("أ", "ا").replace("İ", "i").replace("I", "i").replace("ı", "i")
    return " ".join(text.casefold().split(" "))


WORDS = sorted(
    [(plain(word), True) for word in YES] + [(plain(word), False) for word in NO], key=lambda one: -len(one[0])
)


def read(text: str) -> tuple[bool, str] | None:
    """What it decides and the comment behind it; None where it does not begin with one of the words."""
    text = text.lstrip(" \t\r\n\"'“”„«»*>")
    said = plain(text)
    for word, approves in WORDS:
        if said.startswith(word) and END.match(said, len(word)):
            rest = text[len(word) :]
            if UNSURE.search(plain(rest.partition("\n")[0])):
                return None
            return approves, rest.lstrip(" \t\r\n.,;:!،؛–—-").strip()
    return None


def take_in(incoming: Incoming, person: Person, ticket: Ticket, *, at: datetime) -> Message | None:
    """The note that the decision became; None where the mail decides nothing and is a message like any other."""
    key = None if incoming.is_machine or incoming.said.is_automatic else threading.answers_for(incoming, person)
    answer = read(incoming.said.text) if key is not None else None
    if key is None or answer is None:
        return None
    ballot = Ballot.objects.select_related("approval").filter(pk=key).first()
    if ballot is None or ballot.approval.subject != ticket.pk:
        return None
    try:
        approvals.decide(ballot, approved=answer[0], comment=answer[1], by=person, way=Ballot.Way.MAIL, at=at)
    except Refused:
        return None
    return conversation.keep_reply(ticket, incoming.said, by=person, channel=incoming.channel, at=at)
