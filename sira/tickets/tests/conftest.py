from sira.plumbing.tests.clamd import scanner, store
from sira.tickets.tests.fixtures import desk

__all__ = ["desk", "scanner", "store"]
