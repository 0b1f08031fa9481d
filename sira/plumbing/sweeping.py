"""Deletes the files that no row names. Rooms say which columns name files with `named_by(model, column)`."""

import fcntl
import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, models

from sira.plumbing.files import PACKED, Files
from sira.plumbing.models import ScannedFile

SPARED = timedelta(days=1)  # longer than any transaction that is about to name a file
AT_ONCE = 1000
# Beside our files may lie what a network disk has put there.
FILE_NAME = re.compile(rf"[0-9a-f]{{62}}({re.escape(PACKED)})?")
READ_AT_ONCE = 20_000
_REMOVED = "SELECT FROM plumbing_scannedfile AS s WHERE s.digest = a.d AND s.removed"

_naming: list[tuple[type[models.Model], str]] = []


def named_by(model: type[models.Model], column: str) -> None:
    """Say that the column (digests as bytes) names files, so that a sweep leaves them and a backup has them."""
    _naming.append((model, column))


def named(digests: list[bytes]) -> set[bytes]:
    """Those of them that a row names; what was removed for good no row counts as naming."""
    found: set[bytes] = set()
    for model, column in _naming:
        rows = model._default_manager.filter(**{f"{column}__in": digests}).values_list(column, flat=True)
        found |= {bytes(digest) for digest in rows}
    gone = ScannedFile.objects.filter(removed=True, digest__in=found).values_list("digest", flat=True)
    return found - {bytes(digest) for digest in gone}


def all_named() -> Iterator[bytes]:
    """Each digest that a row names, once, but what was removed for good."""
    columns = [(model._meta.db_table, column) for model, column in _naming]
    one = " UNION ".join(f"SELECT {column} AS d FROM {table}" for table, column in columns)
    last = b""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT d FROM ({one}) AS a WHERE d > %s AND NOT EXISTS ({_REMOVED}) ORDER BY d LIMIT {READ_AT_ONCE}",
                [last],
            )
            rows = [bytes(digest) for (digest,) in cursor.fetchall()]
        if not rows:
            return
        yield from rows
        last = rows[-1]


def sweep(files: Files, *, at: datetime) -> int:
    """Delete what no row names and was last kept over a day before `at`; the number of files deleted.

    Raises RuntimeError when no room has said what names files: then every file would look like an orphan.
    """
    if not _naming:
        raise RuntimeError("no column is registered as naming files")
    before, gone = (at - SPARED).timestamp(), 0
    for draft in (files.folder / "drafts").glob("*"):
        _delete_if_old(draft, before)
    for old in _in_groups(_older_than(files.folder, before)):
        kept = named([digest for digest, _path in old])
        with files.lock(fcntl.LOCK_EX):
            gone += sum(_delete_if_old(path, before) for digest, path in old if digest not in kept)
    return gone


def all_files(folder: Path) -> Iterator[tuple[bytes, os.DirEntry[str]]]:
    """Every kept file by its digest; what is packed and what is not may stand for the same content."""
    for one in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        for entry in filter(lambda entry: FILE_NAME.fullmatch(entry.name), os.scandir(one)):
            yield digest_of(Path(entry.path)), entry


def digest_of(path: Path) -> bytes:
    """Of a file of the store, whose name it is."""
    return bytes.fromhex(path.parent.name + path.name.removesuffix(PACKED))


def _older_than(folder: Path, before: float) -> Iterator[tuple[bytes, Path]]:
    for digest, entry in all_files(folder):
        if entry.stat().st_mtime < before:
            yield digest, Path(entry.path)


def _in_groups(files: Iterator[tuple[bytes, Path]]) -> Iterator[list[tuple[bytes, Path]]]:
    group: list[tuple[bytes, Path]] = []
    for file in files:
        group.append(file)
        if len(group) == AT_ONCE:
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
