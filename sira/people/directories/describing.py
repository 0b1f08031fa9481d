"""What a directory says of itself: where it asks people, where it gives tokens, with which keys it signs.

OpenID Connect Discovery 1.0; asked anew for each sign-in, since keys change and a sign-in is rare.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.plumbing import outbound

PATIENCE = 8.0  # seconds for each call; somebody waits before the page
# By a pair of keys alone: never "none", and nothing that is checked with what others know too.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
WELL_KNOWN = "/.well-known/openid-configuration"


class Trouble(Exception):
    """What is wrong and how to mend it, in words for an administrator.  said: what the other side said, if anything."""

    def __init__(self, words: str | Promise, *, said: str = "", **parts: str) -> None:
        self.words, self.parts, self.said = words, parts, said
        super().__init__(said or str(parts))

    def __str__(self) -> str:
        return str(self.words) % self.parts if self.parts else str(self.words)


@dataclass
class Looked:
    """What a try saw.  steps: what went well, with what was seen.  trouble: where it ended, with how to mend it."""

    steps: list[tuple[str | Promise, str]] = field(default_factory=list)
    trouble: Trouble | None = None


@dataclass(frozen=True)
class Description:
    """basic: how the desk shows its secret: in the header, else in the form.  info: where more is told of a person."""

    issuer: str
    asks_at: str
    tokens_at: str
    keys_at: str
    info: str
    basic: bool
    algorithms: tuple[str, ...]


def described(issuer: str) -> Description:
    """Raises Trouble."""
    found = fetched(issuer.rstrip("/") + WELL_KNOWN)
    called = found.get("issuer")
    if called != issuer:
        words = _("This directory calls itself “%(called)s”, not “%(issuer)s”. Write it exactly as it calls itself.")
        raise Trouble(words, called=str(called)[:255], issuer=issuer)
    for name in PLACES:
        if not is_safe(place := str(found.get(name, ""))):
            raise Trouble(_("The description of the directory has no usable %(name)s."), name=name, said=place[:255])
    offered = _listed(found, "id_token_signing_alg_values_supported", ["RS256"])
    algorithms = tuple(one for one in ALGORITHMS if one in offered)
    if not algorithms:
        words = _("The directory signs with %(offered)s alone. It has to be set to RS256 or ES256.")
        raise Trouble(words, offered=", ".join(map(str, offered))[:255])
    ways = _listed(found, "token_endpoint_auth_methods_supported", ["client_secret_basic"])
    info = str(found.get("userinfo_endpoint", ""))
    basic = "client_secret_basic" in ways
    asks_at, tokens_at, keys_at = (str(found[name]) for name in PLACES)
    return Description(issuer, asks_at, tokens_at, keys_at, info if is_safe(info) else "", basic, algorithms)


def _listed(found: dict[str, Any], name: str, usual: list[str]) -> list[Any]:
    """What stands there, and the usual if it is left out or no list."""
    said = found.get(name)
    return said if isinstance(said, list) else usual


def keys_of(description: Description) -> list[dict[str, Any]]:
    """The public keys it signs with.  Raises Trouble."""
    found = fetched(description.keys_at).get("keys")
    keys = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    keys = [one for one in keys if one.get("kty") in ("RSA", "EC") and one.get("use", "sig") == "sig"]
    if not keys:
        raise Trouble(_("The directory shows no key that it signs with."), said=description.keys_at)
    return keys


def fetched(url: str) -> dict[str, Any]:
    """A JSON object from there.  Raises Trouble."""
    try:
        answer = outbound.get(url, patience=PATIENCE)
    except outbound.Unreachable as error:
        words = _("%(url)s could not be reached. Check the address, and whether this machine may call it.")
        raise Trouble(words, url=url, said=str(error)) from None
    if answer.status != 200:
        words = _("%(url)s answers with %(status)s instead of the directory's description. Check the address.")
        raise Trouble(words, url=url, status=str(answer.status))
    if not (fields := answer.fields()):
        raise Trouble(_("%(url)s is no description of a directory. Check the address."), url=url)
    return fields


def is_safe(url: str) -> bool:
    """Where people or secrets may be sent: by TLS, or on this very machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return (
        bool(parts.hostname) and not parts.username and (parts.scheme == "https" or (here and parts.scheme == "http"))
    )
