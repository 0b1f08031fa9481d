"""What somebody may do, by name: a fixed list of rights, and which of them each role has.

Roles are asked here alone; everybody else asks for a right. Which things a right is about, says `visible_to` of each
room. Questions about people have names of their own below; the operations ask them, and screens, to offer what is open.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person

Role = Person.Role


class Right(models.TextChoices):
    WORK = "work", _("Work on the tickets of one's groups")
    SEE_ALL = "see_all", _("Read every ticket, and work on it")
    LEAD = "lead", _("Look after stuck processes and held tasks of the groups one leads")
    PLAN = "plan", _("Plan shifts, leave and shares")
    PUBLISH = "publish", _("Let articles out")
    SHARE_BOARDS = "share_boards", _("Arrange the board that others of a role begin with")
    MACROS = "macros", _("Write macros for every group")
    DRAW = "draw", _("Draw and publish processes, decisions and forms, and say what is offered")
    OPERATE = "operate", _("Look after every stuck process")
    HOURS = "hours", _("Set up working calendars and promises")
    MAIL = "mail", _("Set up mail, and read mails anew")
    LOOK = "look", _("Say how the portal looks")
    AUDIT = "audit", _("Read the audit trail")
    ADMINISTER = "administer", _("Enter people, give roles, and set up sign-in, tokens and webhooks")


_WORKS = frozenset({Right.WORK})
_LEADS = _WORKS | {Right.LEAD, Right.PLAN, Right.PUBLISH, Right.SHARE_BOARDS}
_MANAGES = (_LEADS - {Right.LEAD}) | {Right.SEE_ALL, Right.MACROS}
ROLES: dict[str, frozenset[Right]] = {
    Role.REQUESTER: frozenset(),
    Role.AGENT: _WORKS,
    Role.LEAD: _LEADS,
    Role.MANAGER: _MANAGES,
    Role.ADMINISTRATOR: frozenset(Right) - {Right.LEAD},
    # The desk itself: it does what drawings and tables say, and works on no ticket by itself.
    Role.SYSTEM: frozenset(Right) - {Right.WORK, Right.LEAD, Right.SHARE_BOARDS, Right.MACROS},
}


def has(person: Person, right: Right) -> bool:
    return right in ROLES[person.role]


def roles_with(right: Right) -> tuple[str, ...]:
    """For conditions in the database, and for what is asked of very many."""
    return tuple(role for role, rights in ROLES.items() if right in rights)


def may_administer(person: Person) -> bool:
    """Roles, organisations and support groups: the administrator, and the desk itself while it sets itself up."""
    return has(person, Right.ADMINISTER)


def may_enter_people(person: Person) -> bool:
    """New requesters and their addresses: everybody who works on tickets, since a caller must be entered at once."""
    return has(person, Right.WORK) or person.role == Role.SYSTEM


def may_change(by: Person, person: Person) -> bool:
    """A person's own details: themselves; agents change requesters, administrators everybody."""
    if person.role == Role.SYSTEM:
        return False
    if by.pk == person.pk or may_administer(by):
        return True
    return has(by, Right.WORK) and not has(person, Right.WORK)


def may_join(by: Person, kept: Person, joined: Person) -> bool:
    """Agents join requesters. Where one of the two works here, rights would move too, so an administrator decides."""
    if Role.SYSTEM in (kept.role, joined.role):
        return False
    if has(kept, Right.WORK) or has(joined, Right.WORK):
        return may_administer(by)
    return may_enter_people(by)
