"""Whose turn it is. Pure: from candidates and what is known of them to one of them."""

from collections.abc import Mapping, Sequence

_NEARLY = 1e-6


def next_in_turn(candidates: Sequence[int], last: int | None) -> int:
    """The first candidate after the last one dealt to, in the order of their ids, and round again.

    Somebody who was absent neither gets what they missed nor loses their place.
    """
    ring = sorted(candidates)
    return next((one for one in ring if last is not None and one > last), ring[0])


def least_loaded(candidates: Sequence[int], loads: Mapping[int, float], last: int | None) -> int:
    """The candidate with the smallest load; of equals the one whose turn it is."""
    smallest = min(loads.get(one, 0) for one in candidates)
    return next_in_turn([one for one in candidates if loads.get(one, 0) == smallest], last)


def most_skilled(
    candidates: Sequence[int], levels: Mapping[int, float], loads: Mapping[int, float], last: int | None
) -> int:
    """The candidate who knows most of it; of equals the least loaded, then the one whose turn it is."""
    best = max(levels.get(one, 0) for one in candidates)
    return least_loaded([one for one in candidates if levels.get(one, 0) == best], loads, last)


def most_owed(candidates: Sequence[int], shares: Mapping[int, float], owed: Mapping[int, float]) -> int:
    """The candidate whose share would fall behind first, among those who are owed enough.

    Tijdeman's rule (the chairman assignment problem, 1980): what anybody is owed stays within one ticket, so that over
    200 tickets whole percentages come out right to one.
    """
    enough = 1 / (2 * len(candidates) - 2) if len(candidates) > 1 else 0.0
    least = enough - _NEARLY
    ready = [one for one in candidates if owed[one] >= least] or candidates
    falls_behind = [(1 - enough - owed[one]) / shares[one] for one in ready]
    soonest = min(falls_behind) + _NEARLY
    return min(one for one, when in zip(ready, falls_behind, strict=True) if when <= soonest)
