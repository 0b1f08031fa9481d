"""A pytest plug-in: a PostgreSQL of the test session's own, migrated once and cloned for every worker.

Loaded by `-p sira.plumbing.testserver`, because the address must be known before Django reads its settings. The server
starts when the first test asks for a database. SIRA_TEST_DATABASE_URL names a server to use instead (an account that
may create databases).
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from sira.plumbing import embedded, postgres_server, schema
from sira.plumbing import postgres_place as place_of
from sira.plumbing.postgres_place import Place

ROOT = "SIRA_TEST_ROOT"  # handed from the first process to the workers of xdist
TEMPLATE = "sira_template"
KEPT_SECONDS = 2 * 24 * 3600
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 2**30
SETTINGS = postgres_server.SETTINGS | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
    "max_wal_size": "256MB",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    if ROOT not in os.environ:
        sweep()
        prepare_environment(new_root())
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and ROOT in os.environ:
        remove(Path(os.environ.pop(ROOT)))


def new_root() -> Path:
    """A folder for what lasts no longer than this session, which another sweeps should this one be killed.

    In memory, if there is enough: a copy of a database is some thousand files, and takes ten times as long on a disk.
    """
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return Path(tempfile.mkdtemp(prefix=f"sira-test-{os.getpid()}-", dir=MEMORY if roomy else None))


def prepare_environment(root: Path) -> None:
    """Point Sira at the session's own folder and server; nothing of the person's own settings reaches the tests."""
    external = os.environ.get("SIRA_TEST_DATABASE_URL")
    for name in [name for name in os.environ if name.startswith("SIRA_") and not name.startswith("SIRA_TEST_")]:
        del os.environ[name]
    root.chmod(0o755)
    home = root / "home"
    home.mkdir()
    os.environ |= {
        ROOT: str(root),
        "SIRA_HOME": str(home),
        "SIRA_SECRET_KEY": "only-for-tests-" * 4,
        "DATABASE_URL": external or embedded.url(place(root)),
    }


def place(root: Path) -> Place:
    if os.getuid() == 0:
        return Place(place_of.reachable_programs(), root / "postgres", place_of.unprivileged())
    return Place(place_of.shipped(), root / "postgres", None)


@contextmanager
def one_at_a_time() -> Iterator[Path]:
    root = Path(os.environ[ROOT])
    with open(root / "lock", "a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield root


def have_server(root: Path) -> None:
    """Start the server unless another worker has, or somebody else's is used.

    Its data begins as a copy of what an earlier session has migrated, if the migrations are still the same.
    """
    if os.environ.get("SIRA_TEST_DATABASE_URL"):
        return
    where = place(root)
    place_of.make_owned(where.root, where.account)
    if not where.data.exists() and kept().exists():
        copy(kept(), where.data)
        (root / "migrated").touch()
    postgres_server.start(where, root / "postgres.log", SETTINGS)


def keep(root: Path) -> None:
    """Put the migrated data by for the next sessions; nobody else may be using the server yet."""
    if os.environ.get("SIRA_TEST_DATABASE_URL") or kept().exists():
        return
    where = place(root)
    postgres_server.stop(where)
    half = kept().with_name(f"{kept().name}.{os.getpid()}")
    copy(where.data, half)
    try:
        half.rename(kept())
    except OSError:  # another session was quicker
        shutil.rmtree(half)
    postgres_server.start(where, root / "postgres.log", SETTINGS)


@cache
def kept() -> Path:
    """By the migrations as they were when the session began: another may be written while it runs."""
    return Path(tempfile.gettempdir()) / f"sira-template-{os.getuid()}-{place_of.MAJOR}-{schema.digest()[:16]}"


def copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", str(source), str(target)], check=True)


def administration() -> "psycopg.Connection[Any]":
    return psycopg.connect(named("postgres"), autocommit=True)


def named(database: str) -> str:
    """The address of another database on the session's server."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


def recreate(name: str, template: str) -> None:
    with administration() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def sweep() -> None:
    """Remove what a killed test session has left. Another session may be sweeping or ending at the same moment."""
    for root in [*Path(tempfile.gettempdir()).glob("sira-test-*-*"), *MEMORY.glob("sira-test-*-*")]:
        number = root.name.split("-")[2]
        if number.isdecimal() and not Path(f"/proc/{number}").exists():
            with suppress(FileNotFoundError):
                if root.stat().st_uid == os.getuid():
                    remove(root)
    for template in Path(tempfile.gettempdir()).glob(f"sira-template-{os.getuid()}-*"):
        with suppress(FileNotFoundError):
            if time.time() - template.stat().st_atime > KEPT_SECONDS:
                shutil.rmtree(template, ignore_errors=True)


def remove(root: Path) -> None:
    where = Place(Path(), root / "postgres", None)
    postgres_server.stop(where)
    shutil.rmtree(root, ignore_errors=True)
