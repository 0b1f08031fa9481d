"""A small cast for tests of this room and those above."""

from datetime import UTC, datetime
from itertools import count

from sira.people.models import Address, Person

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_numbers = count(1)


def a_person(
    name: str = "Gülşah Demir", *, mail: str | None = None, role: str = Person.Role.REQUESTER, **more
) -> Person:
    """Somebody with one mail address; their own unless given."""
    mail = f"person{next(_numbers)}@example.org" if mail is None else mail
    person = Person.objects.create(name=name, email=mail, role=role, created_at=NOON, **more)
    if mail:
        Address.objects.create(person=person, kind=Address.Kind.MAIL, value=mail)
    return person


def an_agent(name: str = "Nadia Karimi", **more) -> Person:
    return a_person(name, role=Person.Role.AGENT, **more)


def an_administrator(name: str = "Ewa Nowak", **more) -> Person:
    return a_person(name, role=Person.Role.ADMINISTRATOR, **more)
