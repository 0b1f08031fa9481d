"""The form for people without an account: as little trust as possible, as few hurdles as needed."""

from datetime import datetime, timedelta

from django.utils.functional import Promise

from sira.catalogue.models import RequestType
from sira.channels.web import receiving
from sira.forms.models import FormVersion
from sira.forms.validation import Answers
from sira.intake.receiving import Receipt
from sira.people import addresses, limits, recognition
from sira.people.addresses import NotAnAddress
from sira.people.models import Address
from sira.tickets.models import Ticket

PER_ADDRESS, PER_ORIGIN = 5, 20  # requests in an hour
HOUR = timedelta(hours=1)


def wrong_address(mail: str) -> str | Promise:
    """What is wrong with it, to be said with what else is wrong in the form; empty if nothing is."""
    try:
        addresses.normalised(Address.Kind.MAIL, mail)
    except NotAnAddress as refused:
        return refused.message
    return ""


def ask(
    request_type: RequestType,
    form: FormVersion | None,
    answers: Answers,
    *,
    mail: str,
    name: str,
    origin: str,
    token: str,
    language: str,
    at: datetime,
) -> Receipt:
    """Take in a request from somebody who only says who they are; the answer goes to the address, so only its owner
    reads it.

    origin: where it comes from, for the limit.  Raises NotAnAddress, TooOften, and what `receiving.ask` raises.
    """
    plain = addresses.normalised(Address.Kind.MAIL, mail)
    limits.count("public_origin", origin, most=PER_ORIGIN, within=HOUR, at=at)
    limits.count("public_address", plain, most=PER_ADDRESS, within=HOUR, at=at)
    person = recognition.recognise(plain, name=name.strip(), at=at, language=language)
    return receiving.ask(
        request_type,
        form,
        answers,
        by=person,
        channel=Ticket.Channel.FORM,
        token=token,
        language=language,
        at=at,
    )
