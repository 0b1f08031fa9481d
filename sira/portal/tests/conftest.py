from sira.tickets.tests.fixtures import desk, own_files

__all__ = ["desk", "own_files"]
