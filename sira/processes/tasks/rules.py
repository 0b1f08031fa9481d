"""How votes add up. Pure: no database, no clock, no person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

OPEN, YES, NO = "open", "yes", "no"
APPROVED, REJECTED, UNDECIDED = "approved", "rejected", ""
VOTES, VETO = "votes", "veto"
ALL = "all"
NUMBER = re.compile(r"(?P<needed>\d{1,3})(\s+of\s+(?P<of>\d{1,3}))?\Z")


class NotARule(ValueError):
    """The text is none of the rules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """needed: all, majority, or a number of yes.  of: how many must be asked at least."""

    needed: str | int
    of: int = 0

    def yes_of(self, asked: int) -> int:
        """How many must say yes when so many are asked."""
        if self.needed == ALL:
            return asked
        return asked // 2 + 1 if self.needed == "majority" else int(self.needed)

    def asks_at_least(self) -> int:
        return max(self.of, self.needed if isinstance(self.needed, int) else 1)


@dataclass(frozen=True, slots=True)
class Vote:
    """said: open, yes or no.  vetoes: this one's no is enough, and nothing is approved before they have spoken."""

    said: str
    vetoes: bool = False


def read(text: str) -> Rule:
    """all, one, majority, "2" or "2 of 3".  Raises NotARule."""
    text = " ".join(text.split()).lower()
    if text in ("", ALL, "majority"):
        return Rule(text or ALL)
    if text == "one":
        return Rule(1)
    found = NUMBER.match(text)
    if not found or not int(found["needed"]) or (found["of"] and int(found["of"]) < int(found["needed"])):
        raise NotARule(text)
    return Rule(int(found["needed"]), int(found["of"] or 0))


def of_steps(text: str) -> list[Rule]:
    """A rule for each step, separated by commas.  Raises NotARule."""
    return [read(part) for part in text.split(",")]


def outcome(votes: Sequence[Vote], rule: Rule, *, all_veto: bool = False) -> tuple[str, str]:
    """(approved, rejected or undecided; votes or veto). Decided as soon as the open votes cannot change it."""
    yes = sum(vote.said == YES for vote in votes)
    open_ones = sum(vote.said == OPEN for vote in votes)
    needed = rule.yes_of(len(votes))
    if any(vote.said == NO and (all_veto or vote.vetoes) for vote in votes):
        return REJECTED, VETO
    if yes + open_ones < needed or not votes:
        return REJECTED, VOTES
    if yes >= needed and not any(vote.vetoes and vote.said == OPEN for vote in votes):
        return APPROVED, VOTES
    return UNDECIDED, ""
