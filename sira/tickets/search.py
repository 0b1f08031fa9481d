"""One field finds messages, notes, subjects, people and numbers, for what the reader may see, newest first."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.utils.functional import SimpleLazyObject

from sira.people.finding import keys_like
from sira.people.models import Person
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.plumbing.words import asking
from sira.plumbing.words.finding import Search
from sira.plumbing.words.marking import Segment, mark
from sira.tickets.models import Message, Ticket
from sira.tickets.visibility import agent_like, is_usual

PAGE = 20
ENOUGH, MOST_PAGES = 10, 5  # where few tickets have said it often, a page looks further
NUMBER = re.compile(r"(?:[A-Za-z]{2,5}-)?(\d{1,18})\Z")


@dataclass(frozen=True)
class Hit:
    """A ticket with its newest message in which it stands; sentence: its pieces, with those that were found marked."""

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
        return bool(self.direct or self.of_people or self.hits or self.older)


def find(typed: str, person: Person, *, before: int | None = None) -> Found:
    """Everything the person may see that answers what they typed."""
    typed = " ".join(typed.split())[:300]
    first = before is None
    direct, of_people = _by_number(typed, person), _by_person(typed, person)
    search = Search(Message, asking.asked(typed))
    # Put together only where it is asked: of few keys it is asked as composed before.
    visible = SimpleLazyObject(lambda: Message.objects.visible_to(person))
    listed = {one.pk for one in [*direct, *of_people]}
    rows: list[Message] = []
    for _page in range(MOST_PAGES):
        keys = search.page(visible, count=PAGE + 1, before=before, seen=partial(_visible, person))  # type: ignore[arg-type]
        fresh = _newest_of_each(keys[:PAGE], listed)
        fresh = fresh if first else _not_before(search, visible, fresh)  # type: ignore[arg-type]
        listed |= {row.ticket_id for row in fresh}
        rows += fresh
        before = keys[PAGE - 1] if len(keys) > PAGE else None
        if before is None or len(rows) >= ENOUGH:
            break
    hits = [Hit(row, row.ticket, mark(row.text or row.ticket.subject, typed, row.ticket.language)) for row in rows]
    return Found(direct, of_people, hits, before) if first else Found([], [], hits, before)


def _newest_of_each(keys: list[int], listed: Collection[int]) -> list[Message]:
    """The messages, newest first: one of each ticket that is not listed yet."""
    by_key = {row.pk: row for row in _shown(keys)}
    newest: dict[int, Message] = {}
    for row in (by_key[key] for key in keys if key in by_key):
        if row.ticket_id not in listed:
            newest.setdefault(row.ticket_id, row)
    return list(newest.values())


def _not_before(search: Search, visible: "QuerySet[Message]", rows: list[Message]) -> list[Message]:
    """Those whose ticket has no newer message that answers: else a page before this one lists it."""
    if not rows:
        return []
    newer = visible.filter(ticket__in=[row.ticket_id for row in rows], pk__gt=max(row.pk for row in rows))
    told = set(search.answering(newer).values_list("ticket", flat=True))
    return [row for row in rows if row.ticket_id not in told]


def _visible(person: Person, keys: list[int]) -> list[int]:
    """Those of the keys of messages that the person may see."""
    if has(person, Right.SEE_ALL):
        return keys
    if not person.is_agent or not is_usual(person):
        return list(Message.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))
    if person.organisation is not None and person.organisation.shares_tickets:
        return _seen_in_house(keys, person.pk, person.organisation.pk)
    return _seen(keys, person.pk)


@composed
def _seen(keys: list[int], person: int) -> "QuerySet[Message, int]":
    return Message.objects.visible_to(agent_like(person)).filter(pk__in=keys).values_list("pk", flat=True)


@composed
def _seen_in_house(keys: list[int], person: int, house: int) -> "QuerySet[Message, int]":
    return Message.objects.visible_to(agent_like(person, house)).filter(pk__in=keys).values_list("pk", flat=True)


def _by_number(typed: str, person: Person) -> list[Ticket]:
    found = NUMBER.match(typed)
    if not found:
        return []
    rows = Ticket.objects.visible_to(person).filter(pk=int(found[1]))
    return list(rows.select_related("requester", "agent"))


def _by_person(typed: str, person: Person) -> list[Ticket]:
    """The newest tickets of a person whose name or address begins so."""
    if len(typed) < 3:
        return []
    keys = keys_like(typed, most=20)
    if not keys:
        return []
    rows = Ticket.objects.visible_to(person).filter(requester__in=keys).select_related("requester", "agent")
    return list(rows.order_by("-pk")[:5])


@composed
def _shown(keys: list[int]) -> "QuerySet[Message]":
    rows = Message.objects.filter(pk__in=keys).select_related("ticket", "author")
    said = ("is_internal", "sent_at", "text", "author__name", "author__email")
    return rows.only(*said, *(f"ticket__{name}" for name in ("number", "subject", "stage", "language")))
