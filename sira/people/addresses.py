"""The addresses of a person: added, proved to be theirs, taken away."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sira.people import recognition, rights
from sira.people.models import Address, Person
from sira.plumbing.refusals import NotAllowed, Refused
from sira.plumbing.violations import violated


class NotAnAddress(Refused):
    code = "not_an_address"
    status = 422
    message = _("This is not a complete address. Check it and try again.")


class AddressTaken(Refused):
    code = "address_taken"
    message = _("This address belongs to another person. If both are the same one, join them.")


def normalised(kind: str, value: str) -> str:
    """The value as it is kept. Raises NotAnAddress."""
    if kind == Address.Kind.MAIL:
        plain = recognition.normalised_mail(value)
    elif kind == Address.Kind.PHONE:
        plain = recognition.normalised_phone(value)
        plain = plain if len(plain.lstrip("+")) >= 3 else ""
    else:
        plain = value.strip()[:254]
    if not plain:
        raise NotAnAddress
    return plain


@transaction.atomic
def add_address(person: Person, *, kind: str, value: str, by: Person, at: datetime, verified: bool = False) -> Address:
    """Let the person be recognised by one more address; the first mail address becomes the one we write to.

    Adding one that is there already changes nothing.  Raises NotAllowed, NotAnAddress, AddressTaken.
    """
    if not rights.may_change(by, person) or (by.pk == person.pk and not by.is_agent and not verified):
        raise NotAllowed  # a requester proves a new address by signing in with it, not by typing it here
    plain = normalised(kind, value)
    try:
        with transaction.atomic():
            address = Address.objects.create(
                person=person, kind=kind, value=plain, verified_at=at if verified else None
            )
    except IntegrityError as error:
        if violated(error) != "address_belongs_to_one_person":
            raise
        address = Address.objects.get(kind=kind, value=plain)
        if address.person_id != person.pk:
            raise AddressTaken from error
    if kind == Address.Kind.MAIL and not person.email:
        Person.objects.filter(pk=person.pk).update(email=plain)
        person.email = plain
    mirror_for_sign_in(person)
    return address


@transaction.atomic
def verify_address(address: Address, *, at: datetime) -> None:
    """The person has shown that they read mail there: they opened a link we sent to it."""
    if address.verified_at is None:
        address.verified_at = at
        address.save(update_fields=["verified_at"])
    mirror_for_sign_in(address.person)


def mirror_for_sign_in(person: Person) -> None:
    """Keep allauth's table of addresses as ours: it asks there who it is that signs in with a password."""
    ours = dict(person.addresses.filter(kind=Address.Kind.MAIL).values_list("value", "verified_at"))
    EmailAddress.objects.filter(user=person).exclude(email__in=ours).delete()
    EmailAddress.objects.filter(user=person, primary=True).exclude(email=person.email).update(primary=False)
    for value, verified_at in ours.items():
        EmailAddress.objects.update_or_create(
            user=person,
            email=value,
            defaults={"verified": verified_at is not None, "primary": value == person.email},
        )
