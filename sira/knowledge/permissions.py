"""Who may write articles, and who lets others read them."""

from sira.people.models import Person
from sira.people.rights import Right, has


def may_write(person: Person) -> bool:
    return person.is_agent or person.role == Person.Role.SYSTEM


def may_publish(person: Person) -> bool:
    """Leads and above; an agent's own way is the process that has the content approved."""
    return has(person, Right.PUBLISH)
