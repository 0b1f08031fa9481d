"""PostgreSQL's own programs, from the wheel of the embedded server; they serve older servers too."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.db import connection

from sira.config import supervisor
from sira.config.backing.manifest import Refused
from sira.config.supervisor import Child
from sira.plumbing.postgres_place import shipped

JOBS = 2
# What a server older than the programs does not know, and does not need.
HARMLESS = 'unrecognized configuration parameter "transaction_timeout"'


def dump(folder: Path, *, snapshot: str) -> None:
    """The database as the snapshot sees it, as a folder.  Raises Refused."""
    options = ["--format=directory", f"--jobs={JOBS}", "--compress=gzip:1", "--no-owner", "--no-acl"]
    said = _run("pg_dump", [*options, f"--snapshot={snapshot}", f"--file={folder}"])
    if said:
        raise Refused(f"The database could not be written: {said}")


def load(folder: Path) -> None:
    """Fill the empty database.  Raises Refused."""
    name = str(connection.settings_dict["NAME"])
    said = _run("pg_restore", [f"--jobs={JOBS}", "--no-owner", "--no-acl", f"--dbname={name}", str(folder)])
    if said:
        raise Refused(f"The database could not be read back: {said}")


def begin(program: str, arguments: list[str], log: Path, *, name: str) -> Child:
    """Start it beside this process, and no longer than this process lives. For the embedded server, without password.

    name: what the server knows it by.
    """
    call = [str(shipped() / "bin" / program), "--no-password", *arguments]
    env = _address() | {"PGAPPNAME": name}

    def run() -> None:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), sys.stderr.fileno())
        os.nice(5)  # the desk goes first
        os.execve(call[0], call, env)

    child = Child(program, run)
    supervisor.start(child)
    return child


def checked(program: str, arguments: list[str]) -> str:
    """Why a program that asks no database failed; empty if it did not."""
    call = [str(shipped() / "bin" / program), *arguments]
    done = subprocess.run(call, env={"LC_ALL": "C"}, capture_output=True, text=True)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]


def _address() -> dict[str, str]:
    settings = connection.settings_dict
    given = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"]}
    known = {name: str(value) for name, value in given.items() if value} | {"PGDATABASE": str(settings["NAME"])}
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **known}


def _run(program: str, arguments: list[str]) -> str:
    """Why it failed; empty if it did not."""
    settings = connection.settings_dict
    options = {f"PG{name.upper()}": str(value) for name, value in settings["OPTIONS"].items() if name.startswith("ssl")}
    with tempfile.TemporaryDirectory() as home:
        secret = Path(home) / "pass"
        secret.touch(mode=0o600)
        secret.write_text(f"*:*:*:*:{_escaped(str(settings['PASSWORD'] or ''))}\n")
        env = {**_address(), "PGPASSFILE": str(secret), **options}
        call = [str(shipped() / "bin" / program), *arguments]
        done = subprocess.run(call, env=env, capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if "error:" in line]
    wrong = [line for line in errors if HARMLESS not in line]
    if done.returncode == 0 or (errors and not wrong):
        return ""
    return (wrong or done.stderr.splitlines() or [f"exit code {done.returncode}"])[0]


def _escaped(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")
