"""What a directory that speaks SAML says of somebody, believed only as far as it is signed for this desk, now, once.

SAML 2.0 Core 2 and 3, Profiles 4.1.4.
"""

import hashlib
import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction

from sira.people.directories import begun
from sira.people.directories.describing import Trouble
from sira.people.directories.models import Directory, SpentAnswer
from sira.people.directories.refusals import Away, Encrypted, TurnedAway, Unasked, Unbelievable
from sira.people.directories.saml.describing import Description, described
from sira.people.directories.saml.details import answers_at, called
from sira.people.directories.saml.reading import (
    NAMES,
    SAMLP,
    Element,
    document,
    named,
    refuse_what_is_not_said,
    text_of,
)
from sira.people.directories.saml.saying import claims_of
from sira.people.directories.saml.signatures import is_signed, signed
from sira.people.directories.tokens import CLOCKS, HOW, UNTIL, Claims
from sira.plumbing.violations import violated

LARGEST = 256 * 1024  # of an answer as it travels
SKEW = timedelta(seconds=CLOCKS)
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
UNDERSTOOD = {"AudienceRestriction", "OneTimeUse", "ProxyRestriction"}
INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z")


def received(directory: Directory, session: SessionBase, answer: str, *, at: datetime) -> tuple[dict[str, Any], Claims]:
    """What was begun with it, and what it says of who came back.

    Raises Unbelievable, Unasked, TurnedAway, Encrypted, Away.
    """
    response = _read(answer)
    number = response.get("InResponseTo", "")
    if not number:
        raise Unasked
    way = begun.spend(session, number, directory, at=at)
    try:
        description = described(directory)
    except Trouble:
        raise Away from None
    assertion = _believed(response, directory, description)
    _for_this_desk(assertion, directory, description, number=number, at=at)
    claims = claims_of(assertion, directory) | _of_the_sign_in(assertion)
    _spend(assertion, directory, at=at)
    return way, claims


def _read(answer: str) -> Element:
    if len(answer) > LARGEST:
        raise Unbelievable("too long")
    try:
        response = document(b64decode("".join(answer.split()), validate=True))
    except ValueError:
        raise Unbelievable("not in base64") from None
    if response.tag != named(SAMLP, "Response"):
        raise Unbelievable("no answer")
    refuse_what_is_not_said(response)
    return response


def _believed(response: Element, directory: Directory, description: Description) -> Element:
    """The one assertion of the answer, as it was signed: itself, or with the whole answer."""
    _alone(response)
    whole = is_signed(response)
    if whole:
        response = signed(response, description.certificates)
        if response.get("Destination") != answers_at(directory):
            raise Unbelievable("sent to somebody else")
    if response.get("Destination", answers_at(directory)) != answers_at(directory):
        raise Unbelievable("sent to somebody else")
    issuer = response.find("saml:Issuer", NAMES)
    if issuer is not None and text_of(issuer) != description.entity:
        raise Unbelievable("answered by another")
    _succeeded(response)
    assertion = response.find("saml:Assertion", NAMES)
    if assertion is None:
        raise (
            Encrypted
            if response.find("saml:EncryptedAssertion", NAMES) is not None
            else Unbelievable("it says nothing")
        )
    if is_signed(assertion):
        return signed(assertion, description.certificates)
    if not whole:
        raise Unbelievable("unsigned")
    return assertion


def _alone(response: Element) -> None:
    """No second assertion, no name twice, no signature anywhere but where it is looked for.  Raises Unbelievable."""
    names = [one.get("ID") for one in response.iter("{*}*") if one.get("ID") is not None]
    if len(names) != len(set(names)):
        raise Unbelievable("a name stands twice")
    if len(list(response.iter("{*}Assertion"))) > 1 or len(list(response.iter("{*}Response"))) > 1:
        raise Unbelievable("more than one assertion")
    places = [response, *response.findall("saml:Assertion", NAMES)]
    expected = sum(len(one.findall("ds:Signature", NAMES)) for one in places)
    if len(list(response.iter("{*}Signature"))) != expected:
        raise Unbelievable("a signature in a strange place")


def _succeeded(response: Element) -> None:
    code = response.find("samlp:Status/samlp:StatusCode", NAMES)
    if code is None or code.get("Value") != SUCCESS:
        raise TurnedAway


def _for_this_desk(
    assertion: Element, directory: Directory, description: Description, *, number: str, at: datetime
) -> None:
    """Raises Unbelievable."""
    if assertion.get("Version") != "2.0" or text_of(assertion.find("saml:Issuer", NAMES)) != description.entity:
        raise Unbelievable("said by another")
    _in_time_and_meant_for(assertion.find("saml:Conditions", NAMES), called(directory), at)
    said = assertion.findall("saml:Subject/saml:SubjectConfirmation", NAMES)
    if not any(_confirms(one, answers_at(directory), number, at) for one in said):
        raise Unbelievable("not for this way")
    statements = assertion.findall("saml:AuthnStatement", NAMES)
    if not statements:
        raise Unbelievable("nobody signed in")
    for one in statements:
        if one.get("SessionNotOnOrAfter") and _instant(one.get("SessionNotOnOrAfter")) <= at - SKEW:
            raise Unbelievable("the sign-in is over")


def _of_the_sign_in(assertion: Element) -> Claims:
    """How somebody signed in there, and until when that is to count at most."""
    how = [
        text_of(one)
        for one in assertion.findall("saml:AuthnStatement/saml:AuthnContext/saml:AuthnContextClassRef", NAMES)
    ]
    said = [one.get("SessionNotOnOrAfter") for one in assertion.findall("saml:AuthnStatement", NAMES)]
    ends = [int(_instant(one).timestamp()) for one in said if one]
    return {HOW: list(filter(None, how)), UNTIL: min(ends, default=0)}


def _in_time_and_meant_for(conditions: Element | None, name: str, at: datetime) -> None:
    if conditions is None:
        raise Unbelievable("no conditions")
    if not _is_now(conditions, at):
        raise Unbelievable("not now")
    if not {one.tag.rpartition("}")[2] for one in conditions} <= UNDERSTOOD:
        raise Unbelievable("a condition that nobody understands")
    audiences = conditions.findall("saml:AudienceRestriction", NAMES)
    meant = [[text_of(one) for one in each.findall("saml:Audience", NAMES)] for each in audiences]
    if not meant or not all(name in each for each in meant):
        raise Unbelievable("meant for another")


def _confirms(confirmation: Element, place: str, number: str, at: datetime) -> bool:
    data = confirmation.find("saml:SubjectConfirmationData", NAMES)
    return (
        confirmation.get("Method") == BEARER
        and data is not None
        and data.get("Recipient") == place
        and data.get("InResponseTo") == number
        and bool(data.get("NotOnOrAfter"))
        and _is_now(data, at)
    )


def _is_now(element: Element, at: datetime) -> bool:
    begins, ends = element.get("NotBefore"), element.get("NotOnOrAfter")
    return not (begins and at < _instant(begins) - SKEW) and not (ends and at >= _instant(ends) + SKEW)


def _instant(said: str) -> datetime:
    """Raises Unbelievable."""
    found = INSTANT.fullmatch(said)
    try:
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else _never(said)
    except ValueError:
        return _never(said)


def _never(said: str) -> datetime:
    raise Unbelievable(f"no time: {said[:40]}")


def _spend(assertion: Element, directory: Directory, *, at: datetime) -> None:
    """An assertion counts once, in whichever session.  Raises Unbelievable."""
    ends = [_instant(str(one.get("NotOnOrAfter"))) for one in assertion.iter("{*}*") if one.get("NotOnOrAfter")]
    digest = hashlib.sha256(str(assertion.get("ID")).encode()).hexdigest()
    SpentAnswer.objects.filter(until__lt=at).delete()
    try:
        with transaction.atomic():
            SpentAnswer.objects.create(issuer=directory.authority, answer=digest, until=max(ends) + SKEW)
    except IntegrityError as error:
        if violated(error) != "answer_counts_once":
            raise
        raise Unbelievable("it has counted before") from None
