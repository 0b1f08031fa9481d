import json
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.mail.servers import Servers
from tests.platform.desk import PATIENCE, Desk, migrated, throw_away


@pytest.fixture(scope="session")
def servers():
    """Postfix and Dovecot for the session, in a folder that their accounts may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="sira-mail-"))
    try:
        servers = Servers(folder)
        yield servers
        servers.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class MailDesk(Desk):
    """A desk that sends through the session's Postfix and is reached by it."""

    def __init__(self, home, servers, **more):
        environment = {
            "SIRA_MAIL_HOST": "127.0.0.1",
            "SIRA_MAIL_PORT": str(servers.port),
            "SIRA_MAIL_TLS": "none",
            "SIRA_MAIL_FROM": "help@desk.test",
            "SIRA_LMTP_SOCKET": str(servers.lmtp),
        } | more
        super().__init__(home, "--empty", **environment)
        self.ready()
        wait_until(servers.lmtp.exists, "the listener", self)

    def inside(self, what):
        return json.loads(
            self.django(f"import json; from tests.mail import inside; print(json.dumps(inside.{what}()))")
        )

    def told(self, until, seconds=PATIENCE):
        """What stands in the tables, once it is as awaited."""
        end = time.monotonic() + seconds
        while True:
            told = self.inside("told")
            if until(told):
                return told
            assert time.monotonic() < end, json.dumps(told, indent=1) + self.said
            time.sleep(0.1)


def wait_until(what, name, desk, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"no {name}: {desk.said}"
        time.sleep(0.05)


@contextmanager
def running(servers, tmp_path_factory, **more):
    home = migrated(tmp_path_factory.mktemp("desk") / "var")
    desk = MailDesk(home, servers, **more)
    try:
        desk.inside("people")
        yield desk
    finally:
        desk.end(signal.SIGTERM)
        throw_away(home)


@pytest.fixture(scope="module")
def desk(servers, tmp_path_factory, django_db_setup):
    with running(servers, tmp_path_factory) as desk:
        yield desk


@pytest.fixture(scope="module")
def silent_desk(servers, tmp_path_factory, django_db_setup):
    """One that sends nothing."""
    with running(servers, tmp_path_factory, SIRA_MAIL_HOST="") as desk:
        yield desk
