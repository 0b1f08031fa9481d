"""Brings a desk back from the archive that it kept, up to the last change that had reached it."""

import os
import shutil
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from sira.config import desk, migrating
from sira.config.backing import bringing, layout, making
from sira.config.backing.layout import Archive
from sira.config.backing.manifest import Refused
from sira.plumbing import embedded, postgres_place, postgres_server, schema, sweeping
from sira.plumbing.desk_files import desk_files
from sira.plumbing.postgres_place import Place

# The log lies in the data folder already; to be told where more is would be to ask for what is not there.
RECOVERING = {"restore_command": "false", "hot_standby": "off"}
SIGNAL = "recovery.signal"
PATIENCE = 3600  # seconds; a day of the log may have to be read


@dataclass(frozen=True)
class Recovered:
    """until: the last change that is back.  known: up to when all had reached the archive, by its own word."""

    until: datetime | None
    known: datetime
    key: str


def main(folder: Path) -> int:
    found = bring_back(folder)
    with desk.with_database():
        if migrating.mark() != schema.digest():
            print("The tables are not those of this version: it was being upgraded. Run sira migrate.")
        tickets, lost = _counted()
    last = f" The last change is of {found.until:%Y-%m-%d %H:%M:%S} UTC." if found.until else ""
    print(f"{tickets} tickets are back: all that was kept up to {found.known:%Y-%m-%d %H:%M:%S} UTC.{last}")
    print("What was written after that had not reached the archive and is lost.")
    bringing.tell_of_another_key(found.key)
    making.tell_amiss([f"file {digest.hex()} had not reached the archive." for digest in lost])
    return int(bool(lost))


def bring_back(folder: Path) -> Recovered:
    """Nothing is changed before all of the archive was read and found whole.  Raises Refused, CannotStart."""
    archive, reached = layout.read(folder)
    home = settings.SIRA_HOME
    home.mkdir(parents=True, exist_ok=True)
    place = postgres_place.under(home)
    if place.data.exists() and not is_half(place):
        raise Refused(f"{home} has a database already. Set SIRA_HOME to a new folder.")
    layout.check(folder, archive, reached)
    bringing.bring_files(folder)
    with embedded.alone(place):
        if is_half(place):
            postgres_server.stop(place)
            shutil.rmtree(place.data)
        _lay(folder, archive, place)
        until = _recover(place)
    return Recovered(until, datetime.fromisoformat(reached.at), archive.key)


def is_half(place: Place) -> bool:
    """Whether a recovery that failed has left it: PostgreSQL takes the mark away once it has read all of the log."""
    return (place.data / SIGNAL).exists()


def _lay(folder: Path, archive: Archive, place: Place) -> None:
    """Base and log as PostgreSQL wants them, under another name until all is there."""
    half = place.root / "data.new"
    shutil.rmtree(half, ignore_errors=True)
    try:
        half.mkdir(mode=0o700)
        _unpack(folder / archive.tar, half)
        first = layout.segment_of(archive.timeline, archive.begin)
        for name, path in layout.segments(folder / archive.wal).items():
            if name >= first:
                shutil.copyfile(path, half / "pg_wal" / name)
        (half / SIGNAL).touch()
        _own(half, place)
        half.rename(place.data)
    except (OSError, tarfile.TarError) as error:
        raise Refused(f"The database could not be laid down in {place.root} ({error}).") from None


def _unpack(tar: Path, to: Path) -> None:
    with tarfile.open(tar) as members:
        for member in members:
            if not (member.isfile() or member.isdir()) or not (to / member.name).resolve().is_relative_to(to.resolve()):
                raise Refused(f"{tar} has {member.name} in it, which belongs to no base.")
            members.extract(member, to, set_attrs=False)


def _own(data: Path, place: Place) -> None:
    for folder, _folders, files in os.walk(data):
        for path in [folder, *(os.path.join(folder, name) for name in files)]:
            if place.account:
                os.chown(path, place.account.uid, place.account.gid)
            os.chmod(path, 0o700 if path == folder else 0o600)


def _recover(place: Place) -> datetime | None:
    """Have the log applied; the instant of the last change in it."""
    log = embedded.log_file(settings.SIRA_HOME)
    postgres_server.start(place, log, postgres_server.SETTINGS | RECOVERING, patience=PATIENCE)
    try:
        with psycopg.connect(embedded.url(place)) as server:
            row = server.execute("SELECT pg_last_xact_replay_timestamp()").fetchone()
            return row[0] if row else None
    finally:
        postgres_server.stop(place)


def _counted() -> tuple[int, list[bytes]]:
    """How many tickets there are, and the files that rows name and that are not there."""
    store = desk_files()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_ticket")
        tickets = cursor.fetchone()[0]
    named = sweeping.all_named()
    return tickets, [d for d in named if not (store.path(d).exists() or store.path(d, packed=True).exists())]
