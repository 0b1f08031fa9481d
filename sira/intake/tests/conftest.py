import pytest

from sira.tickets.tests.cast import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()
