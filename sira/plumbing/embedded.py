"""The embedded PostgreSQL: started for the data folder, shared by everything that runs on it, stopped by the last one.

Only Unix sockets in a folder of mode 0700, no TCP. A server left behind by a killed Sira is found and used again.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from sira.plumbing import postgres_place as place_of
from sira.plumbing.postgres_place import Place
from sira.plumbing.postgres_server import OWNER, SETTINGS, server_pid, start, stop
from sira.plumbing.trouble import from_os, ready_folder

NAME = "sira"


def database_url(home: Path) -> str:
    """The address of the embedded database of this data folder. Starts nothing, and does not look whether it runs."""
    return url(Place(Path(), place_of.root_of(home), None))


def url(place: Place, name: str = NAME) -> str:
    return f"postgresql://{OWNER}@/{name}?host={quote(str(place.socket), safe='')}"


def is_embedded(address: str) -> bool:
    """Whether it is the address of such a server: no password, no host, a socket folder."""
    return address.startswith(f"postgresql://{OWNER}@/") and "?host=%2F" in address


@contextmanager
def running(home: Path) -> Iterator[str]:
    """Have the database run while the block runs; gives its address.

    Every user of one data folder holds a shared lock; whoever starts or stops the server holds `start.lock` meanwhile,
    and the last user to leave stops it. So a command beside a running desk neither starts a second server nor stops
    the desk's. Raises CannotStart.
    """
    ready_folder(home)
    try:
        place = place_of.under(home)
        users = open(place.root / "users.lock", "a")
    except OSError as error:
        raise from_os(error, home) from None
    try:
        join(place, users, home)
        yield url(place)
    finally:
        with alone(place), users:
            if is_last(users):
                stop(place)


def join(place: Place, users: IO[str], home: Path) -> None:
    """Become a user of the server, and start it if it does not run."""
    try:
        with alone(place):
            fcntl.flock(users, fcntl.LOCK_SH)
            start(place, log_file(home), SETTINGS)
            make_database(place)
    except OSError as error:
        raise from_os(error, home) from None


@contextmanager
def alone(place: Place) -> Iterator[None]:
    with open(place.root / "start.lock", "a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def revive(home: Path) -> bool:
    """Start the server again if it has died while in use. Returns whether it had."""
    place = place_of.under(home)
    if server_pid(place) is not None:
        return False
    with alone(place):
        start(place, log_file(home), SETTINGS)
    return True


def is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def log_file(home: Path) -> Path:
    """The server's log; the old one is put aside when it has grown, as the server's account cannot do it here."""
    folder = home / "log"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "postgres.log"
    if log.exists() and log.stat().st_size > 10 * 2**20:
        log.replace(folder / "postgres.log.1")
    return log


def make_database(place: Place) -> None:
    with psycopg.connect(url(place, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{NAME}"')
