"""Turns at what has no row yet that could be locked: who comes second waits until the first has committed."""

from sira.plumbing import prepared


def take(name: str) -> None:
    """Hold the turn of this name until the transaction ends.  name: with a word before it that no other room uses."""
    prepared.ask("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)) IS NULL", [name])
