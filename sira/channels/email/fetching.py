"""Takes what is new in a mailbox, mail by mail. A mail is marked seen only after it was committed.

A mail's identity is (mailbox, UIDVALIDITY, UID). When the server numbers anew, mail is read again, and what is known is
recognised by its content.
"""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from imapclient import FLAGGED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from sira.channels.email import large
from sira.channels.email.models import Mailbox
from sira.channels.email.taking import take
from sira.channels.email.ways import Way
from sira.plumbing.files import CannotKeep
from sira.plumbing.limits import LARGEST

log = logging.getLogger(__name__)

MOST_TRIES = 3
AT_ONCE = 50


def take_new(client: IMAPClient, mailbox: Mailbox, *, validity: int) -> int:
    """Take all that is new in the selected folder; how many mails. Passes on what means that the desk or the
    connection cannot go on: OperationalError, InterfaceError, CannotKeep, OSError, IMAPClientAbortError."""
    if mailbox.uid_validity != validity:
        _begin(client, mailbox, validity)
    found = _new_uids(client, mailbox)
    for start in range(0, len(found), AT_ONCE):
        group = found[start : start + AT_ONCE]
        sizes = client.fetch(group, ["RFC822.SIZE"])
        for uid in group:
            size = sizes.get(uid, {}).get(b"RFC822.SIZE")
            if size is None:  # it was expunged meanwhile
                mailbox.waiting.pop(str(uid), None)
            else:
                _take_one(client, mailbox, uid, size)
            if uid > mailbox.last_uid:
                mailbox.last_uid = uid
                Mailbox.objects.filter(pk=mailbox.pk).update(last_uid=uid)
        Mailbox.objects.filter(pk=mailbox.pk).update(waiting=mailbox.waiting)
    return len(found)


def _begin(client: IMAPClient, mailbox: Mailbox, validity: int) -> None:
    """The folder is new, or the server has numbered it anew: note what waits in it, and where later mail begins."""
    found = set(client.search(["UNSEEN"]))
    if mailbox.uid_validity is not None:
        # What somebody has seen counts too, but not what lay here before the desk came (a day more: zones differ).
        found |= set(client.search(["SINCE", (mailbox.set_up_at - timedelta(days=1)).date()]))
    mailbox.uid_validity, mailbox.waiting = validity, {str(uid): 0 for uid in found}
    mailbox.last_uid = max(client.search(["UID", "*"]), default=0)
    mailbox.save(update_fields=["uid_validity", "last_uid", "waiting"])


def _new_uids(client: IMAPClient, mailbox: Mailbox) -> list[int]:
    # "n:*" names the last mail even where it is below n.
    newer = [uid for uid in client.search(["UID", f"{mailbox.last_uid + 1}:*"]) if uid > mailbox.last_uid]
    waiting = [int(uid) for uid, tries in mailbox.waiting.items() if tries < MOST_TRIES]
    return sorted({*newer, *waiting})


def _take_one(client: IMAPClient, mailbox: Mailbox, uid: int, size: int) -> None:
    """A mail that cannot be taken in stays, flagged, and stops none behind it."""
    if size > LARGEST:
        large.tell_sender(client, uid, _way(mailbox, uid), limit=LARGEST)
        mailbox.waiting[str(uid)] = MOST_TRIES
        _set_aside(client, mailbox, uid, _("it is larger than %(size)s MB") % {"size": LARGEST // 10**6})
        return
    content = large.fetched(client, uid, size)
    if content is None:
        mailbox.waiting.pop(str(uid), None)
        return
    try:
        take(content, at=timezone.now(), way=_way(mailbox, uid))
    except (OperationalError, InterfaceError, CannotKeep):
        raise
    except Exception as error:
        log.exception("Mail %s of mailbox %s could not be taken in", uid, mailbox.name)
        tries = mailbox.waiting[str(uid)] = mailbox.waiting.get(str(uid), 0) + 1
        if tries >= MOST_TRIES:
            _set_aside(client, mailbox, uid, type(error).__name__)
        return
    finally:
        if not isinstance(content, bytes):
            content.discard()
    mailbox.waiting.pop(str(uid), None)
    try:
        client.add_flags([uid], [SEEN], silent=True)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:  # a folder one may only read; the number says that it was taken
        log.warning("Mail %s of mailbox %s could not be marked as seen: %s", uid, mailbox.name, error)


def _way(mailbox: Mailbox, uid: int) -> Way:
    return Way(
        source=f"mailbox:{mailbox.pk}",
        key=f"{mailbox.uid_validity}:{uid}",
        ours=(mailbox.ours,) if mailbox.ours else (),
        group=mailbox.group,
        type=mailbox.type,
    )


def _set_aside(client: IMAPClient, mailbox: Mailbox, uid: int, why: str) -> None:
    words = _("A mail was left in the mailbox, flagged, since it could not be taken in (number %(uid)s): %(why)s.")
    mailbox.trouble = words % {"uid": uid, "why": why}
    client.add_flags([uid], [FLAGGED], silent=True)
