"""What the desk's accounts have in common, at the servers it reads from and the one it sends by."""

from typing import Any

OPEN_LINE = "none"  # as their `security` says it


def keeps_secret(known: Any, *, host: str, user: str, security: str) -> bool:
    """Whether the secret that is kept may serve: for the account it was given for, and never on an open line.

    known: a row with host, user, security and its sealed secret.
    """
    opened = security == OPEN_LINE != known.security
    return bool(known.secret) and (known.host, known.user) == (host, user) and not opened
