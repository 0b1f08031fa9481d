"""Whose turn it is. Pure: from candidates and what is known of them to one of them."""

from collections.abc import Mapping, Sequence


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
