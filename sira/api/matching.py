"""If-Match: an edit names the state that its writer saw (RFC 9110, 13.1.1)."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sira.api.problems import Problem


def must_match(request: HttpRequest, etag: str) -> None:
    """Raises Problem: 428 without If-Match, 412 where it names another state. etag: with its quotes."""
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted:
        raise Problem(428, "no_if_match", "Send If-Match with the ETag of what you read.")
    if wanted not in (etag, "*"):
        raise Problem(412, "changed_meanwhile", "This was changed since you read it; read it again.")


def must_be_as_read(request: HttpRequest, value: dict[str, Any]) -> None:
    """The same, of what is shown.  Raises Problem."""
    must_match(request, etag_of(value))


def must_name_nothing(request: HttpRequest) -> None:
    """Where there is none yet.  Raises Problem: who names a state has read something that is gone."""
    if "If-Match" in request.headers:
        raise Problem(412, "changed_meanwhile", "There is none now; send no If-Match to make it.")


def etag_of(value: dict[str, Any]) -> str:
    """Of what is shown, where a row counts no revisions. With its quotes."""
    return f'"{hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]}"'


def answered(value: dict[str, Any]) -> HttpResponse:
    return JsonResponse(value, headers={"ETag": etag_of(value)})
