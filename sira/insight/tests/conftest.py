from sira.tickets.tests.fixtures import desk

__all__ = ["desk"]
