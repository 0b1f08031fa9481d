"""Secrets of others (passwords, tokens), encrypted at rest with a key that is not in the database."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class NotOurs(Exception):
    """Sealed with another key: the desk's key was changed, or the database comes from another desk."""


def seal(secret: str, secrets: Sequence[str]) -> str:
    """secrets: the desk's keys; the first seals, all of them open."""
    return _box(secrets).encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str, secrets: Sequence[str]) -> str:
    """Raises NotOurs."""
    try:
        return _box(secrets).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeError):
        raise NotOurs from None


def _box(secrets: Sequence[str]) -> MultiFernet:
    digests = (hashlib.sha256(b"sira.sealing\0" + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
