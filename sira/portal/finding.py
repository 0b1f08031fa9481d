"""One field finds what is known, what the reader has asked before and what they can ask for."""

from dataclasses import dataclass, field

from django.db.models import Q

from sira.catalogue import suggesting
from sira.catalogue.models import RequestType
from sira.knowledge import finding as knowledge
from sira.knowledge.finding import Found as Answer
from sira.people.models import Person
from sira.plumbing.words import asking, folding
from sira.plumbing.words.finding import Search
from sira.portal.access import mine
from sira.tickets.models import Message, Ticket
from sira.tickets.visibility import TicketQuerySet

MOST = 4
FEWER = 3
SHORTEST = 2
LOOKED_THROUGH = 200


@dataclass(frozen=True)
class Found:
    answers: list[Answer] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    request_types: list[RequestType] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.answers or self.tickets or self.request_types)


def find(typed: str, person: Person, *, language: str) -> Found:
    """Answers by their words; own tickets by number, subject or any word said in them; request types by their words."""
    typed = " ".join(typed.split())[:200]
    if len(typed) < SHORTEST:
        return Found()
    offered = list(RequestType.objects.offered_to(person))
    return Found(
        knowledge.find(typed, person, language=language, most=MOST),
        _tickets(typed, person),
        suggesting.suggest(typed, offered, language=language, most=FEWER),
    )


def find_publicly(typed: str, *, language: str) -> Found:
    """What is there for somebody who has not signed in."""
    typed = " ".join(typed.split())[:200]
    if len(typed) < SHORTEST:
        return Found()
    offered = list(RequestType.objects.open_to_all())
    return Found(
        knowledge.find(typed, None, language=language, most=MOST),
        [],
        suggesting.suggest(typed, offered, language=language, most=FEWER),
    )


def _tickets(typed: str, person: Person) -> list[Ticket]:
    own = mine(person)
    public = Message.objects.filter(ticket__in=own.values("pk"), is_internal=False)
    keys = Search(Message, asking.asked(typed)).page(public, count=MOST * 5)
    said = Message.objects.filter(pk__in=keys)
    meant = Q(number__iexact=typed) | Q(pk__in=_named(typed, own)) | Q(pk__in=said.values("ticket"))
    return list(own.filter(meant).select_related("agent", "group").order_by("-id")[:MOST])


def _named(typed: str, own: TicketQuerySet) -> list[int]:
    """Of the newest own ones those in whose subject each typed word begins a word, as one types: yazıcı, yazıcısı."""
    wanted = folded(typed).split()
    newest = own.order_by("-id").values_list("pk", "subject")[:LOOKED_THROUGH]
    return [key for key, subject in newest if all(_begins_one(want, folded(subject).split()) for want in wanted)]


def _begins_one(start: str, words: list[str]) -> bool:
    return any(word.startswith(start) for word in words)


def folded(text: str) -> str:
    return folding.without_marks(folding.lowered(text))
