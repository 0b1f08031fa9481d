"""Which agent of a group gets the next ticket, and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction

from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared
from sira.routing import caps, strategies
from sira.routing.members import ACROSS_GROUPS, Candidates, candidates_for, over_limit
from sira.routing.models import Pool
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


@transaction.atomic(savepoint=False)
def choose_agent(group: SupportGroup, *, at: datetime, work: Work | None = None) -> AgentChoice:
    """An agent of the group by its strategy; nobody where work is taken from the queue or nobody may be given it.

    No statement where work is taken freely, else four, and those that the group's own limits ask for.
    """
    work = work or Work()
    if group.strategy == Strategy.FREE:
        return AgentChoice(None, {"strategy": group.strategy, "why": "taken_from_queue"})
    found = candidates_for(group, work, at)
    if not found.able:
        return _nobody(group, found, "nobody_there")
    pool = _locked(group)
    if full := caps.reached_by_group(group, at):
        return _nobody(group, found, "group_full", period=full)
    lock = _WAITING
    while found.able:
        picked = _pick(group, found, work, pool)
        if why := _limit_reached(group, found, work, picked.agent, at, lock):
            # Another group's worker gave them their last one just now. Waiting for a second row could go crosswise.
            found.left_out[picked.agent], lock = why, _PASSING
            continue
        agent = _deal(group, picked, at)
        return AgentChoice(agent, _told(group, found) | {"why": picked.why}, picked.now)
    return _nobody(group, found, "nobody_there")


def foresee(group: SupportGroup, *, at: datetime, work: Work | None = None) -> AgentChoice:
    """Whom choose_agent would give it to as things stand: nothing is locked, counted or written."""
    work = work or Work()
    if group.strategy == Strategy.FREE:
        return AgentChoice(None, {"strategy": group.strategy, "why": "taken_from_queue"})
    found = candidates_for(group, work, at)
    while found.able and not caps.reached_by_group(group, at):
        pool = Pool.objects.filter(group=group).values_list("last_agent", "debts").first() or (None, {})
        picked = _pick(group, found, work, _Pool(pool[0], {int(key): owe for key, owe in pool[1].items()}))
        if found.limits.get(picked.agent, 0) and (
            why := over_limit([picked.agent], found, group, work, at).get(picked.agent, "")
        ):
            found.left_out[picked.agent] = why
            continue
        agent = Person.objects.get(pk=picked.agent)
        return AgentChoice(agent, _told(group, found) | {"why": picked.why}, picked.now)
    return _nobody(group, found, "nobody_there")


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


@dataclass(frozen=True)
class _Pool:
    last: int | None
    debts: Mapping[int, float]


@dataclass(frozen=True)
class _Picked:
    """last: whose turn it then was.  debts: None where no shares are kept.  now: for the trace of this ticket."""

    agent: int
    why: str
    last: int | None
    now: dict[str, Any]
    debts: Mapping[int, float] | None = None


_LOCK = """
    INSERT INTO routing_pool AS pool (group_id, dealt, debts) VALUES (%s, 0, '{}')
    ON CONFLICT (group_id) DO UPDATE SET dealt = pool.dealt RETURNING last_agent_id, debts
"""


def _locked(group: SupportGroup) -> _Pool:
    """The pool, held from here to the end of the transaction."""
    ((last, debts),) = prepared.ask(_LOCK, [group.pk])
    return _Pool(last, {int(key): owe for key, owe in caps.from_json(debts).items()})


def _pick(group: SupportGroup, found: Candidates, work: Work, pool: _Pool) -> _Picked:
    able = found.able
    now: dict[str, Any] = {"last": pool.last}
    known = counts().knew(work.requester, able) if group.prefers_known and work.requester else None
    if group.strategy == Strategy.SHARES:
        return _by_share(found, pool, known)
    if known is not None:
        return _Picked(known, "knew_them", pool.last, now)
    if group.strategy == Strategy.ROUND_ROBIN:
        chosen = strategies.next_in_turn(able, pool.last)
        return _Picked(chosen, "next_in_turn", chosen, now)
    loads = counts().load(able, group.weights)
    now["loads"] = " ".join(f"{loads.get(one, 0):g}" for one in able)
    if group.strategy == Strategy.SKILL and found.levels:
        now["levels"] = " ".join(f"{found.levels.get(one, 0):g}" for one in able)
        chosen = strategies.most_skilled(able, found.levels, loads, pool.last)
        return _Picked(chosen, "best_skill", chosen, now)
    chosen = strategies.least_loaded(able, loads, pool.last)
    return _Picked(chosen, "least_load", chosen, now)


def _by_share(found: Candidates, pool: _Pool, known: int | None) -> _Picked:
    """Somebody who knew the person gets it before their share says so, and it counts against their share."""
    shares, able = found.planned, found.able
    owed = strategies.accrued(found.here, shares, pool.debts)
    chosen = strategies.most_owed(able, shares, owed) if known is None else known
    now = {"owed": " ".join(f"{owed[one]:.2f}" for one in able)}
    why = "share" if known is None else "knew_them"
    return _Picked(chosen, why, chosen, now, strategies.paid(owed, chosen))


_WAITING = "SELECT 1 FROM workforce_worker WHERE person_id = %s FOR UPDATE"
_PASSING = f"{_WAITING} SKIP LOCKED"


def _limit_reached(group: SupportGroup, found: Candidates, work: Work, agent: int, at: datetime, lock: str) -> str:
    """Why they may not have it after all: looked at once more with their row locked, where they have limits."""
    limits = found.limits.get(agent, 0)
    if limits & ACROSS_GROUPS and prepared.one(lock, [agent]) is None:
        return "just_dealt_to"
    return over_limit([agent], found, group, work, at).get(agent, "") if limits else ""


# Columns of plain values: from_db converts nothing.
_COLUMNS = [field.attname for field in Person._meta.concrete_fields]
_DEAL = f"""
    WITH pool AS (
        UPDATE routing_pool SET last_agent_id = %(last)s, dealt = dealt + 1,
               debts = coalesce(%(debts)s::jsonb, debts) WHERE group_id = %(group)s
    ), counted AS (
        INSERT INTO routing_dealt AS dealt (person_id, group_id, period, starts, n)
        VALUES (%(agent)s::bigint, %(group)s::bigint, 'd', %(d)s::date, 1),
               (%(agent)s, %(group)s, 'w', %(w)s, 1), (%(agent)s, %(group)s, 'm', %(m)s, 1)
            ON CONFLICT (person_id, period, starts, group_id) DO UPDATE SET n = dealt.n + 1
    )
    SELECT {", ".join(_COLUMNS)} FROM people_person WHERE id = %(agent)s
"""


def _deal(group: SupportGroup, picked: _Picked, at: datetime) -> Person:
    """Note whose turn it was and count it, and fetch them with the same statement."""
    starts = caps.periods(at)
    debts = None if picked.debts is None else json.dumps(picked.debts)
    values = {"group": group.pk, "agent": picked.agent, "last": picked.last, "debts": debts}
    ((*person,),) = prepared.ask(_DEAL, {**values, **starts})
    return Person.from_db(DEFAULT_DB_ALIAS, _COLUMNS, person)
