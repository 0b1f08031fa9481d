"""Turns at what has no row yet that could be locked, each held until its transaction ends.

name: with a word before it that no other room uses.
"""

from sira.plumbing import prepared


def take(name: str) -> None:
    """Who comes second waits until the first has committed."""
    prepared.ask("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)) IS NULL", [name])


def take_if_free(name: str) -> bool:
    """Who comes second passes by: False."""
    found = prepared.one("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    return bool(found and found[0])
