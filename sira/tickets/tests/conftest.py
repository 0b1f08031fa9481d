import pytest

from sira.plumbing.tests.clamd import scanner, store
from sira.tickets.tests.cast import Desk

__all__ = ["desk", "scanner", "store"]


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()
