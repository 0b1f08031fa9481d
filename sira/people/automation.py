"""Who acts when nobody does: the desk itself, a named person whose row every desk has."""

from sira.people.models import Person

AUTOMATION_ID = 1


def automation() -> Person:
    """The desk as an actor, without asking the database (the first migration made the row)."""
    return Person(pk=AUTOMATION_ID, name="Sira", role=Person.Role.SYSTEM)
