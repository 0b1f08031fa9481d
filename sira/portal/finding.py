"""One field finds what the reader has asked before and what they can ask for."""

from dataclasses import dataclass

from django.db.models import Q

from sira.catalogue.models import RequestType
from sira.people.models import Person
from sira.plumbing.words import asking, folding
from sira.plumbing.words.finding import Search
from sira.portal.access import mine
from sira.tickets.models import Message, Ticket
from sira.tickets.visibility import TicketQuerySet

MOST = 4
SHORTEST = 2
LOOKED_THROUGH = 200


@dataclass(frozen=True)
class Found:
    tickets: list[Ticket]
    request_types: list[RequestType]

    def __bool__(self) -> bool:
        return bool(self.tickets or self.request_types)


def find(typed: str, person: Person, *, language: str) -> Found:
    """Own tickets by number, subject or any word said in them; request types by their words. Newest first."""
    typed = " ".join(typed.split())[:200]
    if len(typed) < SHORTEST:
        return Found([], [])
    return Found(_tickets(typed, person), _request_types(typed, person, language))


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


def _request_types(typed: str, person: Person, language: str) -> list[RequestType]:
    """Those with most of the typed words, each as the beginning of a word of theirs."""
    wanted = [folded(word) for word in typed.split()]
    scored = []
    for request_type in RequestType.objects.offered_to(person):
        told = folded(f"{request_type.name_in(language)} {request_type.description_in(language)}").split()
        score = sum(_begins_one(want, told) for want in wanted)
        if score:
            scored.append((-score, request_type.order, request_type))
    return [request_type for _score, _order, request_type in sorted(scored, key=lambda one: one[:2])[:MOST]]


def folded(text: str) -> str:
    return folding.without_marks(folding.lowered(text))
