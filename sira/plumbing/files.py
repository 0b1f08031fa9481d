"""Contents of attachments and raw messages, kept once by digest in a folder: files/ab/cdef... (SHA-256 of the content).

A row names a file by its 32-byte digest. The file is on the disk for good before the row that names it commits, so the
worst a crash leaves is a file that no row names; `sweep` deletes those after a day. Rooms say which column names files
with `named_by(model, column)` in their AppConfig.ready().
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused

CHUNK = 1024 * 1024
SPARED = timedelta(days=1)  # longer than any transaction that is about to name a file
SWEPT_AT_ONCE = 1000
PACKED = ".z"

_known: list[Callable[[list[bytes]], set[bytes]]] = []


class CannotKeep(Refused):
    """The disk is full or broken. Nothing was kept; trying later is right."""

    code = "storage_unavailable"
    status = 503
    message = _("The file could not be stored just now. Please try again in a few minutes.")


class TooLarge(Refused):
    code = "file_too_large"
    status = 413
    message = _("The file is too large. Make it smaller, or share it another way and send the link.")


class Unreadable(Exception):
    """The file is missing or its content is not what was kept; the message names the digest."""


@dataclass(frozen=True)
class Kept:
    """digest: 32 bytes, what a row stores.  size: in bytes, as it came."""

    digest: bytes
    size: int


class Files:
    """The contents in one folder, which may be shared by all processes of a machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: Iterable[bytes], *, limit: int | None = None, packed: bool = False) -> Kept:
        """Store the content durably, once whatever its number of names, holding one piece in memory at a time.

        limit: bytes above which nothing is kept.  packed: compress, which pays for mail as it came over the wire.
        Raises TooLarge, CannotKeep.
        """
        draft = self.folder / "drafts" / secrets.token_hex(16)
        try:
            draft.parent.mkdir(parents=True, exist_ok=True)
            try:
                kept = _write(draft, content, limit, packed)
                self._put(draft, self.path(kept.digest, packed=packed))
            finally:
                draft.unlink(missing_ok=True)
        except (ConnectionError, TimeoutError):
            raise  # the content's way to us broke, not the disk
        except OSError as error:
            raise CannotKeep(reason=errno.errorcode.get(error.errno or 0, "?")) from error
        return kept

    def read(self, digest: bytes) -> Iterator[bytes]:
        """The content in pieces. The last comes only after the digest was checked.  Raises Unreadable."""
        summing, waiting = hashlib.sha256(), b""
        try:
            for piece in self._pieces(digest):
                if waiting:
                    yield waiting
                summing.update(piece)
                waiting = piece
        except (OSError, zlib.error) as error:
            raise Unreadable(f"{digest.hex()}: {error}") from error
        if summing.digest() != digest:
            raise Unreadable(f"{digest.hex()}: the content has changed")
        yield waiting

    def whole(self, digest: bytes) -> bytes:
        """The content at once, for what is known to be small.  Raises Unreadable."""
        return b"".join(self.read(digest))

    def path(self, digest: bytes, *, packed: bool = False) -> Path:
        name = digest.hex()
        return self.folder / name[:2] / (name[2:] + (PACKED if packed else ""))

    def sweep(self, *, at: datetime) -> int:
        """Delete what no row names and was last kept over a day before `at`; the number of files deleted.

        Raises RuntimeError when no room has said what names files: then every file would look like an orphan.
        """
        if not _known:
            raise RuntimeError("no column is registered as naming files")
        before, gone = (at - SPARED).timestamp(), 0
        for draft in (self.folder / "drafts").glob("*"):
            _delete_if_old(draft, before)
        for old in _in_groups(self._older_than(before)):
            named = set().union(*(known([digest for digest, _path in old]) for known in _known))
            with self._lock(fcntl.LOCK_EX):
                gone += sum(_delete_if_old(path, before) for digest, path in old if digest not in named)
        return gone

    def _put(self, draft: Path, path: Path) -> None:
        """Give the draft its name, unless the content is there already; either way it is on the disk after."""
        path.parent.mkdir(exist_ok=True)
        with self._lock(fcntl.LOCK_SH):
            if _size(path) == _size(draft):
                os.utime(path)  # young again, so that a sweep under way spares it
            else:
                draft.rename(path)
        for folder in (path.parent, self.folder):
            _sync(folder)

    def _pieces(self, digest: bytes) -> Iterator[bytes]:
        path = self.path(digest)
        if path.exists():
            with path.open("rb") as file:
                yield from iter(lambda: file.read(CHUNK), b"")
            return
        unpacking = zlib.decompressobj()
        with self.path(digest, packed=True).open("rb") as file:
            while piece := unpacking.unconsumed_tail or file.read(CHUNK):
                yield unpacking.decompress(piece, CHUNK)
        yield unpacking.flush()

    def _older_than(self, before: float) -> Iterator[tuple[bytes, Path]]:
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            for entry in os.scandir(folder):
                if entry.stat().st_mtime < before:
                    yield bytes.fromhex(folder.name + entry.name.removesuffix(PACKED)), Path(entry.path)

    @contextlib.contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        """Keepers together, a sweep alone: nobody comes to rely on a file while the sweep decides about it."""
        with (self.folder / "lock").open("a") as file:
            fcntl.flock(file, kind)
            yield


def named_by(model: type[models.Model], column: str) -> None:
    """Say that the column (digests as bytes) names files, so that a sweep leaves them."""
    rows = model._default_manager

    def known(digests: list[bytes]) -> set[bytes]:
        found = rows.filter(**{f"{column}__in": digests}).values_list(column, flat=True)
        return {bytes(digest) for digest in found}

    _known.append(known)


def _write(draft: Path, content: Iterable[bytes], limit: int | None, packed: bool) -> Kept:
    summing, size = hashlib.sha256(), 0
    with draft.open("xb") as file:
        packing = zlib.compressobj(level=1) if packed else None
        for piece in content:
            size += len(piece)
            if limit is not None and size > limit:
                raise TooLarge(limit=limit)
            summing.update(piece)
            file.write(packing.compress(piece) if packing else piece)
        if packing:
            file.write(packing.flush())
        file.flush()
        os.fsync(file.fileno())
    return Kept(summing.digest(), size)


def _in_groups(files: Iterator[tuple[bytes, Path]]) -> Iterator[list[tuple[bytes, Path]]]:
    group: list[tuple[bytes, Path]] = []
    for file in files:
        group.append(file)
        if len(group) == SWEPT_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _delete_if_old(path: Path, before: float) -> bool:
    try:
        if path.stat().st_mtime >= before:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
