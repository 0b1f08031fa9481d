"""What an address may name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Thing:
    """Something an address may name.  word: what must be read by nobody but `seen_by`; worked_by: who may act on it."""

    kind: str
    name: str
    seen_by: frozenset[str]
    worked_by: frozenset[str]
    word: str = ""
