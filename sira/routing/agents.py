"""Which agent of a group gets the next ticket, and why."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared
from sira.plumbing.joining import joining
from sira.plumbing.prepared import Asked
from sira.routing import caps, dealing, debts, strategies
from sira.routing.dealing import Picked, Pool
from sira.routing.members import Candidates, asked_of, candidates, candidates_in, over_limit
from sira.routing.membership import OF_ALL, members_of
from sira.routing.work import Work, counts

Strategy = SupportGroup.Strategy


@dataclass(frozen=True)
class AgentChoice:
    """agent: None when the ticket stays in the group's queue. waits: until somebody can be given it.

    reasons: JSON facts for the trace that hold for the next ticket as well.  of_the_moment: those that do not.
    """

    agent: Person | None
    reasons: dict[str, Any]
    of_the_moment: dict[str, Any] = field(default_factory=dict)
    waits: bool = False


@joining
def choose_agent(group: SupportGroup, *, at: datetime, work: Work | None = None) -> AgentChoice:
    """An agent of the group by its strategy; nobody where work is taken from the queue or nobody may be given it.

    No statement where work is taken freely, else three, those that the group's own limits ask for, and one for its
    members where they are not remembered. The pool is held before anything else is looked at, so what its agents were
    dealt and are owed holds until the commit.
    """
    work = work or Work()
    if group.strategy == Strategy.FREE:
        return AgentChoice(None, {"strategy": group.strategy, "why": "taken_from_queue"})
    members = members_of(group)
    pool, (rows,) = dealing.held_before(group, asked_of(members, group, at))
    found = candidates_in(rows, members, group, work, at)
    if not found.able:
        return _nobody(group, found, "nobody_there")
    if full := caps.reached_by_group(group, pool.had, at):
        return _nobody(group, found, "group_full", period=full)
    lock = dealing.WAITING
    while found.able:
        picked = _pick(group, found, work, pool)
        limits, first, why = members.limits.get(picked.agent, 0), list[Asked](), ""
        if limits == OF_ALL and lock is dealing.WAITING:
            first = [(lock, [picked.agent])]  # compared once more by the statement that deals
        elif limits:
            why = _limit_reached(group, found, work, picked.agent, lock)
        agent = None if why else dealing.deal(group, picked, limits, at, *first)
        if agent:
            return AgentChoice(agent, _told(group, found) | {"why": picked.why}, picked.now)
        # Another group's worker gave them their last one just now. Waiting for a second row could go crosswise.
        found.leave_out({picked.agent: why or "just_dealt_to"})
        lock = dealing.PASSING
    return _nobody(group, found, "nobody_there")


def foresee(group: SupportGroup, *, at: datetime, work: Work | None = None) -> AgentChoice:
    """Whom choose_agent would give it to as things stand: nothing is locked, counted or written."""
    work = work or Work()
    if group.strategy == Strategy.FREE:
        return AgentChoice(None, {"strategy": group.strategy, "why": "taken_from_queue"})
    found = candidates(group, work, at)
    pool = dealing.as_it_is(group)
    if not found.able or caps.reached_by_group(group, pool.had, at):
        return _nobody(group, found, "nobody_there")
    picked = _pick(group, found, work, pool)
    agent = Person.objects.get(pk=picked.agent)
    return AgentChoice(agent, _told(group, found) | {"why": picked.why}, picked.now)


def _told(group: SupportGroup, found: Candidates) -> dict[str, Any]:
    """Keys as words in a row: a trace has to stay small among two hundred people."""
    left_out: dict[str, list[int]] = {}
    for key, why in found.left_out.items():
        left_out.setdefault(why, []).append(key)
    return {
        "strategy": group.strategy,
        "candidates": " ".join(map(str, found.able)),
        "left_out": {why: " ".join(map(str, sorted(keys))) for why, keys in sorted(left_out.items())},
    }


def _nobody(group: SupportGroup, found: Candidates, why: str, **more: Any) -> AgentChoice:
    return AgentChoice(None, _told(group, found) | {"why": why, **more}, waits=True)


def _pick(group: SupportGroup, found: Candidates, work: Work, pool: Pool) -> Picked:
    able = found.able
    now: dict[str, Any] = {"last": pool.last}
    known = counts().knew(work.requester, able) if group.prefers_known and work.requester else None
    if group.strategy == Strategy.SHARES:
        return _by_share(found, pool, known)
    if known is not None:
        return Picked(known, "knew_them", pool.last, now)
    if group.strategy == Strategy.ROUND_ROBIN:
        chosen = strategies.next_in_turn(able, pool.last)
        return Picked(chosen, "next_in_turn", chosen, now)
    loads = counts().load(able, group.weights)
    now["loads"] = " ".join(f"{loads.get(one, 0):g}" for one in able)
    if group.strategy == Strategy.SKILL and found.levels:
        now["levels"] = " ".join(f"{found.levels.get(one, 0):g}" for one in able)
        chosen = strategies.most_skilled(able, found.levels, loads, pool.last)
        return Picked(chosen, "best_skill", chosen, now)
    chosen = strategies.least_loaded(able, loads, pool.last)
    return Picked(chosen, "least_load", chosen, now)


def _by_share(found: Candidates, pool: Pool, known: int | None) -> Picked:
    """Somebody who knew the person gets it before their share says so, and it counts against their share."""
    shares, able = found.members.planned, found.able
    kept = replace(found.debts, turns=pool.turns)
    accrued = debts.accrued(found.here, shares, kept)
    chosen = strategies.most_owed(able, shares, accrued.owed) if known is None else known
    now = {"owed": " ".join(["%.2f"] * len(able)) % tuple([accrued.owed[one] for one in able])}
    why = "share" if known is None else "knew_them"
    return Picked(chosen, why, chosen, now, debts.paid(accrued, kept, chosen), accrued.turns)


def _limit_reached(group: SupportGroup, found: Candidates, work: Work, agent: int, lock: str) -> str:
    """Why they may not have it after all: looked at once more with their row locked."""
    if prepared.one(lock, [agent]) is None:
        return "just_dealt_to"
    return over_limit([agent], found, group, work).get(agent, "")
