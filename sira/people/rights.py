"""Who may change people. Each question has a name; the operations ask it, and screens ask it to offer what is open."""

from sira.people.models import Person


def may_administer(person: Person) -> bool:
    """Roles, organisations and support groups: the administrator, and the desk itself while it sets itself up."""
    return person.role in (Person.Role.ADMINISTRATOR, Person.Role.SYSTEM)


def may_enter_people(person: Person) -> bool:
    """New requesters and their addresses: everybody who works on tickets, since a caller must be entered at once."""
    return person.is_agent or person.role == Person.Role.SYSTEM


def may_change(by: Person, person: Person) -> bool:
    """A person's own details: themselves; agents change requesters, administrators everybody."""
    if person.role == Person.Role.SYSTEM:
        return False
    if by.pk == person.pk or may_administer(by):
        return True
    return by.is_agent and not person.is_agent


def may_join(by: Person, kept: Person, joined: Person) -> bool:
    """Agents join requesters. Where one of the two works here, rights would move too, so an administrator decides."""
    if Person.Role.SYSTEM in (kept.role, joined.role):
        return False
    if kept.is_agent or joined.is_agent:
        return may_administer(by)
    return may_enter_people(by)
