import pytest

from sira.api.tests.test_webhooks import receiver
from sira.plumbing.desk_files import desk_files
from sira.tickets.tests.cast import Desk
from tests.faults.own_server import own_server

__all__ = ["own_server", "receiver"]


@pytest.fixture
def own_desk(own_server, tmp_path, monkeypatch) -> Desk:
    """A desk on a server that the test may stop."""
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    return Desk()
