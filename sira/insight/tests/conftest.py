import pytest

from sira.tickets.tests.cast import Desk


@pytest.fixture
def desk(db) -> Desk:
    return Desk()
