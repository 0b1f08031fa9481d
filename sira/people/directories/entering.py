"""Who somebody is here whom a directory has let in: by issuer and subject, never by what a mail address looks like."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from sira.people import addresses, handing_back, persons, recognition
from sira.people.arriving import Arrival
from sira.people.automation import automation
from sira.people.directories.models import Directory, Identity
from sira.people.directories.refusals import Closed, KnownAlready, NotKnown, SomebodyElses
from sira.people.directories.tokens import HOW, UNTIL, Claims
from sira.people.models import Address, Person, SupportGroup
from sira.plumbing.violations import violated

MADE_MEANWHILE = ("identity_is_one_person", "address_belongs_to_one_person", "person_email_is_unique")
ORDER = (Person.Role.REQUESTER, Person.Role.AGENT, Person.Role.LEAD, Person.Role.MANAGER)


def enter(directory: Directory, claims: Claims, *, at: datetime) -> Person:
    """The person, made at first sight where the directory may bring new ones.

    Raises Closed, KnownAlready, NotKnown.
    """
    person = _found_or_made(directory, claims, at=at)
    if not person.is_active or person.role == Person.Role.SYSTEM:
        raise Closed
    apply_rules(person, directory, claims, at=at)
    return person


def arrival_of(directory: Directory, claims: Claims, *, at: datetime) -> Arrival:
    """For how long that sign-in counts here, and whether it needs no second factor of the desk.

    What a directory does not say counts for nothing: then it was a password alone.
    """
    until = int((at + timedelta(hours=directory.hours)).timestamp())
    said = claims.get(UNTIL) or until
    return Arrival(
        by=directory.key, until=min(until, said), is_strong=not set(directory.strong).isdisjoint(claims.get(HOW, []))
    )


def _found_or_made(directory: Directory, claims: Claims, *, at: datetime) -> Person:
    try:
        with transaction.atomic():
            return _known(directory, claims) or _first_time(directory, claims, at=at)
    except IntegrityError as error:
        if violated(error) not in MADE_MEANWHILE:
            raise
        if known := _known(directory, claims):  # two first sign-ins at once: the other has made them
            return known
        raise KnownAlready from error


@transaction.atomic
def connect(person: Person, directory: Directory, claims: Claims, *, at: datetime) -> None:
    """Somebody who is signed in is known by this directory too from now on.  Raises SomebodyElses."""
    known = _known(directory, claims)
    if known and known.pk != person.pk:
        raise SomebodyElses
    Identity.objects.get_or_create(
        issuer=directory.authority, subject=claims["sub"], defaults={"person": person, "first_at": at}
    )


def _known(directory: Directory, claims: Claims) -> Person | None:
    rows = Identity.objects.select_related("person__joined_into")
    found = rows.filter(issuer=directory.authority, subject=claims["sub"]).first()
    return (found.person.joined_into or found.person) if found else None


def _first_time(directory: Directory, claims: Claims, *, at: datetime) -> Person:
    mail = recognition.normalised_mail(str(claims.get("email", "")))
    believed = bool(mail) and claims.get("email_verified") is True and speaks_for(directory, mail)
    person = recognition.person_of(Address.Kind.MAIL, mail) if mail else None
    if person and not believed:
        raise KnownAlready
    if person is None and not directory.takes_new:
        raise NotKnown
    if person is None:
        # An address that is only said to be theirs would bring them the mails of somebody else.
        person = persons.create_person(
            name=_name(claims, mail),
            email=mail if believed else "",
            language=_language(claims),
            by=automation(),
            at=at,
        )
    if not person.is_active or person.role == Person.Role.SYSTEM:
        raise Closed
    if believed:
        addresses.verify_address(Address.objects.get(kind=Address.Kind.MAIL, value=mail), at=at)
    Identity.objects.create(person=person, issuer=directory.authority, subject=claims["sub"], first_at=at)
    return person


def _name(claims: Claims, mail: str) -> str:
    said = [str(claims.get(name) or "").replace("\0", "").strip() for name in ("name", "preferred_username")]
    return next(filter(None, said), mail or claims["sub"])[:200]


def _language(claims: Claims) -> str:
    """Of a word such as tr-TR; where the desk does not speak it, the desk's usual one."""
    said = str(claims.get("locale") or "")[:2].lower()
    return said if said in Person.Language.values else Person.Language.ENGLISH


def speaks_for(directory: Directory, mail: str) -> bool:
    return mail.rpartition("@")[2] in directory.mail_domains


@transaction.atomic
def apply_rules(person: Person, directory: Directory, claims: Claims, *, at: datetime) -> None:
    """Role and groups as the directory's words say; what its rules do not name stays as people gave it.

    Who works here no more by that loses their open tickets to the queues of their groups.

    An administrator is made, and stays one, by hand alone.
    """
    if not directory.rules or not directory.claim:
        return
    has = _values(claims.get(directory.claim))
    fitting = [rule for rule in directory.rules if rule["value"] in has]
    roles = [rule["role"] for rule in directory.rules if rule["role"]]
    if roles and person.role in ORDER:
        wanted = max((rule["role"] for rule in fitting if rule["role"]), key=ORDER.index, default=ORDER[0])
        if wanted != person.role:
            worked = person.is_agent
            person = persons.change_role(person, role=wanted, by=automation())
            if worked and not person.is_agent:
                handing_back.hand_back(person, by=automation(), at=at)
    _put_in_groups(person, directory, {key for rule in fitting for key in rule["groups"]})


def _put_in_groups(person: Person, directory: Directory, wanted: set[str]) -> None:
    named = {key for rule in directory.rules for key in rule["groups"]}
    is_in = set(person.memberships.values_list("group__key", flat=True))
    for group in SupportGroup.objects.filter(key__in=named):
        if group.key in wanted and group.key not in is_in and person.is_agent:
            persons.put_in_group(person, group, by=automation())
        elif group.key not in wanted and group.key in is_in:
            persons.take_from_group(person, group, by=automation())


def _values(said: Any) -> set[str]:
    """A word, or a list of words; some directories part the words of one by commas."""
    if isinstance(said, str):
        return {said, *(part.strip() for part in said.split(","))}
    return {one for one in said if isinstance(one, str)} if isinstance(said, list) else set()
