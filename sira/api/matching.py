"""If-Match: an edit names the state that its writer saw (RFC 9110, 13.1.1)."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest

from sira.api.problems import Problem


def must_match(request: HttpRequest, etag: str) -> None:
    """Raises Problem: 428 without If-Match, 412 where it names another state. etag: with its quotes."""
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted:
        raise Problem(428, "no_if_match", "Send If-Match with the ETag of what you read.")
    if wanted not in (etag, "*"):
        raise Problem(412, "changed_meanwhile", "This was changed since you read it; read it again.")


def etag_of(value: dict[str, Any]) -> str:
    """Of what is shown, where a row counts no revisions. With its quotes."""
    return f'"{hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]}"'
