"""Roles that administrators make: a name in their words and the rights that it has; to whom and where it is given."""

from collections.abc import Collection, Iterable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.models import GivenRole, MadeRole, Organisation, Person, SupportGroup
from sira.people.persons import NameMissing, leave_groups
from sira.people.rights import NEED_WORK, OF_GROUPS, OF_ORGANISATIONS, Right
from sira.plumbing.refusals import NotAllowed, Refused
from sira.plumbing.violations import violated


class RoleKeyTaken(Refused):
    code = "key_taken"
    message = _("Another role has this key. Choose another one.")


class NoRights(Refused):
    code = "no_rights"
    status = 422
    message = _("A role needs at least one right. Tick what it may do.")


class MoreThanOwn(Refused):
    code = "more_than_own"
    status = 403
    message = _("This role has rights that you don't have. Ask an administrator who has them.")


class WholeDesk(Refused):
    """Its message names the rights that stand against it."""

    code = "whole_desk"
    status = 422


class GivenAlready(Refused):
    code = "given_already"
    message = _("The person has this role for this place already.")


class RoleInUse(Refused):
    code = "role_in_use"
    message = _("People have this role. Take it from them first.")


def made_roles() -> "QuerySet[MadeRole]":
    """Each with `holders`: how many people have it."""
    return MadeRole.objects.annotate(holders=Count("given__person", distinct=True)).order_by("name", "pk")


@transaction.atomic
def make_role(
    key: str, *, name: str, rights_of_it: Collection[str], names: Mapping[str, str] | None = None, by: Person
) -> MadeRole:
    """The key is what set-up and programs name the role by, so it stays.

    Raises NotAllowed, NameMissing, NoRights, MoreThanOwn, RoleKeyTaken.
    """
    row = MadeRole(key=key)
    _say(row, name=name, names=names or {}, rights_of_it=rights_of_it, by=by)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "key" not in violated(error):
            raise
        raise RoleKeyTaken from error
    return row


@transaction.atomic
def change_role(
    row: MadeRole, *, name: str, rights_of_it: Collection[str], names: Mapping[str, str] | None = None, by: Person
) -> MadeRole:
    """Whoever has the role may from now on do what it says.

    Raises NotAllowed, NameMissing, NoRights, MoreThanOwn, WholeDesk (it is given for a part of the desk).
    """
    row = MadeRole.objects.select_for_update().get(pk=row.pk)
    _must_be_theirs(by, row.rights)
    _say(row, name=name, names=names or {}, rights_of_it=rights_of_it, by=by)
    for given in row.given.select_related("group", "organisation"):
        _must_fit(row, given.group, given.organisation)
    row.save(update_fields=["name", "names", "rights"])
    for person in Person.objects.filter(given_roles__role=row).distinct():
        leave_groups(person)
    return row


@transaction.atomic
def forget_role(row: MadeRole, *, by: Person) -> None:
    """Raises NotAllowed, MoreThanOwn, RoleInUse."""
    _must_be_theirs(by, row.rights)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        raise RoleInUse from error


@transaction.atomic
def give_role(
    person: Person,
    row: MadeRole,
    *,
    group: SupportGroup | None = None,
    organisation: Organisation | None = None,
    by: Person,
) -> GivenRole:
    """Everywhere, or for what belongs to the group or to the organisation.

    Raises NotAllowed, MoreThanOwn, WholeDesk, GivenAlready.
    """
    row = MadeRole.objects.select_for_update().get(pk=row.pk)
    _must_be_theirs(by, row.rights)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.role == Person.Role.SYSTEM or not person.is_active or person.joined_into_id:
        raise NotAllowed
    if group is not None and organisation is not None:
        raise TypeError("a role is given for a group or for an organisation")
    _must_fit(row, group, organisation)
    try:
        with transaction.atomic():
            return GivenRole.objects.create(person=person, role=row, group=group, organisation=organisation)
    except IntegrityError as error:
        if violated(error) != "role_is_given_once_for_a_place":
            raise
        raise GivenAlready from error


@transaction.atomic
def take_role(given: GivenRole, *, by: Person) -> Person:
    """The person as they are now; they leave the groups for which they may no longer work.

    Raises NotAllowed, MoreThanOwn.
    """
    _must_be_theirs(by, given.role.rights)
    person = Person.objects.select_for_update(no_key=True).get(pk=given.person_id)
    given.delete()
    leave_groups(person)
    return person


def completed(names: Iterable[str]) -> list[Right]:
    """In the order of the list, with the right to work where others need it.  Raises ValueError for an unknown one."""
    wanted = {Right(name) for name in names}
    if wanted & NEED_WORK:
        wanted.add(Right.WORK)
    return [right for right in Right if right in wanted]


def _say(row: MadeRole, *, name: str, names: Mapping[str, str], rights_of_it: Collection[str], by: Person) -> None:
    if not name.strip():
        raise NameMissing
    wanted = completed(rights_of_it)
    if not wanted:
        raise NoRights
    _must_be_theirs(by, wanted)
    row.name, row.rights = name.strip()[:120], [right.value for right in wanted]
    row.names = {language: words.strip()[:120] for language, words in names.items() if words.strip()}


def _must_be_theirs(by: Person, names: Collection[str]) -> None:
    if not rights.may_administer(by):
        raise NotAllowed
    if not rights.may_give(by, [Right(name) for name in names]):
        raise MoreThanOwn


def _must_fit(row: MadeRole, group: SupportGroup | None, organisation: Organisation | None) -> None:
    if group is None and organisation is None:
        return
    of_part = OF_GROUPS if group else OF_ORGANISATIONS
    if left := [right.label for right in map(Right, row.rights) if right not in of_part]:
        words = _(
            "These rights are about more than {place}: {rights}. Give the role everywhere, or leave them out of it."
        )
        raise WholeDesk(
            format_lazy(
                words, place=str(group or organisation), rights=format_lazy("{}" + ", {}" * (len(left) - 1), *left)
            )
        )
