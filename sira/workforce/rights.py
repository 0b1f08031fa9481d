"""Who may say when somebody works, and when they are away."""

from collections.abc import Collection

from sira.people.models import Membership, Person, SupportGroup
from sira.people.rights import Right, has


def may_plan(by: Person) -> bool:
    """Shifts, skills, limits and leave of others: leads and those above them; the desk itself."""
    return has(by, Right.PLAN)


def may_plan_for(by: Person, person: Person) -> bool:
    """Presence and sick days: everybody for themselves, and those who plan for everybody."""
    return by.pk == person.pk or may_plan(by)


def may_approve_for(by: Person, person: Person) -> bool:
    """Leave: those who plan; not one's own, unless nobody stands above."""
    return may_plan(by) and (by.pk != person.pk or has(by, Right.SEE_ALL))


def may_lead(person: Person, group: SupportGroup) -> bool:
    """Says how the group's tickets are dealt: its lead, managers and administrators."""
    return has(person, Right.SEE_ALL) or _leads(person, group=group)


def may_know_of_leave(by: Person, group: str) -> bool:
    """Whether somebody of a group, by its key, is sick or on leave: its lead, managers and administrators.

    Others see that they are away.
    """
    return has(by, Right.SEE_ALL) or _leads(by, group__key=group)


def _leads(person: Person, **of_group: object) -> bool:
    return may_plan(person) and person.memberships.filter(leads=True, **of_group).exists()


def whose_leave_is_known(by: Person, people: Collection[int]) -> Collection[int]:
    """Of whom of these people somebody may know that they are sick or on leave: members of the groups they lead."""
    if has(by, Right.SEE_ALL):
        return people
    if not may_plan(by):
        return set()
    led = Membership.objects.filter(person=by, leads=True).values("group")
    return set(Membership.objects.filter(group__in=led, person__in=people).values_list("person", flat=True))
