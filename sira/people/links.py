"""Links that sign their reader in: made for any known address, good once, within twenty minutes.

The same link serves who forgot the password: whoever reads the mail may set a new one.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from sira.people import addresses
from sira.people.models import Address, SignInLink
from sira.plumbing.refusals import Refused

VALID = timedelta(minutes=20)


class LinkSpent(Refused):
    code = "link_spent"
    status = 410
    message = _("This link has been used, is older than 20 minutes, or a newer one was mailed. Ask for a new one.")


@transaction.atomic
def make_link(address: Address, *, goes_to: str, at: datetime) -> str:
    """The secret of a new link, to be put into a mail and nowhere else; those mailed to the address before end."""
    Address.objects.select_for_update(no_key=True).get(pk=address.pk)  # of two at once, the second ends the first
    SignInLink.objects.filter(address=address, used_at=None).update(used_at=at)
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(address=address, digest=_digest(secret), goes_to=safe_path(goes_to), made_at=at)
    return secret


def look_at_link(secret: str, *, at: datetime) -> SignInLink:
    """The link, unspent. Mail scanners open links, so looking spends nothing. Raises LinkSpent."""
    link = SignInLink.objects.select_related("address__person").filter(digest=_digest(secret)).first()
    if link is None or link.used_at or at - link.made_at >= VALID or not link.address.person.is_active:
        raise LinkSpent
    return link


@transaction.atomic
def use_link(secret: str, *, at: datetime) -> SignInLink:
    """Spend the link; its address is the reader's from now on. Raises LinkSpent, also for the second of two at once."""
    SignInLink.objects.select_for_update().filter(digest=_digest(secret)).first()
    link = look_at_link(secret, at=at)
    link.used_at = at
    link.save(update_fields=["used_at"])
    addresses.verify_address(link.address, at=at)
    return link


def safe_path(path: str) -> str:
    """The path if it stays on this desk, else nothing."""
    fits = len(path) <= 500 and path.startswith("/")
    return path if fits and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
