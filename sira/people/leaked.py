"""Passwords that stand in lists of leaked ones, asked of a server that never learns them.

Of the forty digits of a password's SHA-1 the first five go out, and all endings that are known with this beginning come
back, filled up with some that mean nothing, so that the length of the answer says nothing either. Nobody is called
unless SIRA_LEAKED_PASSWORDS says whom, and nobody is kept from a password because the server is away.
"""

import hashlib
import logging

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sira.people.models import Person
from sira.plumbing import outbound

log = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds; somebody waits before the page
BEGINNING = 5  # digits that go out


class LeakedBefore:
    """Refuses what the server of SIRA_LEAKED_PASSWORDS knows, in the form of haveibeenpwned.com's range look-up."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if settings.LEAKED_PASSWORDS and is_known(password):
            words = _("This password stands in lists that were stolen elsewhere, and is tried first. Choose another.")
            raise ValidationError(words, code="leaked_before")

    def get_help_text(self) -> str:
        return ""


def is_known(password: str) -> bool:
    """Whether the server knows it; no, where it does not answer as it should."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    beginning, ending = digest[:BEGINNING], digest[BEGINNING:]
    headers = {"Add-Padding": "true", "Accept": "text/plain", "User-Agent": "Sira"}
    try:
        answer = outbound.call("GET", settings.LEAKED_PASSWORDS + beginning, headers=headers, patience=PATIENCE)
    except outbound.Unreachable as error:
        log.warning("A new password was not looked up among leaked ones: %s", error)
        return False
    if answer.status != 200:
        log.warning("A new password was not looked up among leaked ones: the server answers %s", answer.status)
        return False
    lines = (line.partition(":") for line in answer.body.decode("ascii", "replace").upper().split())
    return any(known == ending and times.strip("0") for known, _sign, times in lines)
