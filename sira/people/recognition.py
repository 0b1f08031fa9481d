"""Whose address is this? One person has one history, whatever they write from."""

import re
from datetime import datetime
from email.utils import parseaddr

from django.db import IntegrityError, transaction

from sira.people.automation import UNKNOWN_ID
from sira.people.models import Address, Organisation, Person
from sira.plumbing import prepared, rows


def normalised_mail(address: str) -> str:
    """The form in which addresses are kept and compared, in lower case; empty if it is none."""
    plain = parseaddr(address)[1] if "<" in address else address
    plain = plain.strip().strip(".").lower()
    local, at, domain = plain.rpartition("@")
    if not (local and at and domain) or len(plain) > 254 or re.search(r"[\s\x00-\x1f\x7f,;:<>()\"\\]|@.*@", plain):
        return ""
    return plain


def normalised_phone(number: str) -> str:
    """Digits with a leading plus, so that +48 123 and 0048-123 are one."""
    digits = re.sub(r"[^\d+]", "", number)
    return "+" + digits[2:] if digits.startswith("00") else digits


_BY_ADDRESS = f"""
    SELECT {rows.columns(Person, "person")}, {rows.columns(Organisation, "organisation")}
    FROM people_address address JOIN people_person person ON person.id = address.person_id
    LEFT JOIN people_organisation organisation ON organisation.id = person.organisation_id
    WHERE address.kind = %s AND address.value = %s
"""


def person_of(kind: str, value: str) -> Person | None:
    """The living person behind an address (normalised), followed through joins. Their organisation comes along."""
    found = prepared.one(_BY_ADDRESS, [kind, value])
    if found is None:
        return None
    person, organisation = rows.split(found, Person, Organisation)
    person.organisation = organisation
    return person.joined_into or person


def recognise(mail: str, *, name: str, at: datetime, language: str = "") -> Person:
    """The person who writes from this mail address (normalised), made on first sight.

    A new person belongs to the organisation whose mail domain the address has. Two first mails at once make one person.
    """
    known = person_of(Address.Kind.MAIL, mail)
    if known:
        return known
    try:
        with transaction.atomic():
            person = Person.objects.create(
                name=name[:200],
                email=mail,
                organisation=organisation_of(mail),
                language=language if language in Person.Language.values else Person.Language.ENGLISH,
                created_at=at,
            )
            Address.objects.create(person=person, kind=Address.Kind.MAIL, value=mail)
            return person
    except IntegrityError:
        known = person_of(Address.Kind.MAIL, mail)
        if known is None:
            raise
        return known


def organisation_of(mail: str) -> Organisation | None:
    domain = mail.rpartition("@")[2]
    return Organisation.objects.filter(mail_domains__contains=[domain]).order_by("id").first()


def unknown_person() -> Person:
    """Who wrote when nobody can be named; the row comes with every desk, like the desk's own."""
    return Person(pk=UNKNOWN_ID, name="", role=Person.Role.REQUESTER)
