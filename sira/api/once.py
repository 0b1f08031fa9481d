"""Idempotency-Key: a POST that was answered is answered the same when it comes again, and done once."""

import hmac
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from sira.api.models import AnsweredCall
from sira.api.problems import Problem
from sira.plumbing import prepared, rows
from sira.plumbing.desk_secrets import desk_secrets

HEADER = "Idempotency-Key"
LONGEST = 200
SIGNS = "[A-Za-z0-9_.:-]*"
KEPT = timedelta(hours=72)


def once(view: Callable[..., tuple[int, Any]]) -> Callable[..., HttpResponse]:
    """For a view that answers (status, JSON value): kept in the transaction of what it did.

    Two calls with one key at the same time: the second waits for the first and gets its answer.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get(HEADER, "")
        if len(key) > LONGEST:
            raise Problem(400, "key_too_long", f"{HEADER} has more than {LONGEST} characters.")
        if not re.fullmatch(SIGNS, key):
            raise Problem(400, "key_not_plain", f"{HEADER} has other signs than letters, digits and . : _ -")
        if not key:
            with transaction.atomic():
                status, value = view(request, *args, **kwargs)
            return JsonResponse(value, status=status)
        return _first(request, key, lambda: view(request, *args, **kwargs))

    return answered


# Whoever comes second waits here for the first, and finds the key taken once that has committed.
_BEGIN = """
    INSERT INTO api_answeredcall (token_id, key, body, status, answer, at) VALUES (%s, %s, %s, 0, '{}', %s)
    ON CONFLICT ON CONSTRAINT call_is_answered_once DO NOTHING RETURNING id
"""


def _first(request: HttpRequest, key: str, work: Callable[[], tuple[int, Any]]) -> HttpResponse:
    bodies = fingerprints(request)
    with transaction.atomic():
        begun = prepared.one(_BEGIN, [request.auth.pk, key, bodies[0], timezone.now()])  # type: ignore[attr-defined]
        if begun is None:
            return earlier(request, key, bodies)
        status, value = work()
        rows.update(AnsweredCall(pk=begun[0], status=status, answer=value), ["status", "answer"])
        return JsonResponse(value, status=status)


def earlier(request: HttpRequest, key: str, bodies: list[bytes]) -> HttpResponse:
    """The answer that this call got before.  Raises Problem if the key belongs to another call."""
    call = AnsweredCall.objects.get(token=request.auth.pk, key=key)  # type: ignore[attr-defined]
    if bytes(call.body) not in bodies:
        raise Problem(422, "key_used", f"This {HEADER} was used for another call. Take a new one.")
    response = JsonResponse(call.answer, status=call.status)
    response["Idempotent-Replayed"] = "true"
    return response


def forget(at: datetime) -> int:
    """Remove answers that are older than a repeat may be; how many."""
    return AnsweredCall.objects.filter(at__lt=at - KEPT).delete()[0]


def fingerprints(request: HttpRequest) -> list[bytes]:
    """One for each key of the desk, the newest first: a body may have a password in it, which a plain digest would let
    whoever reads the database guess."""
    content = json.dumps([request.method, request.get_full_path()]).encode() + request.body
    return [hmac.digest(b"sira.answered\0" + secret.encode(), content, "sha256") for secret in desk_secrets()]
