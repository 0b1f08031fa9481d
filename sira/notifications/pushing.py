"""Notices on their way to people's devices: a row for each, tried until the push service has it or the day is over.

What travels is the kind of the notice and the ticket's number. What the ticket says stays here: the device asks for it
itself, and gets it as long as its person is signed in there.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from sira.notifications import devices
from sira.notifications.encrypting import authorization, encrypted
from sira.notifications.kinds import NOTICES
from sira.notifications.listing import about
from sira.notifications.models import OutgoingMail, Push
from sira.people.models import Person
from sira.plumbing import outbound, prepared, speaking
from sira.plumbing.outbound import Unreachable
from sira.plumbing.sealing import NotOurs

log = logging.getLogger(__name__)

AT_ONCE = 20
LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
OLDEST = timedelta(hours=24)  # what is older is behind the bell anyway
PATIENCE = 10.0
GONE = (404, 410)
BUSY = (408, 429)

DUE = ("SELECT next_at FROM notifications_push WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1",)
# The same notice to the same device a second time is none.
_QUEUE = """
    INSERT INTO notifications_push (notice, device_id, queued_at, next_at, attempts)
    SELECT new.notice, device.id, %s, new.due, 0
      FROM unnest(%s::bigint[], %s::timestamptz[]) AS new(notice, due)
      JOIN notifications_outgoingmail mail ON mail.id = new.notice
      JOIN notifications_pushdevice device ON device.person_id = mail.person_id
        ON CONFLICT DO NOTHING
"""


def queue(due: Mapping[int, datetime | None], *, at: datetime) -> None:
    """due: when each notice may come, by its id."""
    if due:
        prepared.ask(_QUEUE, [at, list(due), list(due.values())])


def pump(at: datetime) -> int:
    """Send what is due; the number of tries. Any number of workers may do so at once."""
    pushes = _claimed(at)
    notices = OutgoingMail.objects.in_bulk([push.notice for push in pushes])
    for push in pushes:
        notice = notices.get(push.notice)
        if notice is None or at - push.queued_at > OLDEST:
            _end(push)
        else:
            _try(push, notice, at)
    return len(pushes)


def _claimed(at: datetime) -> list[Push]:
    with transaction.atomic():
        due = Push.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_at__lte=at).order_by("next_at")
        pushes = list(due.select_related("device__person")[:AT_ONCE])
        Push.objects.filter(pk__in=[push.pk for push in pushes]).update(next_at=at + LEASE)
    return pushes


def _try(push: Push, notice: OutgoingMail, at: datetime) -> None:
    try:
        status = send(push, notice, at=at)
    except Unreachable as error:
        log.info("Push %s did not arrive: %s", push.pk, error)
        status = 0
    except NotOurs:
        log.error("Push %s waits: the desk's key for push services cannot be unsealed", push.pk)
        status = 0
    except ValueError:
        log.warning("Push %s cannot be written; its device goes", push.pk)
        status = GONE[0]
    if status in GONE:
        push.device.delete()
    elif status == 0 or status in BUSY or status >= 500:
        wait = FIRST_WAIT * 2 ** min(push.attempts, 10)
        Push.objects.filter(pk=push.pk).update(next_at=at + wait, attempts=push.attempts + 1)
    else:
        if status >= 300:
            log.warning("The push service of device %s answered %s", push.device_id, status)
        _end(push)


def _end(push: Push) -> None:
    Push.objects.filter(pk=push.pk).update(next_at=None, attempts=push.attempts + 1)


def send(push: Push, notice: OutgoingMail, *, at: datetime) -> int:
    """The push service's answer.  Raises Unreachable, NotOurs, ValueError."""
    device = push.device
    contact = f"mailto:{settings.MAIL['from']}"
    headers = {
        "Authorization": authorization(device.endpoint, number=devices.desk_number(), contact=contact, at=at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(OLDEST.total_seconds())),
        "Urgency": "normal",
    }
    body = encrypted(message(notice, to=device.person), key=device.key, secret=device.secret)
    call = outbound.call if settings.PUSH_INSIDE else partial(outbound.call, may_reach=outbound.is_outside)
    return call("POST", device.endpoint, headers=headers, body=body, patience=PATIENCE).status


def message(notice: OutgoingMail, *, to: Person) -> bytes:
    """What the service worker reads: see portal/apart/worker.js. A mail that was sent has forgotten its number."""
    known = (notice.placeholders or {}).get("number") or getattr(about(to, [notice]).get(notice.pk), "number", "")
    with speaking.mailing(to.language):
        told = {
            "title": str(NOTICES[notice.kind].title),
            "body": str(known),
            "tag": f"notice-{notice.pk}",
            "opens": reverse("notifications:notice", args=[notice.pk]),
            "more": reverse("notifications:said", args=[notice.pk]),
            "lang": to.language,
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
        }
    return json.dumps(told, ensure_ascii=False).encode()
