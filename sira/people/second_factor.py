"""Who must show a second thing beside password or link, and whether they have one.

Administrators must. A sample desk waives it for its own people, so that one can look around; the waiver is a row that
names its person, so a desk in earnest has none.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sira.people import jobs, rights
from sira.people.models import Person, SecondFactorWaiver
from sira.plumbing import audit
from sira.plumbing.refusals import NotAllowed, Refused

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
PROVEN_AT_MOST = 500  # signs


class NotProven(Refused):
    code = "not_proven"
    status = 422
    message = _("Write how you made sure who asks.")


def asked_of(person: Person) -> bool:
    """SECOND_FACTOR_FOR names the roles that must have one; who may set up what such a role sets up, needs it too."""
    asked = settings.SECOND_FACTOR_FOR
    if person.role in asked:
        return True
    return rights.may_administer(person) and not set(rights.roles_with(rights.Right.ADMINISTER)).isdisjoint(asked)


def factors(person: Person) -> "QuerySet[Authenticator]":
    return Authenticator.objects.filter(user=person, type__in=KINDS)


def is_waived(person: Person) -> bool:
    return SecondFactorWaiver.objects.filter(person=person).exists()


def is_missing(person: Person) -> bool:
    """They must set one up before they do anything else."""
    return asked_of(person) and not factors(person).exists() and not is_waived(person)


def may_remove(authenticator: Authenticator) -> bool:
    """The last one of somebody who must have one stays."""
    if authenticator.type not in KINDS:
        return True
    person = authenticator.user
    others = factors(person).exclude(pk=authenticator.pk).exists()
    return others or not asked_of(person) or is_waived(person)


def waive(person: Person, *, at: datetime) -> None:
    """For the sample organisation alone; no page and no call leads here."""
    SecondFactorWaiver.objects.get_or_create(person=person, defaults={"at": at})


@transaction.atomic
def end_sessions(person: Person, *, by: Person) -> None:
    """On every device; the person signs in again.  Raises NotAllowed."""
    if not rights.may_let_in(by, person):
        raise NotAllowed
    _end_all(person)


def _end_all(person: Person) -> None:
    for row in UserSession.objects.filter(user=person):
        row.end()


@transaction.atomic
def take_away(person: Person, *, proven: str, by: Person, way: str, at: datetime) -> None:
    """All second factors of somebody who lost theirs; they set up a new one at their next sign-in.

    proven: how `by` made sure who asks; it stays in the audit trail.  What was lost may be signed in: every session
    ends, and the person is told by mail.  Never one's own factor: whoever sits at an open screen could.
    Raises NotAllowed, NotProven.
    """
    if not rights.may_let_in(by, person) or by.pk == person.pk:
        raise NotAllowed
    if not proven.strip():
        raise NotProven
    Authenticator.objects.filter(user=person).delete()
    _end_all(person)
    audit.record("take second factor away", person.pk, by=by.pk, way=way, proven=proven.strip()[:PROVEN_AT_MOST])
    jobs.tell_factor_is_gone.defer(person_id=person.pk, by_id=by.pk, at=at.isoformat())
