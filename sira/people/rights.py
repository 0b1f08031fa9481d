"""What somebody may do, by name: a fixed list of rights, and which of them each role has.

Beside the roles that the desk ships, administrators make others (roles.py). A made role counts everywhere, or for one
support group or organisation; `reach` says where. Roles are asked here alone; everybody else asks for a right. Which
things a right is about, says `visible_to` of each room.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed

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
# They are used on pages that only who works here may open, so a made role with one of them has the right to work too.
NEED_WORK = frozenset({Right.SEE_ALL, Right.LEAD, Right.PLAN, Right.PUBLISH, Right.SHARE_BOARDS, Right.MACROS})
# What a made role may be given for a part of the desk; every other right is about the whole.
OF_GROUPS = frozenset({Right.WORK, Right.SEE_ALL, Right.LEAD, Right.MACROS})
OF_ORGANISATIONS = frozenset({Right.WORK, Right.SEE_ALL})


@dataclass(frozen=True)
class Reach:
    """Where a right counts: everywhere, or for what belongs to one of these support groups or organisations."""

    everywhere: bool = False
    groups: tuple[int, ...] = ()
    organisations: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.groups or self.organisations)

    def has(self, *, group: int | None, organisation: int | None = None) -> bool:
        return self.everywhere or group in self.groups or organisation in self.organisations


_EVERYWHERE, _NOWHERE = Reach(everywhere=True), Reach()


def _of_role(person: Person) -> frozenset[Right]:
    """What the role gives; to a program no more than its token carries."""
    every = ROLES[person.role]
    return every if person.at_most is None else every & person.at_most


def limit(person: Person, names: Collection[str]) -> None:
    """For this object alone: of the rights that the person has, those of these names."""
    person.at_most = frozenset(names)
    person.made_rights = {right: where for right, where in person.made_rights.items() if right in person.at_most}


def keeps_back(person: Person, right: Right) -> bool:
    """Whether a program acts that was given less than its person has: this right of the role is not in its token."""
    return person.at_most is not None and right in ROLES[person.role] and right not in person.at_most


def has(person: Person, right: Right) -> bool:
    """Everywhere, as the roles that the desk ships give it."""
    return right in _of_role(person) or (bool(person.made_rights) and reach(person, right).everywhere)


def has_somewhere(person: Person, right: Right) -> bool:
    """Enough to come in; the operation then asks for which group or organisation."""
    return right in _of_role(person) or right in person.made_rights


def reach(person: Person, right: Right) -> Reach:
    if right in _of_role(person):
        return _EVERYWHERE
    made = person.made_rights.get(right) if person.made_rights else None
    if not made:
        return _NOWHERE
    return Reach(made["everywhere"], tuple(made["groups"]), tuple(made["organisations"]))


def works_in(person: Person) -> Reach:
    """The groups and organisations whose tickets a made role opens; nobody else has any."""
    if not person.made_rights:
        return _NOWHERE
    works, sees = (person.made_rights.get(right) or {} for right in (Right.WORK, Right.SEE_ALL))
    groups, organisations = (
        tuple(sorted({*works.get(name, ()), *sees.get(name, ())})) for name in ("groups", "organisations")
    )
    return Reach(groups=groups, organisations=organisations)


def must(person: Person, right: Right) -> None:
    """Raises NotAllowed."""
    if not has(person, right):
        raise NotAllowed


@lru_cache
def roles_with(right: Right) -> tuple[str, ...]:
    """For conditions in the database, and for what is asked of very many."""
    return tuple(role for role, rights in ROLES.items() if right in rights)


def held(person: Person) -> frozenset[Right]:
    """All that somebody may do anywhere."""
    return _of_role(person) | {Right(right) for right in person.made_rights}


def may_give(by: Person, rights: Collection[Right]) -> bool:
    """Nobody gives what they lack; who looks after every stuck process may let others look after some.

    The desk itself gives what its set-up and its directories say.
    """
    if by.role == Role.SYSTEM:
        return True
    return all(has(by, right) or (right == Right.LEAD and has(by, Right.OPERATE)) for right in rights)


def may_administer(person: Person) -> bool:
    """Roles, organisations and support groups: the administrator, and the desk itself while it sets itself up."""
    return has(person, Right.ADMINISTER)


def may_let_in(by: Person, person: Person) -> bool:
    """Role, password, second factor, sign-in, tokens of somebody: administrators, of nobody who may do more than they.

    Else a made role with the right to administer would lead to all the others.
    """
    return may_administer(by) and person.role != Role.SYSTEM and may_give(by, held(person))


def may_enter_people(person: Person) -> bool:
    """New requesters and their addresses: everybody who works on tickets, since a caller must be entered at once."""
    return has_somewhere(person, Right.WORK) or person.role == Role.SYSTEM


def may_change(by: Person, person: Person) -> bool:
    """A person's own details: themselves; agents change requesters, administrators everybody."""
    if person.role == Role.SYSTEM:
        return False
    if by.pk == person.pk or may_let_in(by, person):
        return True
    return not held(person) and may_know(by, person)


def may_know(by: Person, person: Person) -> bool:
    """The same rule as finding.known_to, for somebody who is already in hand."""
    if has(by, Right.WORK) or by.role == Role.SYSTEM or by.pk == person.pk:
        return True
    where = works_in(by)
    return bool(where.groups) or (person.organisation_id is not None and person.organisation_id in where.organisations)


def may_join(by: Person, kept: Person, joined: Person) -> bool:
    """Agents join requesters. Where one of the two may do more, rights would move too, so an administrator decides."""
    if Role.SYSTEM in (kept.role, joined.role):
        return False
    if held(kept) or held(joined):
        return may_let_in(by, kept) and may_let_in(by, joined)
    return may_know(by, kept) and may_know(by, joined) and may_enter_people(by)
