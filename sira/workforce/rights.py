"""Who may say when somebody is away."""

from sira.people.models import Person


def may_plan_for(by: Person, person: Person) -> bool:
    """Everybody for themselves; leads and those above them for everybody; the desk itself."""
    roles = Person.Role
    return by.pk == person.pk or by.role in (roles.LEAD, roles.MANAGER, roles.ADMINISTRATOR, roles.SYSTEM)
