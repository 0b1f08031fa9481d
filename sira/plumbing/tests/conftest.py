from sira.plumbing.tests.clamd import scanner, store

__all__ = ["scanner", "store"]
