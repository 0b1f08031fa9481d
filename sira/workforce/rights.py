"""Who may say when somebody works, and when they are away."""

from sira.people.models import Person, SupportGroup

SEES_ALL = (Person.Role.MANAGER, Person.Role.ADMINISTRATOR)
_PLANNERS = (Person.Role.LEAD, Person.Role.MANAGER, Person.Role.ADMINISTRATOR, Person.Role.SYSTEM)


def may_plan(by: Person) -> bool:
    """Shifts, skills, limits and leave of others: leads and those above them; the desk itself."""
    return by.role in _PLANNERS


def may_plan_for(by: Person, person: Person) -> bool:
    """Presence and sick days: everybody for themselves, and those who plan for everybody."""
    return by.pk == person.pk or may_plan(by)


def may_approve_for(by: Person, person: Person) -> bool:
    """Leave: those who plan; not one's own, unless nobody stands above."""
    return may_plan(by) and (by.pk != person.pk or by.role != Person.Role.LEAD)


def may_lead(person: Person, group: SupportGroup) -> bool:
    """Says how the group's tickets are dealt: its lead, managers and administrators."""
    if person.role in (*SEES_ALL, Person.Role.SYSTEM):
        return True
    return may_plan(person) and person.memberships.filter(group=group, leads=True).exists()
