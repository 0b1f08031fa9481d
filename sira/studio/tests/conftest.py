import pytest

from sira.tickets.tests.fixtures import desk, own_files

__all__ = ["ada", "desk", "own_files"]


@pytest.fixture
def ada(desk, client):
    """The administrator, signed in."""
    client.force_login(desk.ada)
    return client
