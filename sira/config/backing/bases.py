"""The base of an archive: a copy of the database's own files, from which the log goes on."""

import re
import shutil
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection

from sira import __version__
from sira.config import supervisor
from sira.config.backing import layout, manifest, tools
from sira.config.backing.layout import NAME, TAR, WAL, Archive
from sira.config.backing.manifest import FORMAT
from sira.config.supervisor import Child
from sira.plumbing import schema
from sira.plumbing.postgres_place import MAJOR

STAMP = "base-%Y%m%d-%H%M%S"
CHAIN = re.compile(r"[0-9]{8}-[0-9]{6}")  # beside it may stand what is not ours, such as backups by their days
_START = re.compile(r"START WAL LOCATION: ([0-9A-F]+/[0-9A-F]+)")


@dataclass
class Base:
    """One that is being made.  end: from where on the log holds all that belongs to it."""

    folder: Path
    child: Child
    log: Path
    end: str | None = None

    def has_ended(self) -> bool:
        """Raises OSError if it failed."""
        how = supervisor.ended(self.child)
        if how is None:
            return False
        if how != "exit code 0":
            said = self.log.read_text(errors="replace").strip().splitlines()
            raise OSError(said[-1] if said else f"pg_basebackup has ended ({how})")
        return True


def whose() -> tuple[str, int]:
    """The database's own number, and its timeline: a restored copy has the same number and a later timeline."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text, timeline_id FROM pg_control_system(), pg_control_checkpoint()")
        system, timeline = cursor.fetchone()
    return system, timeline


def written() -> str:
    """Up to where the log is on the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_flush_lsn()::text")
        lsn: str = cursor.fetchone()[0]
        return lsn


def known(folder: Path) -> Archive | None:
    """What the folder says of itself; None where no base has been finished."""
    try:
        return Archive(**manifest.told(folder / NAME))
    except FileNotFoundError:
        return None


def is_due(archive: Archive | None, chain: Path, *, at: datetime, every: timedelta) -> bool:
    if archive is None or archive.chain != chain.name:
        return True
    if (archive.version, archive.schema) != (__version__, schema.digest()):
        return True
    return at - datetime.strptime(archive.base, STAMP).replace(tzinfo=UTC) > every


def begin(chain: Path, log: Path, *, at: datetime) -> Base:
    """Start to make one. What is left of one that was broken off goes with the next `tidy`."""
    folder = chain / at.astimezone(UTC).strftime(STAMP)
    options = ["--format=tar", "--compress=client-gzip:1", "--wal-method=none", "--checkpoint=fast", "--no-manifest"]
    arguments = [f"--pgdata={folder}", *options]
    return Base(folder, tools.begin("pg_basebackup", arguments, log, name="sira_base"), log)


def describe(base: Base, chain: Path) -> Archive:
    system, timeline = whose()
    return Archive(
        format=FORMAT,
        version=__version__,
        schema=schema.digest(),
        postgres=MAJOR,
        system=system,
        timeline=timeline,
        key=manifest.key_mark(),
        chain=chain.name,
        base=base.folder.name,
        digest=manifest.digest_of(base.folder / TAR),
        begin=_begin_of(base.folder / TAR),
    )


def _begin_of(tar: Path) -> str:
    """PostgreSQL writes the label first, so little of the file is read."""
    with tarfile.open(tar, "r|gz") as members:
        for member in members:
            if member.name == "backup_label" and (label := members.extractfile(member)):
                found = _START.search(label.read().decode())
                if found:
                    return found[1]
    raise OSError(f"{tar} has no label.")


def leave_one(folder: Path, name: str) -> None:
    """Of the chains; the others were broken off, or are not needed any more."""
    for chain in folder.iterdir():
        if CHAIN.fullmatch(chain.name) and (chain / WAL).is_dir() and chain.name != name:
            shutil.rmtree(chain)


def tidy(folder: Path, archive: Archive) -> None:
    """Take away what the newest base makes needless: other bases and chains, and the log before it."""
    leave_one(folder, archive.chain)
    for base in (folder / archive.chain).glob("base-*"):
        if base.name != archive.base:
            shutil.rmtree(base)
    first = layout.segment_of(archive.timeline, archive.begin)
    for name, path in layout.segments(folder / archive.chain / WAL).items():
        if name < first:
            path.unlink()
