"""A database server that a test may stop: its own, beside the one that the other tests use."""

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections

from sira.plumbing import postgres_server, testserver

SETTINGS = testserver.SETTINGS | {"synchronous_commit": "on"}  # what was told to be kept outlives a stop


class OwnServer:
    def __init__(self, root: Path) -> None:
        self.place = testserver.place(root)
        self.log = root / "postgres.log"

    def begin(self) -> None:
        postgres_server.start(self.place, self.log, SETTINGS)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """At once: whoever talks to it is cut off. SIGQUIT does not even let it tidy up."""
        pid = postgres_server.server_pid(self.place)
        assert pid is not None
        os.kill(pid, how)
        while postgres_server.server_pid(self.place) is not None:
            postgres_server.reap(pid)
            time.sleep(0.02)

    @contextmanager
    def away(self, how: signal.Signals = signal.SIGINT):
        self.stop(how)
        try:
            yield
        finally:
            self.begin()


@pytest.fixture
def own_server(django_db_setup, django_db_blocker):
    if not testserver.kept().exists():
        pytest.skip("the database is not ours to stop")
    root = testserver.new_root()
    root.chmod(0o755)
    server = OwnServer(root)
    testserver.place_of.make_owned(server.place.root, server.place.account)
    testserver.copy(testserver.kept(), server.place.data)
    server.begin()
    settings = connection.settings_dict
    before = {name: settings[name] for name in ("HOST", "NAME")}
    with django_db_blocker.unblock():
        connection.close()
        settings.update(HOST=str(server.place.socket), NAME=testserver.TEMPLATE)
        try:
            yield server
        finally:
            connections.close_all()
            settings.update(before)
            testserver.remove(root)
