"""An administrator asks for a person's data, or that the desk forgets the person. Jobs do it; both are audited."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sira.people import jobs, rights
from sira.people.models import Person
from sira.people.models_personal import PersonalRequest
from sira.people.personal import holdings
from sira.people.rights import Right
from sira.plumbing import audit
from sira.plumbing.refusals import NotAllowed, Refused
from sira.plumbing.violations import violated


class WrongName(Refused):
    code = "wrong_name"
    status = 422
    message = _("The name is not the same. Type it as it stands at the top of the page.")


class HasOpenWork(Refused):
    code = "has_open_work"
    message = _("Open tickets of this person would lose their texts too. Close them first, or tick that it is meant.")


class StillWorksHere(Refused):
    code = "still_works_here"
    message = _("This person works here. Let them go first.")


class AlreadyForgotten(Refused):
    code = "already_forgotten"
    message = _("The desk forgets this person already.")


@transaction.atomic
def ask_for_archive(person: Person, *, by: Person, way: str, at: datetime) -> PersonalRequest:
    """Have all that is kept of the person put into an archive, for the one who asked.  Raises NotAllowed."""
    _must_be_asked(by, person)
    request = PersonalRequest.objects.create(person=person, by=by, kind=PersonalRequest.Kind.EXPORT, at=at)
    audit.record("ask for personal data", person.pk, by=by.pk, way=way)
    jobs.make_archive.defer(request=request.pk)
    return request


@transaction.atomic
def ask_to_forget(
    person: Person, *, name: str, even_open: bool = False, by: Person, way: str, at: datetime
) -> PersonalRequest:
    """Forget the person for good: name, addresses, what they wrote.  name: typed again, since nothing undoes this.

    Raises NotAllowed, StillWorksHere, WrongName, HasOpenWork, AlreadyForgotten.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # a join meanwhile is seen
    _must_be_asked(by, person)
    if person.is_agent and person.is_active:
        raise StillWorksHere
    if name.strip().casefold() != str(person).casefold():
        raise WrongName
    if not even_open and holdings.open_work(holdings.one_person(person)):
        raise HasOpenWork
    try:
        with transaction.atomic():
            request = PersonalRequest.objects.create(person=person, by=by, kind=PersonalRequest.Kind.FORGET, at=at)
    except IntegrityError as error:
        if violated(error) != "person_is_forgotten_once":
            raise
        raise AlreadyForgotten from error
    Person.objects.filter(pk=person.pk).update(is_active=False)
    audit.record("forget person", person.pk, by=by.pk, way=way)
    jobs.forget.defer(request=request.pk)
    return request


def fetch(key: int, *, of: int, by: Person, way: str, at: datetime) -> PersonalRequest | None:
    """The archive of a person, for whoever asked for it, while it is there; that it was fetched is told.

    Raises NotAllowed.
    """
    rights.must(by, Right.ADMINISTER)
    request = PersonalRequest.objects.filter(pk=key, person=of, by=by, until__gt=at).exclude(digest=None).first()
    if request:
        audit.record("fetch personal data", request.person_id, by=by.pk, way=way)
    return request


def is_forgotten(person: Person) -> bool:
    return PersonalRequest.objects.filter(person=person, kind=PersonalRequest.Kind.FORGET).exists()


def archives_for(person: Person, *, by: Person, at: datetime) -> "QuerySet[PersonalRequest]":
    """Those that this administrator asked for and can fetch, or waits for; the newest first."""
    asked = PersonalRequest.objects.filter(person=person, by=by, kind=PersonalRequest.Kind.EXPORT)
    return asked.filter(Q(done_at=None) | Q(until__gt=at)).order_by("-at")


def _must_be_asked(by: Person, person: Person) -> None:
    if not rights.may_administer(by) or person.role == Person.Role.SYSTEM or person.joined_into_id or by == person:
        raise NotAllowed
