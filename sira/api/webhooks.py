"""Webhooks out, by the Standard Webhooks rules: signed, tried again for over a day, each delivery kept to be seen.

Events are rows that a trigger writes in the transaction of the history entry, so none is lost and none is told of what
was rolled back. They carry numbers and keys, not what people wrote: who wants more asks the API.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from sira.api.models import Delivery, Webhook
from sira.people import rights
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing import outbound, sealing
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.refusals import Refused
from sira.tickets.models import HistoryEntry, Ticket

# After the first try: the waits of the Standard Webhooks specification, 27 hours and 35 minutes together.
WAITS = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5)]
WAITS += [timedelta(hours=10), timedelta(hours=10)]
LEASE = timedelta(seconds=25)  # longer than a call may take; after it the delivery counts as dropped and is tried again
AT_ONCE = 20
PATIENCE = 15.0
PREFIX = "whsec_"
DUE = ["SELECT min(next_at) FROM api_delivery WHERE next_at IS NOT NULL"]


class NotAnAddress(Refused):
    code = "not_an_address"
    status = 422
    message = _("Write a whole address such as https://hooks.example.org/sira.")


class UnknownKind(Refused):
    code = "unknown_kind"
    status = 422
    message = _("There is no such event. Choose from the list.")


@transaction.atomic
def make(name: str, *, url: str, kinds: list[str], by: Person, at: datetime) -> tuple[Webhook, str]:
    """The webhook, and the secret that the other side checks signatures with: shown now and never again.

    Raises NotAllowed, NotAnAddress, UnknownKind.
    """
    _may(by)
    secret = PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    row = Webhook(
        name=name.strip()[:120] or "Webhook", secret=sealing.seal(secret, desk_secrets()), made_by=by, made_at=at
    )
    return _kept(row, url, kinds), secret


@transaction.atomic
def change(row: Webhook, *, name: str, url: str, kinds: list[str], is_active: bool, by: Person) -> Webhook:
    """Raises NotAllowed, NotAnAddress, UnknownKind."""
    _may(by)
    row.name, row.is_active = name.strip()[:120] or row.name, is_active
    return _kept(row, url, kinds)


@transaction.atomic
def remove(row: Webhook, *, by: Person) -> None:
    _may(by)
    row.delete()


def _kept(row: Webhook, url: str, kinds: list[str]) -> Webhook:
    if not _is_whole(url.strip()):
        raise NotAnAddress
    if set(kinds) - set(HistoryEntry.Kind.values):
        raise UnknownKind
    row.url, row.kinds = url.strip(), sorted(set(kinds))
    row.save()
    return row


def _is_whole(url: str) -> bool:
    if len(url) > 500 or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and parts.username is None and port != 0


def _may(by: Person) -> None:
    rights.must(by, Right.ADMINISTER)


@transaction.atomic
def send_again(delivery: Delivery, *, by: Person, at: datetime) -> None:
    """Whatever became of it; with the same id, so that the other side knows it again."""
    _may(by)
    delivery.state, delivery.attempts, delivery.next_at, delivery.settled_at = Delivery.State.QUEUED, 0, at, None
    delivery.save(update_fields=["state", "attempts", "next_at", "settled_at"])


def pump(at: datetime) -> int:
    """Send what is due, one after the other; how many were tried."""
    began, tried = time.monotonic(), 0
    while tried < AT_ONCE:
        now = at + timedelta(seconds=time.monotonic() - began)
        delivery = claim(now)
        if delivery is None:
            break
        settle(delivery, call(delivery, at=now), at=now)
        tried += 1
    return tried


@transaction.atomic
def claim(at: datetime) -> Delivery | None:
    """Theirs alone until the lease is over: two workers never call for the same one at once."""
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("webhook")
    found = rows.filter(next_at__lte=at).order_by("next_at").first()
    if found is not None:
        found.attempts += 1
        found.next_at = at + LEASE
        found.save(update_fields=["attempts", "next_at"])
    return found


@dataclass(frozen=True)
class Outcome:
    """status: None if nobody answered."""

    status: int | None
    answer: str

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def call(delivery: Delivery, *, at: datetime) -> Outcome:
    body = json.dumps(event(delivery), separators=(",", ":")).encode()
    try:
        secret = sealing.unseal(delivery.webhook.secret, desk_secrets())
        headers = signed(f"evt_{delivery.pk}", body, secret, at=at)
        headers["Content-Type"] = "application/json"
        found = outbound.call("POST", delivery.webhook.url, headers=headers, body=body, patience=PATIENCE)
    except outbound.Unreachable as unreachable:
        return Outcome(None, str(unreachable)[:500])
    except sealing.NotOurs:
        return Outcome(None, "The secret was sealed with another key of the desk; make the webhook anew.")
    return Outcome(found.status, found.body[:500].decode("utf-8", "replace").replace("\0", ""))


def event(delivery: Delivery) -> dict[str, Any]:
    ticket = Ticket.objects.select_related("type", "group").get(pk=delivery.ticket)
    return {
        "type": f"ticket.{delivery.kind}",
        "timestamp": delivery.at.isoformat(),
        "data": {
            "number": ticket.number,
            "type": ticket.type.key,
            "status": ticket.status,
            "stage": ticket.stage,
            "group": ticket.group.key if ticket.group else None,
            "revision": ticket.revision,
            "url": f"{settings.SIRA_URL}/api/v1/tickets/{ticket.number}",
        },
    }


def signed(key: str, body: bytes, secret: str, *, at: datetime) -> dict[str, str]:
    """The three headers; `v1` is HMAC-SHA256 over id, time and body."""
    stamp = str(int(at.timestamp()))
    content = f"{key}.{stamp}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), content, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


@transaction.atomic
def settle(delivery: Delivery, outcome: Outcome, *, at: datetime) -> None:
    """What became of this try, unless a later one has begun: whose lease was over says nothing any more."""
    row = Delivery.objects.select_for_update().filter(pk=delivery.pk, attempts=delivery.attempts).first()
    if row is None or row.state != Delivery.State.QUEUED:
        return
    row.status, row.answer = outcome.status, outcome.answer
    if outcome.is_good:
        row.state, row.next_at, row.settled_at = Delivery.State.SENT, None, at
    elif outcome.status == 410 or row.attempts > len(WAITS):  # gone, says the rule, is for good
        row.state, row.next_at, row.settled_at = Delivery.State.DEAD, None, at
    else:
        row.next_at = at + WAITS[row.attempts - 1]
    row.save(update_fields=["status", "answer", "state", "next_at", "settled_at"])


def forget(at: datetime, *, kept: timedelta = timedelta(days=30)) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_delivery WHERE settled_at < %s", [at - kept])
        return cursor.rowcount
