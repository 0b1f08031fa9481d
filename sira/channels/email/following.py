"""Follows every active mailbox: a thread each, told by the server of new mail (IDLE) or asking every half minute.

Of several workers one follows a mailbox, the one that holds its row; another takes over when it stops renewing.
"""

import logging
import os
import threading
import time
from contextlib import suppress
from datetime import timedelta

from django.db import Error, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from sira.channels.email import connecting, fetching
from sira.channels.email.connecting import Trouble
from sira.channels.email.models import Mailbox
from sira.plumbing.files import CannotKeep

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
ASK_EVERY = 30.0
IDLE_AT_MOST = 600.0  # RFC 2177 allows 29 minutes; what sits in between often less
SLICE = 2.0
LEASE = timedelta(seconds=90)
LONGEST_PAUSE = 300.0
SETTINGS = ("host", "port", "security", "user", "sign_in", "secret", "folder", "group_id", "type_id", "address")


def follow_all(stop: threading.Event) -> None:
    """Have a thread for each active mailbox until the event is set; a changed one begins anew."""
    running: dict[int, tuple[tuple, threading.Event, threading.Thread]] = {}
    try:
        while not stop.is_set():
            close_old_connections()
            with suppress(Error):
                _adjust(running)
            stop.wait(LOOK_EVERY)
    finally:
        for _settings, leave, _thread in running.values():
            leave.set()
        for _settings, _leave, thread in running.values():
            thread.join(SLICE + 1)


def _adjust(running: dict[int, tuple[tuple, threading.Event, threading.Thread]]) -> None:
    wanted = {row["pk"]: tuple(row.values()) for row in Mailbox.objects.filter(is_active=True).values("pk", *SETTINGS)}
    for key, (settings, leave, thread) in list(running.items()):
        if wanted.get(key) != settings or not thread.is_alive():
            leave.set()
            del running[key]
    for key in wanted.keys() - running.keys():
        leave = threading.Event()
        thread = threading.Thread(target=follow, args=(key, leave), name=f"mailbox {key}", daemon=True)
        running[key] = (wanted[key], leave, thread)
        thread.start()


def follow(key: int, leave: threading.Event) -> None:
    """Follow one mailbox until told to leave, connecting again after every trouble, later each time."""
    pause = 0.0
    try:
        while not leave.wait(pause):
            close_old_connections()
            began = time.monotonic()
            try:
                wait = _follow_once(key, leave)
            except Mailbox.DoesNotExist:
                return
            except Exception as error:
                log.exception("Mailbox %s cannot be followed", key)
                wait = 5.0
                with suppress(Error):
                    Mailbox.objects.filter(pk=key).update(trouble=f"{type(error).__name__}: {error}"[:500])
            settled = time.monotonic() - began > 2 * ASK_EVERY
            pause = min(max(wait, 0.0 if settled else pause * 2), LONGEST_PAUSE)
    finally:
        with suppress(Error):
            Mailbox.objects.filter(pk=key, held_by=_who()).update(held_until=None)
        connection.close()


def _follow_once(key: int, leave: threading.Event) -> float:
    """From connecting to the first trouble; the seconds to wait before the next time."""
    try:
        mailbox = _held(key)
        if mailbox is None:
            return LOOK_EVERY
        client = connecting.opened(mailbox)
        try:
            _stay(client, mailbox, leave)
        finally:
            with suppress(OSError, IMAPClientError):
                client.logout()
    except Trouble as trouble:
        log.warning("Mailbox %s: %s", key, trouble)
        Mailbox.objects.filter(pk=key).update(trouble=str(trouble))
        return trouble.again_in
    except (OSError, IMAPClientError) as error:
        log.warning("Mailbox %s: the connection broke: %s", key, error)
        return 1.0
    except (Error, CannotKeep) as error:
        log.warning("Mailbox %s has to wait: %s", key, error)
        return 5.0
    return LOOK_EVERY


def _stay(client: IMAPClient, mailbox: Mailbox, leave: threading.Event) -> None:
    """Take what is new, wait for more, and so on, as long as the mailbox is held."""
    validity = connecting.selected(client, mailbox)
    mailbox.trouble = ""
    while not leave.is_set():
        fetching.take_new(client, mailbox, validity=validity)
        Mailbox.objects.filter(pk=mailbox.pk).update(last_ok_at=timezone.now(), trouble=mailbox.trouble)
        if not wait_for_mail(client, mailbox, leave):
            return


def wait_for_mail(client: IMAPClient, mailbox: Mailbox, leave: threading.Event) -> bool:
    """Until there may be new mail, or it is time to look; False when another worker has the mailbox."""
    until = time.monotonic() + (IDLE_AT_MOST if client.has_capability("IDLE") else ASK_EVERY)
    renewed = time.monotonic()
    idling = client.has_capability("IDLE")
    if idling:
        client.idle()
    try:
        while not leave.is_set() and time.monotonic() < until:
            if time.monotonic() - renewed > LEASE.total_seconds() / 3:
                renewed = time.monotonic()
                close_old_connections()
                if _held(mailbox.pk) is None:
                    return False
            if idling:
                if _told(client):
                    break
            else:
                leave.wait(SLICE)
    finally:
        if idling:
            client.idle_done()
    if not idling and not leave.is_set():
        client.noop()
    return True


def _told(client: IMAPClient) -> bool:
    """Whether the server said something within a slice. Raises OSError when it only closed the connection."""
    began = time.monotonic()
    said = client.idle_check(timeout=SLICE)
    if not said and time.monotonic() - began < SLICE / 2:
        raise ConnectionResetError("the server ended the connection")
    return any(len(one) > 1 and one[1] in (b"EXISTS", b"RECENT") for one in said)


def _held(key: int) -> Mailbox | None:
    """The mailbox, if this worker holds it now; a hold lasts for LEASE."""
    now = timezone.now()
    free = Q(held_until=None) | Q(held_until__lt=now) | Q(held_by=_who())
    mine = Mailbox.objects.filter(free, pk=key, is_active=True).update(held_by=_who(), held_until=now + LEASE)
    if mine:
        return Mailbox.objects.select_related("group", "type").get(pk=key)
    return None


def _who() -> str:
    return f"{os.uname().nodename}-{os.getpid()}"[:120]
