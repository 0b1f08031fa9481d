"""Files from outside are looked through by a scanner (SIRA_SCANNER) before anybody is given them.

A file is accepted whatever the scanner does: the worker goes through the store, where every upload and every mail lies,
and writes down what was found under the file's digest. Until then a file waits. One in which something was found, or
that the scanner would not look through, is kept and given to nobody until somebody decides that it is, or that it goes
for good (`sira held`).
Without a scanner nothing waits; what was found before it was switched off stays held back.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sira.plumbing import audit, clamd
from sira.plumbing.clamd import NotScanned, ScannerAway
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import Files, Unreadable
from sira.plumbing.models import ScannedFile
from sira.plumbing.refusals import Refused
from sira.plumbing.sweeping import FILE_NAME, digest_of

log = logging.getLogger(__name__)

PAUSE, LONGEST_PAUSE = 1.0, 30.0
SETTLED = 1.0  # seconds; a folder that changed later than that may change again without another time on it
PATIENCE = 120.0  # seconds for one file
AT_ONCE = 3.0  # seconds that somebody who asks for a file waits
SMALL = 8_000_000  # bytes that are looked through while they wait
ASKED_AGAIN_AFTER = 600.0  # seconds, for what the scanner would not look through


class FileWaits(Refused):
    """Nothing is known of it yet."""

    code = "file_waits"
    status = 503
    message = _("This file is still being checked for harmful content. Please try again in a minute.")


class FileHeldBack(Refused):
    code = "file_held_back"
    status = 403
    message = _("Harmful content was found in this file, so it is not given out.")


class FileUnchecked(FileHeldBack):
    code = "file_unchecked"
    message = _(
        "The scanner could not check this file, most often because it is too large, so it is not given out. "
        "Whoever runs the desk can look at it and release it."
    )


class FileRemoved(FileHeldBack):
    code = "file_removed"
    status = 410
    message = _("This file was held back, and whoever runs the desk has removed it for good.")


class NotHeldBack(Refused):
    code = "not_held_back"
    status = 404
    message = _("No such file is held back; perhaps somebody has released or removed it meanwhile.")


def must_be_clean(digest: bytes, *, size: int | None = None) -> None:
    """Before a file is given to anybody.  size: where it is known, a small one is asked about at once.

    Raises FileWaits, FileHeldBack.
    """
    known = ScannedFile.objects.filter(digest=digest).first()
    if known is not None and known.removed:
        raise FileRemoved
    if settings.SCANNER is None:
        known = known if known and known.was_read else ScannedFile()
    elif known is None and size is not None and size <= SMALL:
        with suppress(ScannerAway, Unreadable):
            known = look_through(desk_files(), digest, seconds=AT_ONCE)
    if known is None:
        raise FileWaits
    if known.found and not known.given_out:
        raise FileHeldBack(found=known.found) if known.was_read else FileUnchecked(found=known.found)


def is_clean(digest: bytes, *, size: int | None = None) -> bool:
    try:
        must_be_clean(digest, size=size)
    except (FileWaits, FileHeldBack):
        return False
    return True


def unless_held_back(digest: bytes) -> Iterator[bytes]:
    """For the archive of somebody's own data: the content, or a word why it is not there."""
    try:
        must_be_clean(digest)
    except (FileWaits, FileHeldBack) as why:
        return iter([f"{why}\n".encode()])
    return desk_files().read(digest)


def look_through(files: Files, digest: bytes, *, seconds: float = PATIENCE) -> ScannedFile:
    """Have it scanned, and write down what was said of it.  Raises ScannerAway, Unreadable."""
    said = ScannedFile(digest=digest, at=timezone.now())
    try:
        said.found = clamd.scan(files.read(digest), at=cast(clamd.Place, settings.SCANNER), seconds=seconds)
    except NotScanned as refused:
        said.found, said.was_read = str(refused), False
    ScannedFile.objects.bulk_create([said], ignore_conflicts=True)
    if said.was_read:  # what it would not look through before, it has now; the tickets are told anew if it is harmful
        unread = ScannedFile.objects.filter(digest=digest, was_read=False)
        unread.update(found=said.found, was_read=True, at=said.at, told=0)
    if said.found:
        why = "%s was found in the file %s" if said.was_read else "%s, said the scanner of the file %s"
        log.warning(f"Held back: {why}", said.found, digest.hex()[:12])
    return said


def held_back() -> QuerySet[ScannedFile]:
    """The newest first."""
    return ScannedFile.objects.exclude(found="").filter(given_out=False, removed=False).order_by("-at", "digest")


@transaction.atomic
def give_out(digest: bytes, *, because: str, by: int | None, way: str) -> None:
    """Somebody who has looked at it decides that people are given it all the same; the audit trail keeps why.

    Raises NotHeldBack.
    """
    held = _locked(digest)
    ScannedFile.objects.filter(pk=held.pk).update(given_out=True)
    audit.record("held file given out", digest.hex(), by=by, way=way, found=held.found, because=because)


@transaction.atomic
def remove(digest: bytes, *, told: int, because: str, by: int | None, way: str) -> None:
    """Somebody decides that it goes for good; the audit trail keeps why, and under which digest it was known.

    told: the last place of it that knows.  Raises NotHeldBack.
    """
    held = _locked(digest)
    ScannedFile.objects.filter(pk=held.pk).update(removed=True, told=max(told, held.told))
    audit.record("held file removed", digest.hex(), by=by, way=way, found=held.found, because=because)
    transaction.on_commit(lambda: desk_files().remove(digest))  # what a crash leaves is swept: no row names it any more


def _locked(digest: bytes) -> ScannedFile:
    held = held_back().select_for_update().filter(digest=digest).first()
    if held is None:
        raise NotHeldBack
    return held


class Round:
    """Goes through the store again and again, and asks about what is new."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._seen: dict[str, int] = {}  # the time on each folder of the store when all in it was known
        self._not_before: dict[bytes, float] = {}

    def go(self, stop: threading.Event) -> None:
        """Once through.  Raises ScannerAway; then it is gone on with the next time."""
        for folder in sorted(self.files.folder.glob("[0-9a-f][0-9a-f]")):
            changed = folder.stat().st_mtime_ns
            if self._seen.get(folder.name) == changed:
                continue
            all_known = True
            for digest in self._unknown(folder):
                if stop.is_set():
                    return
                all_known &= self._ask(digest)
            if all_known and time.time() - changed / 1e9 > SETTLED:
                self._seen[folder.name] = changed

    def _unknown(self, folder: Path) -> Iterator[bytes]:
        there = {digest_of(path) for path in folder.iterdir() if FILE_NAME.fullmatch(path.name)}
        settled = ScannedFile.objects.filter(Q(was_read=True) | Q(given_out=True), digest__in=there)
        known = settled.values_list("digest", flat=True)
        yield from sorted(there - {bytes(digest) for digest in known})

    def _ask(self, digest: bytes) -> bool:
        """Whether there is nothing left to ask about it."""
        if time.monotonic() < self._not_before.get(digest, 0.0):
            return False
        try:
            said = look_through(self.files, digest)
        except Unreadable:
            return True  # swept meanwhile, or damaged: whoever asks for it is told
        if not said.was_read:  # its limits may be set higher
            self._not_before[digest] = time.monotonic() + ASKED_AGAIN_AFTER
        return said.was_read


def scan_until(stop: threading.Event) -> None:
    """A service of the worker."""
    if settings.SCANNER is None:
        return
    going, pause = Round(desk_files()), PAUSE
    while not stop.is_set():
        close_old_connections()
        try:
            going.go(stop)
            pause = PAUSE
        except ScannerAway as away:
            log.warning("The scanner (SIRA_SCANNER) is away; files wait: %s", away)
            pause = min(pause * 2, LONGEST_PAUSE)
        stop.wait(pause)
