"""Idempotency-Key: a POST that was answered is answered the same when it comes again, and done once."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from sira.api.models import AnsweredCall
from sira.api.problems import Problem
from sira.plumbing.violations import violated

HEADER = "Idempotency-Key"
LONGEST = 200
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
        if not key:
            with transaction.atomic():
                status, value = view(request, *args, **kwargs)
            return JsonResponse(value, status=status)
        body = fingerprint(request)
        return earlier(request, key, body) or _first(request, key, body, lambda: view(request, *args, **kwargs))

    return answered


def _first(request: HttpRequest, key: str, body: bytes, work: Callable[[], tuple[int, Any]]) -> HttpResponse:
    token = request.auth.pk  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            call = AnsweredCall.objects.create(
                token_id=token, key=key, body=body, status=0, answer={}, at=timezone.now()
            )
            call.status, call.answer = work()
            call.save(update_fields=["status", "answer"])
            return JsonResponse(call.answer, status=call.status)
    except IntegrityError as error:
        if violated(error) != "call_is_answered_once":
            raise
    again = earlier(request, key, body)
    if again is None:
        raise Problem(409, "in_progress", "The first call with this key failed just now; send it again.")
    return again


def earlier(request: HttpRequest, key: str, body: bytes) -> HttpResponse | None:
    """The answer that this call got before.  Raises Problem if the key belongs to another call."""
    token = request.auth.pk  # type: ignore[attr-defined]
    call = AnsweredCall.objects.filter(token=token, key=key).first()
    if call is None:
        return None
    if bytes(call.body) != body:
        raise Problem(422, "key_used", f"This {HEADER} was used for another call. Take a new one.")
    response = JsonResponse(call.answer, status=call.status)
    response["Idempotent-Replayed"] = "true"
    return response


def forget(at: datetime) -> int:
    """Remove answers that are older than a repeat may be; how many."""
    return AnsweredCall.objects.filter(at__lt=at - KEPT).delete()[0]


def fingerprint(request: HttpRequest) -> bytes:
    content = json.dumps([request.method, request.get_full_path()]).encode() + request.body
    return hashlib.sha256(content).digest()
