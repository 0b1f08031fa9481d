"""Links that sign in: made for any known address, good once, within twenty minutes, in the browser that asked.

Opened elsewhere a link shows a code, which the page where it was asked takes: people ask on one device and read mail
on another. An invitation was asked by nobody's browser, so it signs in wherever it is opened.
The same link serves who forgot the password: whoever reads the mail may set a new one.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from sira.people import addresses
from sira.people.models import Address, SignInLink
from sira.plumbing.refusals import Refused

VALID = timedelta(minutes=20)
ASKED, SENT_TO = "link_asked", "link_sent_to"  # in the session of the browser that asked
DIGITS = 8


class LinkSpent(Refused):
    code = "link_spent"
    status = 410
    message = _("This link has been used, is older than 20 minutes, or a newer one was mailed. Ask for a new one.")


class WrongCode(Refused):
    code = "wrong_code"
    status = 422
    message = _("This is not the code of the link mailed last, or it is older than 20 minutes.")


def ask_here(session: SessionBase, mail: str) -> str:
    """Bind what is asked now to this browser; the link of before is not its any more.  Answers what a link keeps."""
    session[SENT_TO], session[ASKED] = mail, secrets.token_urlsafe(32)
    return digest(session[ASKED])


def asked_here(session: SessionBase) -> str:
    """What a link keeps that was asked in this browser; empty if none was."""
    return digest(session[ASKED]) if session.get(ASKED) else ""


def is_opened_elsewhere(link: SignInLink, session: SessionBase) -> bool:
    return bool(link.asked) and not compare_digest(link.asked, asked_here(session))


@transaction.atomic
def make_link(address: Address, *, goes_to: str, at: datetime, asked: str = "") -> str:
    """The secret of a new link, to be put into a mail and nowhere else; those mailed to the address before end.

    asked: what `ask_here` said of the browser; empty for an invitation.
    """
    Address.objects.select_for_update(no_key=True).get(pk=address.pk)  # of two at once, the second ends the first
    SignInLink.objects.filter(address=address, used_at=None).update(used_at=at)
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        address=address, digest=digest(secret), goes_to=safe_path(goes_to), asked=asked, made_at=at
    )
    return secret


def is_made(address: Address, *, asked: str, since: datetime) -> bool:
    """Whether what a browser asked for, or an invitation of that instant, has its link, used or not.

    Of two that look at once, inside a transaction, the second waits to know.
    """
    Address.objects.select_for_update(no_key=True).get(pk=address.pk)
    made = SignInLink.objects.filter(address=address, asked=asked)
    return (made if asked else made.filter(made_at__gt=since)).exists()


def look_at_link(secret: str, *, at: datetime) -> SignInLink:
    """The link, unspent. Mail scanners open links, so looking spends nothing. Raises LinkSpent."""
    link = SignInLink.objects.select_related("address__person").filter(digest=digest(secret)).first()
    if link is None or not _is_good(link, at):
        raise LinkSpent
    return link


def _is_good(link: SignInLink, at: datetime) -> bool:
    return not link.used_at and at - link.made_at < VALID and link.address.person.is_active


@transaction.atomic
def use_link(secret: str, *, at: datetime) -> SignInLink:
    """Spend the link; its address is the reader's from now on. Raises LinkSpent, also for the second of two at once."""
    SignInLink.objects.select_for_update().filter(digest=digest(secret)).first()
    return _spent(look_at_link(secret, at=at), at)


def code_of(link: SignInLink) -> str:
    """What it shows where it was not asked for: no good without the browser that asked, and kept nowhere."""
    number = int(salted_hmac("sira.people.links.code", link.digest, algorithm="sha256").hexdigest(), 16)
    return f"{number % 10**DIGITS:0{DIGITS}}"


@transaction.atomic
def use_code(typed: str, *, asked: str, at: datetime) -> SignInLink:
    """Spend the link that this browser asked for, by the code that it shows elsewhere.  Raises WrongCode.

    The caller counts the tries.
    """
    rows = SignInLink.objects.select_for_update(of=["self"]).select_related("address__person")
    link = rows.filter(asked=asked, used_at=None).order_by("-made_at").first() if asked else None
    if link is None or not _is_good(link, at) or not compare_digest(code_of(link).encode(), typed.encode()):
        raise WrongCode
    return _spent(link, at)


def _spent(link: SignInLink, at: datetime) -> SignInLink:
    link.used_at = at
    link.save(update_fields=["used_at"])
    addresses.verify_address(link.address, at=at)
    return link


def safe_path(path: str) -> str:
    """The path if it stays on this desk, else nothing."""
    fits = len(path) <= 500 and path.startswith("/")
    return path if fits and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
