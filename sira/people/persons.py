"""People come to be, change their details, and change what they may do."""

from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sira.people import addresses, recognition, rights
from sira.people.models import Address, Membership, Organisation, Person, SupportGroup
from sira.people.rights import Right
from sira.plumbing.refusals import NotAllowed, Refused

DETAILS = ("name", "language", "time_zone", "theme", "after_answer", "title", "place", "signature")


class NameMissing(Refused):
    code = "name_missing"
    status = 422
    message = _("Write the name first.")


class WeakPassword(Refused):
    code = "weak_password"
    status = 422
    message = _("This password is too easy to guess. Take a longer one.")


class LastAdministrator(Refused):
    code = "last_administrator"
    message = _("This is the only administrator. Make somebody else administrator first.")


class OwnManager(Refused):
    code = "own_manager"
    status = 422
    message = _("Nobody is their own manager. Choose somebody else, or nobody.")


class WrongDetail(Refused):
    code = "wrong_detail"
    status = 422
    message = _("This value can't be used here. Choose one from the list.")


@transaction.atomic
def create_person(
    *,
    name: str,
    email: str = "",
    role: str = Person.Role.REQUESTER,
    organisation: Organisation | None = None,
    language: str = Person.Language.ENGLISH,
    time_zone: str = "Europe/Warsaw",
    by: Person,
    at: datetime,
) -> Person:
    """Enter somebody. Without an organisation they belong to the one whose mail domain they write from.

    Raises NotAllowed, NameMissing, NotAnAddress, AddressTaken.
    """
    if not rights.may_enter_people(by):
        raise NotAllowed
    _must_give(by, role)
    if not name.strip():
        raise NameMissing
    mail = addresses.normalised(Address.Kind.MAIL, email) if email else ""
    if mail and recognition.person_of(Address.Kind.MAIL, mail):
        raise addresses.AddressTaken
    person = Person(
        name=name.strip()[:200],
        email=mail,
        role=role,
        organisation=organisation or (recognition.organisation_of(mail) if mail else None),
        language=language,
        time_zone=time_zone,
        created_at=at,
    )
    person.set_unusable_password()
    person.save()
    if mail:
        addresses.add_address(person, kind=Address.Kind.MAIL, value=mail, by=by, at=at)
    return person


@transaction.atomic
def change_details(person: Person, *, by: Person, **details: str) -> Person:
    """Change what DETAILS names. Raises NotAllowed, NameMissing, WrongDetail."""
    if not rights.may_change(by, person):
        raise NotAllowed
    unknown = set(details) - set(DETAILS)
    if unknown:
        raise TypeError(f"not a detail of a person: {', '.join(sorted(unknown))}")
    if not details.get("name", "x").strip():
        raise NameMissing
    allowed = {
        "language": Person.Language.values,
        "theme": Person.Theme.values,
        "after_answer": Person.AfterAnswer.values,
        "time_zone": available_timezones(),
    }
    for field, value in details.items():
        if field in allowed and value not in allowed[field]:
            raise WrongDetail(field=field)
        setattr(person, field, value.strip())
    person.save(update_fields=list(details))
    return person


@transaction.atomic
def change_role(person: Person, *, role: str, by: Person) -> Person:
    """What the person may do from now on; who becomes a requester leaves their groups.

    Raises NotAllowed, LastAdministrator.
    """
    if not rights.may_let_in(by, person) or Person.Role.SYSTEM in (person.role, role):
        raise NotAllowed
    _must_give(by, role)
    if role != Person.Role.ADMINISTRATOR and [one.pk for one in _administrators()] == [person.pk]:
        raise LastAdministrator
    person.role = Person.Role(role)
    person.save(update_fields=["role"])
    leave_groups(person)
    return person


def _must_give(by: Person, role: str) -> None:
    """Anybody may enter a requester; other roles are given by who has what they have.  Raises NotAllowed."""
    if rights.ROLES[role] and not (rights.may_administer(by) and rights.may_give(by, rights.ROLES[role])):
        raise NotAllowed


def leave_groups(person: Person) -> None:
    """Memberships in the groups for which they may no longer work end."""
    person.refresh_from_db(fields=["role", "made_rights"])
    if not rights.has(person, Right.WORK):
        person.memberships.exclude(group__in=rights.works_in(person).groups).delete()


@transaction.atomic
def change_manager(person: Person, manager: Person | None, *, by: Person) -> Person:
    """Who decides for the person where a drawing asks their manager.  Raises NotAllowed, OwnManager."""
    rights.must(by, Right.ADMINISTER)
    if manager and manager.pk == person.pk:
        raise OwnManager
    person.manager = manager
    person.save(update_fields=["manager"])
    return person


@transaction.atomic
def let_go(person: Person, *, by: Person) -> Person:
    """They can't sign in, get no work and lose the roles made here; what they asked and did stays.

    Raises NotAllowed, LastAdministrator.
    """
    if not rights.may_let_in(by, person) or person.role == Person.Role.SYSTEM:
        raise NotAllowed
    if [one.pk for one in _administrators()] == [person.pk]:
        raise LastAdministrator
    person.is_active = False
    person.save(update_fields=["is_active"])
    person.memberships.all().delete()
    person.given_roles.all().delete()
    person.refresh_from_db(fields=["made_rights"])
    return person


@transaction.atomic
def take_back(person: Person, *, by: Person) -> Person:
    """They may sign in again; groups are given anew.  Raises NotAllowed, also for somebody joined into another."""
    if not rights.may_let_in(by, person) or person.joined_into_id:
        raise NotAllowed
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


def _administrators() -> "QuerySet[Person]":
    """All of them, locked: two who step down at once would leave nobody."""
    return Person.objects.select_for_update().filter(role=Person.Role.ADMINISTRATOR, is_active=True)


def set_password(person: Person, *, password: str, by: Person) -> None:
    """In no transaction, since another server may be asked about it.  Raises NotAllowed, WeakPassword (it says why)."""
    if not rights.may_change(by, person) or (by.pk != person.pk and not rights.may_let_in(by, person)):
        raise NotAllowed
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error
    person.set_password(password)
    person.save(update_fields=["password"])


@transaction.atomic
def put_in_group(person: Person, group: SupportGroup, *, leads: bool = False, by: Person) -> Membership:
    """Raises NotAllowed; also for somebody who does not work here, or for other groups alone."""
    where = rights.works_in(person)
    if not rights.may_administer(by) or not (rights.has(person, Right.WORK) or group.pk in where.groups):
        raise NotAllowed
    return Membership.objects.update_or_create(person=person, group=group, defaults={"leads": leads})[0]


@transaction.atomic
def take_from_group(person: Person, group: SupportGroup, *, by: Person) -> None:
    rights.must(by, Right.ADMINISTER)
    Membership.objects.filter(person=person, group=group).delete()
