import pytest

from sira.plumbing.desk_files import desk_files
from sira.tickets.tests.cast import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.SIRA_FILES = tmp_path / "files"
    desk_files.cache_clear()
    yield
    desk_files.cache_clear()


@pytest.fixture
def ada(desk, client):
    """The administrator, signed in."""
    client.force_login(desk.ada)
    return client
