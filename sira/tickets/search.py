"""One field finds messages, notes, subjects, people and numbers, for what the reader may see, newest first."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from sira.people.finding import keys_like
from sira.people.models import Person
from sira.plumbing.composed import composed
from sira.plumbing.words import asking
from sira.plumbing.words.finding import Search
from sira.plumbing.words.marking import Segment, mark
from sira.tickets.models import Message, Ticket

PAGE = 20
NUMBER = re.compile(r"(?:[A-Za-z]{2,5}-)?(\d{1,18})\Z")


@dataclass(frozen=True)
class Hit:
    """A message in which it stands; sentence: its pieces, with those that were found marked."""

    message: Message
    ticket: Ticket
    sentence: list[Segment]


@dataclass(frozen=True)
class Found:
    """direct: tickets by number.  of_people: tickets of people so named.  older: the key of the next page, if any."""

    direct: list[Ticket]
    of_people: list[Ticket]
    hits: list[Hit]
    older: int | None = None

    def __bool__(self) -> bool:
        return bool(self.direct or self.of_people or self.hits)


def find(typed: str, person: Person, *, before: int | None = None) -> Found:
    """Everything the person may see that answers what they typed."""
    typed = " ".join(typed.split())[:300]
    visible = Ticket.objects.visible_to(person)
    first = before is None
    direct = _by_number(typed, visible) if first else []
    of_people = _by_person(typed, visible) if first else []
    search = Search(Message, asking.asked(typed))
    keys = search.page(Message.objects.visible_to(person), count=PAGE + 1, before=before)
    hits = _hits(keys[:PAGE], typed)
    return Found(direct, of_people, hits, keys[PAGE - 1] if len(keys) > PAGE else None)


def _by_number(typed: str, visible: "object") -> list[Ticket]:
    found = NUMBER.match(typed)
    return list(visible.filter(pk=int(found[1])).select_related("requester", "agent")) if found else []  # type: ignore[attr-defined]


def _by_person(typed: str, visible: "object") -> list[Ticket]:
    """The newest tickets of a person whose name or address begins so."""
    if len(typed) < 3:
        return []
    keys = keys_like(typed, most=20)
    if not keys:
        return []
    rows = visible.filter(requester__in=keys).select_related("requester", "agent")  # type: ignore[attr-defined]
    return list(rows.order_by("-pk")[:5])


@composed
def _shown(keys: list[int]) -> "QuerySet[Message]":
    rows = Message.objects.filter(pk__in=keys).select_related("ticket", "author")
    said = ("is_internal", "sent_at", "text", "author__name", "author__email")
    return rows.only(*said, *(f"ticket__{name}" for name in ("number", "subject", "language")))


def _hits(keys: list[int], typed: str) -> list[Hit]:
    by_key = {row.pk: row for row in _shown(keys)}
    found = [by_key[key] for key in keys if key in by_key]
    return [Hit(row, row.ticket, mark(row.text or row.ticket.subject, typed, row.ticket.language)) for row in found]
