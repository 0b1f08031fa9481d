"""The Message-ID of a mail of ours: made from its row's id, so that an answer leads back to it without an index."""

import re
from collections.abc import Sequence

from django.utils.crypto import constant_time_compare, salted_hmac

OURS = re.compile(r"<?sira\.(?P<row>\d{1,18})\.(?P<key>[0-9a-f]{16})@", re.ASCII)


def message_id(row: int, *, domain: str, secrets: Sequence[str]) -> str:
    """With its angle brackets. Nobody without the desk's key can name a row."""
    return f"<sira.{row}.{_key(row, secrets[0])}@{domain}>"


def row_in(text: str, secrets: Sequence[str]) -> int | None:
    """The id of the mail that a Message-ID names, or None when it is not one of ours."""
    found = OURS.match(text.strip())
    if not found:
        return None
    row = int(found["row"])
    return row if any(constant_time_compare(found["key"], _key(row, secret)) for secret in secrets) else None


def _key(row: int, secret: str) -> str:
    return salted_hmac("sira.message-id", str(row), secret=secret, algorithm="sha256").hexdigest()[:16]
