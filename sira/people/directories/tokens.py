"""What a directory says of somebody, believed only as far as it is signed for this desk, now and for this sign-in.

OpenID Connect Core 1.0, 3.1.3.
"""

import hmac
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import jwt

from sira.people.directories.describing import PATIENCE, Description, Trouble, keys_of
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Away, Unbelievable
from sira.plumbing import outbound
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.sealing import NotOurs, unseal

CLOCKS = 60  # seconds that clocks of machines may be apart
LONGEST = 255
Claims = dict[str, Any]
# Not of the directory's own words: how it says that somebody signed in, and until when (seconds of the epoch).
HOW, UNTIL = "sira:how", "sira:until"


def asked_for_token(
    directory: Directory, description: Description, *, code: str, comes_back_to: str, verifier: str
) -> outbound.Answer:
    """verifier: what was promised at the beginning (RFC 7636).  Raises Away."""
    try:
        secret = unseal(directory.secret, desk_secrets()) if directory.secret else ""
    except NotOurs:
        raise Away from None
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": comes_back_to,
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if secret and description.basic:  # RFC 6749 2.3.1: both are form-encoded first
        both = f"{quote(directory.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = "Basic " + b64encode(both.encode()).decode()
    else:
        fields |= {"client_id": directory.client_id} | ({"client_secret": secret} if secret else {})
    try:
        body = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items()).encode()
        return outbound.call("POST", description.tokens_at, headers=headers, body=body, patience=PATIENCE)
    except outbound.Unreachable:
        raise Away from None


def claims_of(token: Any, directory: Directory, description: Description, *, nonce: str) -> Claims:
    """What the token says, after everything about it was checked.  Raises Unbelievable, Away."""
    if not isinstance(token, str):
        raise Unbelievable("no id_token")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in description.algorithms:
            raise Unbelievable(f"signed by {header.get('alg')}")
        claims = jwt.decode(
            token,
            key=_key(description, header),
            algorithms=[header["alg"]],
            audience=directory.client_id,
            issuer=description.issuer,
            leeway=CLOCKS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise Unbelievable(type(error).__name__) from None
    _for_this_desk(claims, directory, nonce)
    return claims


def _for_this_desk(claims: Claims, directory: Directory, nonce: str) -> None:
    subject, said = claims["sub"], claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise Unbelievable("another nonce")
    meant = claims.get("azp", directory.client_id if isinstance(claims["aud"], str) else None)
    if meant != directory.client_id and claims["aud"] != [directory.client_id]:
        raise Unbelievable("meant for another")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST or "\0" in subject:
        raise Unbelievable("no subject")


def _key(description: Description, header: dict[str, Any]) -> Any:
    """The one of the directory's keys that the header names.  Raises Unbelievable, Away, PyJWTError."""
    try:
        keys = keys_of(description)
    except Trouble:
        raise Away from None
    fitting = [one for one in keys if "kid" not in header or one.get("kid") == header["kid"]]
    if len(fitting) != 1:
        raise Unbelievable("signed with an unknown key")
    return jwt.PyJWK(fitting[0], algorithm=header["alg"]).key


def how(claims: Claims) -> list[str]:
    """By which means somebody signed in there, as the token says (acr, amr); empty where it says nothing."""
    acr, amr = claims.get("acr"), claims.get("amr")
    return [one for one in [acr, *(amr if isinstance(amr, list) else [])] if isinstance(one, str)]


def with_more(claims: Claims, description: Description, access_token: Any, *, wanted: list[str]) -> Claims:
    """What the token does not say is asked for, and counts only where it is told of the same person.  Raises Away."""
    if not description.info or not isinstance(access_token, str) or all(name in claims for name in wanted):
        return claims
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    try:
        answer = outbound.call("GET", description.info, headers=headers, patience=PATIENCE)
    except (outbound.Unreachable, ValueError):
        raise Away from None
    more = answer.fields() if answer.status == 200 else {}
    if more.get("sub") != claims["sub"]:
        return claims
    return more | claims
