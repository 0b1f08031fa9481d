"""The way to a directory that speaks OpenID Connect, and back."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from sira.people.directories import begun, describing, tokens
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Away, TurnedAway, Unbelievable
from sira.people.directories.tokens import Claims


def begin(directory: Directory, session: SessionBase, *, goes_to: str, at: datetime, connects: int | None) -> str:
    """Where the browser is to go.  connects: the person signed in who wants to be known by it.  Raises Away."""
    try:
        description = describing.described(directory.issuer)
    except describing.Trouble:
        raise Away from None
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    begun.keep(session, state, directory, goes_to=goes_to, at=at, connects=connects, nonce=nonce, verifier=verifier)
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
    found = begun.spend(session, answer.get("state", ""), directory, at=at)
    if answer.get("iss", directory.issuer) != directory.issuer:  # RFC 9207
        raise Unbelievable("answered by another")
    if "error" in answer or not answer.get("code"):
        raise TurnedAway
    return found


def told(directory: Directory, way: dict[str, Any], code: str) -> Claims:
    """What the directory says of who came back.  Raises Away, TurnedAway, Unbelievable."""
    try:
        description = describing.described(directory.issuer)
    except describing.Trouble:
        raise Away from None
    answer = tokens.asked_for_token(
        directory, description, code=code, comes_back_to=back_to(directory), verifier=way["verifier"]
    )
    if answer.status != 200:
        raise TurnedAway if answer.status == 400 else Away
    given = answer.fields()
    claims = tokens.claims_of(given.get("id_token"), directory, description, nonce=way["nonce"])
    wanted = ["email", "email_verified", "name", *([directory.claim] if directory.claim else [])]
    signed = {tokens.HOW: tokens.how(claims), tokens.UNTIL: 0}  # of what more is told nothing is signed
    return tokens.with_more(claims, description, given.get("access_token"), wanted=wanted) | signed


def back_to(directory: Directory) -> str:
    """The address that the directory has to know of the desk."""
    return settings.SIRA_URL + reverse("directories:back", args=[directory.key], urlconf="sira.config.urls")
