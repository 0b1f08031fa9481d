"""Somebody outside asks to be let in by mail."""

from datetime import datetime, timedelta

from sira.people import addresses, jobs, limits, links, recognition, rights
from sira.people.models import Address, Person
from sira.plumbing.refusals import NotAllowed

PER_ADDRESS, PER_ORIGIN = 5, 30  # links in an hour


def invite(person: Person, *, by: Person) -> None:
    """An administrator sends the link; who asks is known, so nothing is counted.  Raises NotAllowed, NotAnAddress."""
    if not rights.may_let_in(by, person):
        raise NotAllowed
    address = person.addresses.filter(kind=Address.Kind.MAIL, value=person.email).first()
    if address is None:
        raise addresses.NotAnAddress
    jobs.send_sign_in_link.defer(address_id=address.pk, goes_to="/")


def ask_for_link(mail: str, *, origin: str, goes_to: str, at: datetime) -> None:
    """Mail a link if the address is somebody's; the caller is told the same either way.

    origin: where the request comes from, for the limit.  Raises NotAnAddress, TooOften.
    """
    plain = addresses.normalised(Address.Kind.MAIL, mail)
    limits.count("sign_in_origin", origin, most=PER_ORIGIN, within=timedelta(hours=1), at=at)
    limits.count("sign_in_link", plain, most=PER_ADDRESS, within=timedelta(hours=1), at=at)
    person = recognition.person_of(Address.Kind.MAIL, plain)
    if person and person.is_active and person.role != Person.Role.SYSTEM:
        address = Address.objects.get(kind=Address.Kind.MAIL, value=plain)
        jobs.send_sign_in_link.defer(address_id=address.pk, goes_to=links.safe_path(goes_to))
