"""What routing knows of a ticket, and what only a higher room can count: open work, and who knew the person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Work:
    """What a ticket asks of the agent who gets it.

    skills: least level by key.  requester: who asked.  silent: who had it already and did not react.
    """

    channel: str = ""
    language: str = ""
    requester: int | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    silent: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "channel": self.channel,
            "language": self.language,
            "requester": self.requester,
            "skills": dict(self.skills),
            "silent": list(self.silent),
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Work":
        return cls(**{**kept, "silent": tuple(kept.get("silent", ()))})


@dataclass(frozen=True)
class Weighable:
    """of: priority, type or channel.  key: as the weights of a group name it."""

    of: str
    key: str
    words: str


@dataclass(frozen=True)
class Counts:
    """What the room of tickets counts for routing; who is missing from an answer has none.

    load: open work of these people, in the weights of the group ({"priority": {"1": 3}, ...}).
    on_channel: their open tickets of a channel.  knew: who of them worked for that person last.
    weighable: what may weigh more or less than another ticket.
    value: tickets of a group opened between two instants that they have or had last, in the weights of the group.
    """

    load: Callable[[Sequence[int], Mapping[str, Any]], Mapping[int, float]]
    on_channel: Callable[[Sequence[int], str], Mapping[int, int]]
    knew: Callable[[int, Sequence[int]], int | None]
    weighable: Callable[[], Sequence[Weighable]]
    value: Callable[[Sequence[int], int, tuple[datetime, datetime], Mapping[str, Any]], Mapping[int, float]] = (
        lambda people, group, span, weights: {}
    )


NOTHING = Counts(lambda people, weights: {}, lambda people, channel: {}, lambda requester, people: None, list)
_counts = [NOTHING]


def count_by(counts: Counts) -> None:
    """The higher room says how it counts."""
    _counts[0] = counts


def counts() -> Counts:
    return _counts[0]


def skills_asked(result: Any) -> dict[str, int]:
    """What the routing table asks for: its outputs `skill` (a key or a list of keys) and `level`."""
    asked = result.get("skill") if isinstance(result, dict) else None
    keys = [asked] if isinstance(asked, str) else asked if isinstance(asked, list) else []
    level = result.get("level") if isinstance(result, dict) else None
    return {str(key): int(level or 1) for key in keys if key}
