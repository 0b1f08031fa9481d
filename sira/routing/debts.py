"""What shares owe: pure arithmetic over what is kept of each agent of a group.

The pool counts turns: each ticket adds one, divided by the shares of those there. Whoever was there from one count to
the next is owed their share of the difference, so a ticket changes the rows of who came, who went and who got it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MOST_OWED = 3.0  # tickets: what is owed beyond is forgotten, so that nobody is flooded by it


@dataclass(frozen=True)
class Debts:
    """turns: what the pool has counted.  owed, since: what each was owed when it had counted so many.

    Whoever is not in `since` was not there with the last ticket: no more has come to what they are owed.
    """

    turns: float = 0.0
    owed: Mapping[int, float] = field(default_factory=dict)
    since: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Accrued:
    """owed: to everybody with a share, as one more ticket is dealt.  turns: with it.  here: who is there for it."""

    owed: Mapping[int, float]
    turns: float
    here: frozenset[int]


def accrued(present: Iterable[int], shares: Mapping[int, float], debts: Debts) -> Accrued:
    """One more ticket is split among those present by their shares.

    Who is not present is owed no more and no less than before.
    """
    here = frozenset(one for one in present if shares.get(one))
    turns, was, since = debts.turns, debts.owed.get, debts.since.get
    after = turns + 1 / sum(map(shares.__getitem__, here))
    owed = {
        one: was(one, 0.0) + share * ((after if one in here else turns) - since(one, turns))
        for one, share in shares.items()
    }
    if max(owed.values()) > MOST_OWED:
        owed = {one: min(MOST_OWED, owe) for one, owe in owed.items()}
    return Accrued(owed, after, here)


def paid(found: Accrued, debts: Debts, chosen: int) -> dict[int, tuple[float, float | None]]:
    """What is to be kept anew after the ticket went to the one chosen: of them, of who came and of who went.

    Who has no share any more is owed nothing.
    """
    came, went = found.here - debts.since.keys(), debts.since.keys() - found.here
    kept: dict[int, tuple[float, float | None]] = {one: (found.owed[one], found.turns) for one in came}
    kept |= {one: (found.owed.get(one, 0.0), None) for one in went}
    kept |= {one: (0.0, None) for one in debts.owed.keys() - found.owed.keys() if debts.owed[one]}
    kept[chosen] = max(-MOST_OWED, found.owed[chosen] - 1), found.turns
    return kept
