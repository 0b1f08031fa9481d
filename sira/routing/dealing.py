"""A group's pool as it is held, and the statement that deals: whose turn it was, what is counted, what is owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared, rows
from sira.plumbing.prepared import Asked, Row
from sira.routing import caps
from sira.routing.caps import NOTHING, Had
from sira.routing.membership import OF_ALL


@dataclass(frozen=True)
class Pool:
    """had: what the group was dealt."""

    last: int | None = None
    turns: float = 0.0
    had: Had = NOTHING


@dataclass(frozen=True)
class Picked:
    """last: whose turn it then was.  debts, turns: what shares keep anew.  now: for the trace of this ticket."""

    agent: int
    why: str
    last: int | None
    now: dict[str, Any]
    debts: Mapping[int, tuple[float, float | None]] = field(default_factory=dict)
    turns: float | None = None


_AS_IT_IS = "SELECT last_agent_id, turns, day, d, w, m FROM routing_pool WHERE group_id = %s"
_LOCK = f"{_AS_IT_IS} FOR NO KEY UPDATE"
_NEW = "INSERT INTO routing_pool (group_id, dealt, turns, d, w, m) VALUES (%s, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING"


def held(group: SupportGroup) -> Pool:
    """The pool, held from here to the end of the transaction."""
    return held_before(group)[0]


def held_before(group: SupportGroup, *asked: Asked) -> tuple[Pool, list[list[Row]]]:
    """The pool, held, and what these statements find once it is: they travel along."""
    lock = (_LOCK, [group.pk])
    found, *answers = prepared.ask_each(lock, *asked)
    if not found:
        prepared.ask(_NEW, [group.pk])
        found, *answers = prepared.ask_each(lock, *asked)
    return _pool(found[0]), answers


def as_it_is(group: SupportGroup) -> Pool:
    found = prepared.one(_AS_IT_IS, [group.pk])
    return _pool(found) if found else Pool()


def _pool(row: Sequence[Any]) -> Pool:
    last, turns, *had = row
    return Pool(last, turns, Had(*had))


# The row of somebody whose limits hold in all groups: the first one is waited for, the others are passed by.
WAITING = "SELECT 1 FROM workforce_worker WHERE person_id = %s FOR NO KEY UPDATE"
PASSING = f"{WAITING} SKIP LOCKED"
_COUNT = f"""
    pool AS (
        UPDATE routing_pool AS pool SET last_agent_id = %(last)s, dealt = dealt + 1,
               turns = coalesce(%(turns)s::float8, turns), {caps.counting("pool", "1")}
         WHERE group_id = %(group)s AND EXISTS (SELECT FROM allowed)
    ), counted AS (
        INSERT INTO routing_dealt AS dealt (person_id, group_id, day, n)
        SELECT %(agent)s::bigint, %(group)s::bigint, %(d)s::date, 1 FROM allowed
            ON CONFLICT (group_id, day, person_id) DO UPDATE SET n = dealt.n + 1
    )
    SELECT {rows.columns(Person)} FROM people_person, allowed WHERE id = %(agent)s
"""
_TALLY = """
    tally AS (
        INSERT INTO routing_tally AS tally (person_id, group_id, day, d, w, m, owed, since)
        SELECT person, %(group)s::bigint, %(d)s::date, n, n, n, owed, since
          FROM unnest(%(people)s::bigint[], %(numbers)s::int[], %(owed)s::float8[], %(since)s::float8[])
               AS given (person, n, owed, since), allowed
            ON CONFLICT (group_id, person_id) DO UPDATE SET {changes}
    ),
"""
_COUNTS = caps.counting("tally", "excluded.d")
_TURN = _TALLY.format(changes=_COUNTS)
_SHARE = _TALLY.format(changes=f"{_COUNTS}, owed = excluded.owed, since = excluded.since")
# By whether shares are kept, and whether the caps of all groups together are compared once more.
_DEAL = {
    (in_shares, capped): f"WITH allowed AS ({allowed}), {_SHARE if in_shares else _TURN} {_COUNT}"
    for in_shares in (True, False)
    for capped, allowed in ((True, caps.BELOW), (False, "SELECT"))
}


def deal(group: SupportGroup, picked: Picked, limits: int, at: datetime, *first: Asked) -> Person | None:
    """Note whose turn it was and count it, and fetch them with the same statement; None where a cap was reached.

    first: what is asked before, and travels along.
    """
    kept = picked.debts or {picked.agent: (0.0, None)}
    values = {
        "group": group.pk,
        "agent": picked.agent,
        "last": picked.last,
        "turns": picked.turns,
        "people": prepared.array(kept),
        "numbers": prepared.array(int(one == picked.agent) for one in kept),
        "owed": prepared.array(owed for owed, _since in kept.values()),
        "since": prepared.array(since for _owed, since in kept.values()),
    }
    statement = _DEAL[picked.turns is not None, bool(limits & OF_ALL)]
    found = prepared.ask_each(*first, (statement, {**values, **caps.periods(at)}))[-1]
    return rows.loaded(Person, found[0]) if found else None
