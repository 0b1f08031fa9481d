"""Whose turn it is. Pure: from candidates and what is known of them to one of them."""

from collections.abc import Iterable, Mapping, Sequence

MOST_OWED = 3.0  # tickets: what is owed beyond is forgotten, so that nobody is flooded by it
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


def accrued(present: Iterable[int], shares: Mapping[int, float], debts: Mapping[int, float]) -> dict[int, float]:
    """What each is owed as one more ticket is dealt among those present: it is split by their shares.

    Who is not present is owed no more and no less than before.
    """
    here = [one for one in present if shares.get(one)]
    total = sum(shares[one] for one in here)
    owed = {one: debts.get(one, 0.0) for one in shares}
    for one in here:
        owed[one] = min(MOST_OWED, owed[one] + shares[one] / total)
    return owed


def most_owed(candidates: Sequence[int], shares: Mapping[int, float], owed: Mapping[int, float]) -> int:
    """The candidate whose share would fall behind first, among those who are owed enough.

    Tijdeman's rule (the chairman assignment problem, 1980): what anybody is owed stays within one ticket, so that over
    200 tickets whole percentages come out right to one.
    """
    enough = 1 / (2 * len(candidates) - 2) if len(candidates) > 1 else 0.0
    ready = [one for one in candidates if owed[one] >= enough - _NEARLY] or candidates
    falls_behind = [((1 - enough - owed[one]) / shares[one], one) for one in ready]
    soonest = min(falls_behind)[0] + _NEARLY
    return min(one for when, one in falls_behind if when <= soonest)


def paid(owed: Mapping[int, float], chosen: int) -> dict[int, float]:
    """What each is owed after the ticket went to the one chosen; nothing is kept of who is owed nothing."""
    after = {one: round(owe - (one == chosen), 6) for one, owe in owed.items()}
    return {one: max(-MOST_OWED, owe) for one, owe in after.items() if abs(owe) > _NEARLY}
