"""Contents of attachments and raw messages, kept once by digest in a folder: files/ab/cdef... (SHA-256 of the content).

A row names a file by its 32-byte digest. The file is on the disk for good before the row that names it commits, so the
worst a crash leaves is a file that no row names; those are swept after a day (sweeping.py).
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused

CHUNK = 1024 * 1024
PACKED = ".z"


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
        self._lasting: set[Path] = set()  # folders of which this process knows that they outlast a crash

    def keep(self, content: Iterable[bytes], *, limit: int | None = None, packed: bool = False) -> Kept:
        """Store the content durably, once whatever its number of names, holding one piece in memory at a time.

        limit: bytes above which nothing is kept.  packed: compress, which pays for mail as it came over the wire.
        Raises TooLarge, CannotKeep; errors of the content itself pass through.
        """
        draft = self.draft(packed=packed)
        try:
            for piece in content:
                if limit is not None and draft.size + len(piece) > limit:
                    raise TooLarge(limit=limit)
                draft.write(piece)
            return draft.keep()
        finally:
            draft.discard()

    def draft(self, *, packed: bool = False) -> "Draft":
        """For content that comes by and by: on the disk as it comes, named once it is whole.  Raises CannotKeep."""
        return Draft(self, packed=packed)

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

    def remove(self, digest: bytes) -> None:
        for packed in (False, True):
            self.path(digest, packed=packed).unlink(missing_ok=True)

    def path(self, digest: bytes, *, packed: bool = False) -> Path:
        name = digest.hex()
        return self.folder.joinpath(name[:2], name[2:] + (PACKED if packed else ""))

    def put(self, draft: Path, path: Path) -> None:
        """Give the draft its name, or delete it where the content is there already; then that is on the disk."""
        folder = path.parent
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
        with self.lock(fcntl.LOCK_SH):
            size = _size(path)
            if size is not None and size == _size(draft):
                os.utime(path)  # young again, so that a sweep under way spares it
                draft.unlink()
            else:
                draft.rename(path)
        _sync(folder)
        if folder not in self._lasting:
            _sync(self.folder)
            self._lasting.add(folder)

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

    @contextlib.contextmanager
    def lock(self, kind: int) -> Iterator[None]:
        """Keepers together (LOCK_SH), a sweep alone (LOCK_EX): nobody comes to rely on a file that it decides about."""
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)


class Draft:
    """Content on its way in. What is not kept has to be discarded; what a crash leaves is swept."""

    def __init__(self, files: Files, *, packed: bool) -> None:
        self.files, self.size = files, 0
        self.path = files.folder.joinpath("drafts", secrets.token_hex(16))
        self._is_kept = False
        self._summing = hashlib.sha256()
        self._packing = zlib.compressobj(level=1) if packed else None
        with _the_disk:
            try:
                self._file = self.path.open("xb")
            except FileNotFoundError:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("xb")

    def write(self, piece: bytes) -> None:
        """Raises CannotKeep."""
        self.size += len(piece)
        self._summing.update(piece)
        with _the_disk:
            self._file.write(self._packing.compress(piece) if self._packing else piece)

    def end(self) -> None:
        """All of it is in the file now.  Raises CannotKeep."""
        with _the_disk:
            if self._packing:
                self._file.write(self._packing.flush())
            self._file.flush()

    def keep(self) -> Kept:
        """Name it by its content, on the disk for good.  Raises CannotKeep."""
        kept = Kept(self._summing.digest(), self.size)
        self.end()
        with _the_disk:
            os.fsync(self._file.fileno())
            self._file.close()
            self.files.put(self.path, self.files.path(kept.digest, packed=self._packing is not None))
        self._is_kept = True
        return kept

    def discard(self) -> None:
        """Leave nothing of what was not kept; after `keep` it does nothing."""
        if self._is_kept:
            return
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


class _Disk:
    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: object, _traceback: object) -> None:
        if isinstance(error, OSError):
            raise CannotKeep(reason=errno.errorcode.get(error.errno or 0, "?")) from error


_the_disk = _Disk()


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
