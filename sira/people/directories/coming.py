"""The way to a directory and back. What was said at the beginning lies in the session, counts once and not for long."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from sira.people import links
from sira.people.directories import describing, tokens
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Away, TurnedAway, Unbelievable
from sira.people.directories.tokens import Claims

KEPT = "ways_to_directories"  # in the session
VALID = timedelta(minutes=10)
AT_ONCE = 5  # pages in one browser


def begin(directory: Directory, session: SessionBase, *, goes_to: str, at: datetime, connects: int | None) -> str:
    """Where the browser is to go.  connects: the person signed in who wants to be known by it.  Raises Away."""
    try:
        description = describing.described(directory.issuer)
    except describing.Trouble:
        raise Away from None
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    begun = {
        "directory": directory.pk,
        "nonce": nonce,
        "verifier": verifier,
        "goes_to": links.safe_path(goes_to),
        "at": at.timestamp(),
        "connects": connects,
    }
    session[KEPT] = dict([*session.get(KEPT, {}).items(), (state, begun)][-AT_ONCE:])
    asked = {
        "response_type": "code",
        "client_id": directory.client_id,
        "redirect_uri": back_to(directory),
        "scope": "openid profile email",
        "state": state,
        "nonce": nonce,
        "code_challenge": urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{description.asks_at}{'&' if '?' in description.asks_at else '?'}{urlencode(asked)}"


def back(directory: Directory, session: SessionBase, answer: dict[str, str], *, at: datetime) -> dict[str, Any]:
    """What was begun with this answer's state; it counts no second time.  Raises Unbelievable, TurnedAway."""
    begun = session.get(KEPT, {}).pop(answer.get("state", ""), None)
    session.modified = True
    if not begun or begun["directory"] != directory.pk or at.timestamp() - begun["at"] > VALID.total_seconds():
        raise Unbelievable("unknown state")
    if answer.get("iss", directory.issuer) != directory.issuer:  # RFC 9207
        raise Unbelievable("answered by another")
    if "error" in answer or not answer.get("code"):
        raise TurnedAway
    found: dict[str, Any] = begun
    return found


def told(directory: Directory, begun: dict[str, Any], code: str) -> Claims:
    """What the directory says of who came back.  Raises Away, TurnedAway, Unbelievable."""
    try:
        description = describing.described(directory.issuer)
    except describing.Trouble:
        raise Away from None
    answer = tokens.asked_for_token(
        directory, description, code=code, comes_back_to=back_to(directory), verifier=begun["verifier"]
    )
    if answer.status != 200:
        raise TurnedAway if answer.status == 400 else Away
    given = answer.fields()
    claims = tokens.claims_of(given.get("id_token"), directory, description, nonce=begun["nonce"])
    wanted = ["email", "email_verified", "name", *([directory.claim] if directory.claim else [])]
    return tokens.with_more(claims, description, given.get("access_token"), wanted=wanted)


def back_to(directory: Directory) -> str:
    """The address that the directory has to know of the desk."""
    return settings.SIRA_URL + reverse("directories:back", args=[directory.key], urlconf="sira.config.urls")
