"""What the tests of several rooms are given; each room's conftest takes of it what it needs."""

import pytest
from django.test import Client

from sira.plumbing.desk_files import desk_files
from sira.tickets.tests.cast import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Attachments of a test lie in its own folder."""
    settings.SIRA_FILES = tmp_path / "files"
    desk_files.cache_clear()
    yield
    desk_files.cache_clear()


@pytest.fixture
def sign_in():
    """A browser in which somebody has signed in."""

    def signed(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed


@pytest.fixture
def jonas(desk, sign_in) -> Client:
    return sign_in(desk.jonas)
