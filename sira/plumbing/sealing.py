"""Secrets of others (passwords, tokens), encrypted at rest with a key that is not in the database: AES-256-GCM."""

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SIGN = "gcm."  # what is sealed so begins with; all else is a Fernet, as earlier versions sealed
NONCE = 12


class NotOurs(Exception):
    """Sealed with another key: the desk's key was changed, or the database comes from another desk."""


def seal(secret: str, secrets: Sequence[str]) -> str:
    """secrets: the desk's keys; the first seals, all of them open."""
    nonce = os.urandom(NONCE)
    closed = AESGCM(_digest(b"sira.sealing.gcm\0", secrets[0])).encrypt(nonce, secret.encode(), None)
    return SIGN + base64.urlsafe_b64encode(nonce + closed).decode("ascii")


def unseal(sealed: str, secrets: Sequence[str]) -> str:
    """Raises NotOurs."""
    try:
        if not sealed.startswith(SIGN):
            return _fernet(secrets).decrypt(sealed.encode("ascii")).decode()
        raw = base64.urlsafe_b64decode(sealed.removeprefix(SIGN))
    except (InvalidToken, ValueError):
        raise NotOurs from None
    for secret in secrets:
        try:
            return AESGCM(_digest(b"sira.sealing.gcm\0", secret)).decrypt(raw[:NONCE], raw[NONCE:], None).decode()
        except (InvalidTag, ValueError):
            continue
    raise NotOurs


def _fernet(secrets: Sequence[str]) -> MultiFernet:
    digests = (_digest(b"sira.sealing\0", secret) for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def _digest(purpose: bytes, secret: str) -> bytes:
    return hashlib.sha256(purpose + secret.encode()).digest()
