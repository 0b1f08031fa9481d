"""A whole desk started as its people start it, as processes of its own on a data folder of its own."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from sira.plumbing import embedded, postgres_place, postgres_server, schema, testserver
from tests.platform.beside import Beside

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600  # to make the tables takes a machine that does much else its time
PROCESSES = 3  # two web processes and a worker


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(home, **more):
    """What a person's shell would have, and nothing of the test session's."""
    names = ("PATH", "HOME", "LANG", "PYTHONDONTWRITEBYTECODE")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    desk = {"SIRA_HOME": str(home), "SIRA_SMTP_PORT": "0", "SIRA_SECOND_FACTOR_FOR": "nobody"}
    return kept | desk | {"PYTHONPATH": str(ROOT)} | more


def migrated(home):
    """Give a new data folder the tables that this session's database has: making them takes longer than most tests.

    Call it with the session's database set up (django_db_setup); where that is not ours, the desk makes them itself.
    """
    if not testserver.kept().exists():
        return home
    home.mkdir(parents=True)
    beside_ours = Path(os.environ[testserver.ROOT], "desks", secrets.token_hex(6))
    beside_ours.parent.mkdir(exist_ok=True)
    if os.getuid() != 0:
        beside_ours.mkdir(mode=0o700)
    (home / "postgres").symlink_to(beside_ours)  # in memory, if there is enough
    place = postgres_place.under(home)
    testserver.copy(testserver.kept(), place.data)
    postgres_server.start(place, embedded.log_file(home), postgres_server.SETTINGS)
    with psycopg.connect(embedded.url(place, "postgres"), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {testserver.TEMPLATE} RENAME TO {embedded.NAME}")
    with psycopg.connect(embedded.url(place), autocommit=True) as server:
        server.execute(f"COMMENT ON TABLE django_migrations IS '{schema.digest()}'")
    postgres_server.stop(place)
    return home


class Desk:
    def __init__(self, home, *arguments, port=None, **more):
        self.home = Path(home)
        self.port = port or free_port()
        self.more, self.beside = more, None
        call = [sys.executable, "-m", "sira.config.cli", "up", *arguments]
        env = environment(home, SIRA_PORT=str(self.port), **more)
        self.process = subprocess.Popen(
            call, cwd="/", env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self.said = ""
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()

    def _listen(self):
        for line in self.process.stderr:
            self.said += line

    def ready(self):
        until = time.monotonic() + PATIENCE
        # The process that greets is a child too, for a moment.
        while not (self.answers("/readyz") and "Ctrl-C ends it" in self.said and len(self.children()) <= PROCESSES):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.05)
        return self

    def answers(self, path):
        try:
            return self.get(path).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def get(self, path, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        return urllib.request.urlopen(request, timeout=60)

    def end(self, how=signal.SIGINT):
        """Send the signal, wait for the end; returns the exit code."""
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self.listening.join(PATIENCE)
        if self.beside:
            self.beside.end()
            self.beside = None
        return code

    def django(self, code):
        """What the code prints, run beside the desk with its settings."""
        if self.beside is None:
            self.beside = Beside(environment(self.home, SIRA_PORT=str(self.port), **self.more))
        return self.beside.ask(code)

    def children(self):
        """Numbers of web and worker processes: forks, which carry the same command line."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout
        return [int(pid) for pid in found.split() if b"sira.config.cli" in command(int(pid))]

    def database(self):
        """The number of the database server of this data folder, running or not: None."""
        root = os.path.realpath(self.home / "postgres")
        try:
            pid = int(Path(root, "data", "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):  # a server that has only begun has not written it yet
            return None
        return pid if os.fsencode(root) in command(pid) else None


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def refusal(home, *arguments, **more):
    """What a start says that must not succeed: exit code and lines."""
    desk = Desk(home, *arguments, **more)
    code = desk.process.wait(PATIENCE)
    desk.listening.join(PATIENCE)
    return code, [line for line in desk.said.splitlines() if not re.match(r"(Data|Tables|Packs): ", line)]


def throw_away(home):
    link = Path(home) / "postgres"
    if link.is_symlink():
        subprocess.run(["rm", "-rf", os.readlink(link)], check=True)


def wait_until(what, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)
