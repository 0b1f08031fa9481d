"""What the sample organisation knows, and what its people think of the work."""

import random
from datetime import datetime, timedelta
from typing import Any

from sira.knowledge import marking, writing
from sira.knowledge.models import Article
from sira.knowledge.writing import Wording
from sira.people.automation import automation
from sira.people.models import Organisation, Person, SupportGroup
from sira.people.rights import Right, roles_with
from sira.surveys import marking as surveys
from sira.tickets.models import Ticket
from sira.workspace import macros
from sira.workspace.models import Macro

SHARE_OF_MARKS = 0.45
VALUES = [5] * 9 + [4] * 6 + [3] * 2 + [2, 1]


def write(told: list[dict[str, Any]], *, at: datetime) -> None:
    """Articles with their readers, and whom they helped."""
    people = list(Person.objects.filter(is_active=True).exclude(role=Person.Role.SYSTEM).order_by("pk"))
    for number, one in enumerate(told):
        written = at - timedelta(days=90 - 9 * number)
        article = _article(one, at=written)
        helped, asked = one["helped"]
        readers = [person for person in people if article in Article.objects.readable_by(person)]
        for place, person in enumerate(readers[:asked]):
            marking.mark(article, helped=place < helped, by=person, at=written + timedelta(days=2 + place))


def _article(one: dict[str, Any], *, at: datetime) -> Article:
    owner = Person.objects.get(email=one["owner"])
    first, *others = one["texts"].items()
    article = writing.begin(Wording(*first[1]), language=first[0], by=owner, at=at)
    for language, wording in others:
        writing.write(article, Wording(*wording), language=language, by=owner, at=at)
    if one.get("draft"):
        return article
    by = automation()
    for language in one["texts"]:
        writing.publish(article, language=language, by=by, at=at)
    organisations = list(Organisation.objects.filter(name__in=one.get("organisations", ())))
    writing.arrange(
        article,
        audience=one["audience"],
        organisations=organisations,
        owner=owner,
        review_on=(at + writing.HOLDS).date() if len(one["texts"]) > 1 else at.date() + timedelta(days=60),
        by=by,
    )
    return article


def keep_macros(told: list[dict[str, Any]], *, at: datetime) -> None:
    """What its agents say again and again.  group: a key, or nothing for everybody."""
    people = Person.objects.filter(role__in=roles_with(Right.ADMINISTER)).exclude(role=Person.Role.SYSTEM)
    by = people.order_by("pk")[0]
    for one in told:
        group = SupportGroup.objects.get(key=one["group"]) if one["group"] else None
        macros.keep(Macro(), one | {"group": group}, by=by, at=at)


def mark_tickets(*, at: datetime) -> None:
    """Nearly every second requester says how it went."""
    chance = random.Random(7)
    for ticket in Ticket.objects.filter(status=Ticket.Status.CLOSED, merged_into=None).select_related("requester"):
        if chance.random() < SHARE_OF_MARKS:
            when = min(at, (ticket.closed_at or at) + timedelta(hours=chance.randint(1, 30)))
            surveys.give(ticket, value=chance.choice(VALUES), by=ticket.requester, at=when)
