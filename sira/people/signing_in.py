"""Somebody outside asks to be let in by mail."""

from datetime import datetime, timedelta

from sira.people import addresses, jobs, limits, links, recognition, rights
from sira.people.models import Address, Person, SignInLink
from sira.plumbing.refusals import NotAllowed

PER_ADDRESS, PER_ORIGIN = 5, 30  # links in an hour
CODES = 5  # tries for one link


def invite(person: Person, *, by: Person, at: datetime) -> None:
    """An administrator sends the link; who asks is known, so nothing is counted.  Raises NotAllowed, NotAnAddress."""
    if not rights.may_let_in(by, person):
        raise NotAllowed
    address = person.addresses.filter(kind=Address.Kind.MAIL, value=person.email).first()
    if address is None:
        raise addresses.NotAnAddress
    jobs.send_sign_in_link.defer(address_id=address.pk, goes_to="/", since=at.isoformat())


def ask_for_link(mail: str, *, origin: str, goes_to: str, asked: str, at: datetime) -> None:
    """Mail a link if the address is somebody's; the caller is told the same either way.

    origin: where the request comes from, for the limit.  asked: what `links.ask_here` said of the browser.
    Raises NotAnAddress, TooOften.
    """
    plain = addresses.normalised(Address.Kind.MAIL, mail)
    limits.count("sign_in_origin", origin, most=PER_ORIGIN, within=timedelta(hours=1), at=at)
    limits.count("sign_in_link", plain, most=PER_ADDRESS, within=timedelta(hours=1), at=at)
    person = recognition.person_of(Address.Kind.MAIL, plain)
    if person and person.is_active and person.role != Person.Role.SYSTEM:
        address = Address.objects.get(kind=Address.Kind.MAIL, value=plain)
        jobs.send_sign_in_link.defer(address_id=address.pk, goes_to=links.safe_path(goes_to), asked=asked)


def by_code(typed: str, *, asked: str, at: datetime) -> SignInLink:
    """The link that this browser asked for, spent by the code that it shows elsewhere.  Raises TooOften, WrongCode."""
    if not asked:
        raise links.WrongCode
    limits.count("link_code", asked, most=CODES, within=links.VALID, at=at)
    return links.use_code(typed, asked=asked, at=at)
