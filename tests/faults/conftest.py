import pytest

from sira.plumbing.desk_files import desk_files
from sira.tickets.tests.cast import Desk
from tests.faults.own_server import own_server

__all__ = ["own_server"]


@pytest.fixture
def own_desk(own_server, tmp_path, monkeypatch) -> Desk:
    """A desk on a server that the test may stop."""
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    return Desk()
