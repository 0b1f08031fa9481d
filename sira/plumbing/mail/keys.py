"""Signed keys: for the reply address of a ticket, and for links that open one thing without signing in.

Each function takes `secrets`, the desk's keys: the first signs, all of them check (so a key can be changed in use).
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused

KEY_LENGTH = 12  # base32 characters, so 60 bits
KEYED = re.compile(rf"\+(?P<number>[a-z0-9-]+)\.(?P<key>[a-z2-7]{{{KEY_LENGTH}}})@", re.ASCII)


class LinkRefused(Refused):
    code = "link_not_valid"
    status = 410
    message = _("This link is not valid any more. Open the newest mail about your ticket, or sign in.")


def reply_address(mailbox: str, number: str, secrets: Sequence[str]) -> str:
    """The mailbox with a ticket's number and key: help@desk.example -> help+INC-1042.k3jx7q2mwz5a@desk.example."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{number}.{_key(number, secrets[0])}@{domain}"


def number_in(address: str, secrets: Sequence[str]) -> str | None:
    """The ticket number (upper case) that a reply address names, or None when there is no key or it is not ours.

    Mail servers on the way may change the case of an address, so case does not count.
    """
    found = KEYED.search(address.strip().lower())
    if not found:
        return None
    number = found["number"].upper()
    if any(constant_time_compare(found["key"], _key(number, secret)) for secret in secrets):
        return number
    return None


def _key(number: str, secret: str) -> str:
    digest = salted_hmac("sira.reply-address", number.upper(), secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest).decode("ascii")[:KEY_LENGTH].lower()


def link_token(purpose: str, facts: dict[str, str | int], *, until: datetime, secrets: Sequence[str]) -> str:
    """A text for addresses that carries the facts, readable but not forgeable, for one purpose and until that time.

    facts: a few ids, such as {"ticket": 1042, "person": 7}; never anything secret.
    """
    return _signer(purpose, secrets).sign_object({**facts, "until": int(until.timestamp())})


def read_link_token(purpose: str, token: str, *, at: datetime, secrets: Sequence[str]) -> dict[str, str | int]:
    """The facts of a token made by `link_token` for the same purpose.  Raises LinkRefused."""
    try:
        facts: dict[str, str | int] = _signer(purpose, secrets).unsign_object(token)
    except (BadSignature, ValueError):
        raise LinkRefused from None
    if at.timestamp() >= int(facts.pop("until")):
        raise LinkRefused
    return facts


def _signer(purpose: str, secrets: Sequence[str]) -> Signer:
    # The separator must not occur in base64 nor mean anything in an address.
    return Signer(
        key=secrets[0], fallback_keys=list(secrets[1:]), sep=".", salt=f"sira.link.{purpose}", algorithm="sha256"
    )
