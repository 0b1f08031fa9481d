"""Who acts when nobody does, and who asks when nobody can be named: persons whose rows every desk has."""

from sira.people.models import Person

AUTOMATION_ID = 1
UNKNOWN_ID = 2


def automation() -> Person:
    """The desk as an actor, without asking the database (the first migration made the row)."""
    return Person(pk=AUTOMATION_ID, name="Sira", role=Person.Role.SYSTEM)
