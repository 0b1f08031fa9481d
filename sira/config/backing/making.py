"""Makes a backup while the desk runs."""

import argparse
import fcntl
import hashlib
import os
import shutil
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from sira import __version__
from sira.config import migrating
from sira.config.backing import manifest, tools
from sira.config.backing.manifest import DATABASE, FILES, FORMAT, LIST, NAME, Manifest, Refused
from sira.plumbing import schema, sweeping
from sira.plumbing.desk_files import desk_files

AMISS_SHOWN = 50


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira backup", description="Write database and files to a folder.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or an empty one")
    folder = parser.parse_args(arguments).folder.absolute()
    made, amiss = back_up(folder)
    print(f"{folder}: {made.tickets} tickets, {made.files} files, as of {made.made_at}. secret.key is not in it.")
    tell_amiss(amiss)
    return int(bool(amiss))


def tell_amiss(lines: list[str]) -> None:
    """The first of them, and how many more there are."""
    for line in lines[:AMISS_SHOWN]:
        print(f"amiss: {line}")
    if len(lines) > AMISS_SHOWN:
        print(f"amiss: and {len(lines) - AMISS_SHOWN} more.")


def back_up(folder: Path) -> tuple[Manifest, list[str]]:
    """The backup, and what is amiss in the desk itself: files that rows name and that are lost or damaged.

    The manifest is written last, so a folder without one is no backup.  Raises Refused.
    """
    if migrating.mark() != schema.digest():
        raise Refused("The tables are not those of this version: run sira migrate first.")
    _empty(folder)
    store = desk_files()
    store.folder.mkdir(parents=True, exist_ok=True)
    with store.lock(fcntl.LOCK_SH), transaction.atomic(), connection.cursor() as cursor:  # no sweep meanwhile
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # the copying takes its time
        cursor.execute("SELECT pg_export_snapshot(), now(), (SELECT count(*) FROM tickets_ticket)")
        snapshot, at, tickets = cursor.fetchone()
        tools.dump(folder / DATABASE, snapshot=snapshot)
        count, amiss = _copy_files(folder)
    made = _manifest(folder, at, tickets, count)
    manifest.write(folder / NAME, made.written())
    return made, amiss


def _empty(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Refused(f"{folder} is not empty. Name a new folder.")
        folder.chmod(0o700)
    except OSError as error:
        raise Refused(f"{folder} cannot be written ({error.strerror}).") from None


def _copy_files(folder: Path) -> tuple[int, list[str]]:
    """How many of the named files were copied, their content checked on the way; and a line for each that was not."""
    amiss, count = [], 0
    with (folder / LIST).open("w") as listing:
        for digest in sweeping.all_named():
            try:
                path, size = _copy(digest, folder / FILES)
            except (OSError, ValueError) as error:
                if isinstance(error, OSError) and error.filename is None:
                    raise Refused(f"{folder} cannot be written ({error.strerror}).") from None
                amiss.append(f"file {digest.hex()} is {'missing' if isinstance(error, OSError) else 'damaged'}.")
                continue
            listing.write(f"{digest.hex()} {size} {path}\n")
            count += 1
        listing.flush()
        os.fsync(listing.fileno())
    return count, amiss


def _copy(digest: bytes, to: Path) -> tuple[str, int]:
    """Path and size of the copy. Its bytes are those of the store, packed or not.  Raises ValueError if damaged."""
    store = desk_files()
    source = next((path for packed in (False, True) if (path := store.path(digest, packed=packed)).exists()), None)
    if source is None:
        raise FileNotFoundError(2, "missing", digest.hex())
    target = to / source.relative_to(store.folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    summing = hashlib.sha256()
    try:
        for piece in type(store)(to).read(digest):
            summing.update(piece)
    except Exception:
        target.unlink()
        raise ValueError from None
    return str(target.relative_to(to)), target.stat().st_size


def _manifest(folder: Path, at: datetime, tickets: int, files: int) -> Manifest:
    return Manifest(
        format=FORMAT,
        version=__version__,
        schema=schema.digest(),
        made_at=at.isoformat(timespec="seconds"),
        key=manifest.key_mark(),
        tickets=tickets,
        files=files,
        database={path.name: manifest.digest_of(path) for path in sorted((folder / DATABASE).iterdir())},
        list=manifest.digest_of(folder / LIST),
    )
