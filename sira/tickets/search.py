"""One field finds messages, notes, subjects, people and numbers, for what the reader may see, newest first."""

import re
from dataclasses import dataclass

from django.db.models import Q

from sira.people.models import Person
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
    people = Person.objects.filter(
        Q(name__istartswith=typed) | Q(name__icontains=f" {typed}") | Q(addresses__value__startswith=typed.lower())
    )
    keys = list(people.order_by("pk").distinct().values_list("pk", flat=True)[:20])
    rows = visible.filter(requester__in=keys).select_related("requester", "agent")  # type: ignore[attr-defined]
    return list(rows.order_by("-pk")[:5]) if keys else []


def _hits(keys: list[int], typed: str) -> list[Hit]:
    rows = Message.objects.filter(pk__in=keys).select_related("ticket__requester", "author").defer("words", "html")
    by_key = {row.pk: row for row in rows}
    found = [by_key[key] for key in keys if key in by_key]
    return [Hit(row, row.ticket, mark(row.text or row.ticket.subject, typed, row.ticket.language)) for row in found]
