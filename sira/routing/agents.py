"""Which agent of a group gets the next ticket, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sira.people.models import Person, SupportGroup
from sira.routing.strategies import least_loaded, next_in_turn
from sira.workforce.absences import is_absent

Strategy = SupportGroup.Strategy

LoadOf = Callable[[Sequence[int]], Mapping[int, float]]
_load_of: LoadOf | None = None


def load_by(count: LoadOf) -> LoadOf:
    """The higher room says how much open work each of these persons has; who is missing has none."""
    global _load_of
    _load_of = count
    return count


@dataclass(frozen=True)
class AgentChoice:
    """agent: None when the ticket waits in the group's queue.

    reasons: JSON facts for the trace that hold for the next ticket as well.  of_the_moment: those that do not.
    """

    agent: Person | None
    reasons: dict[str, Any]
    of_the_moment: dict[str, Any] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def choose_agent(group: SupportGroup, *, at: datetime) -> AgentChoice:
    """An agent of the group by its strategy; nobody where work is taken from the queue or nobody is there.

    No statement where work is taken freely, else at most four.
    """
    told: dict[str, Any] = {"strategy": group.strategy}
    if group.strategy == Strategy.FREE:
        return AgentChoice(None, told | {"why": "taken_from_queue"})
    candidates, left_out = _candidates(group, at)
    told |= {"candidates": [[key, name] for key, name in candidates.items()], "left_out": left_out}
    if not candidates:
        return AgentChoice(None, told | {"why": "nobody_there"})
    last = _locked_turn(group)
    ids = list(candidates)
    if group.strategy == Strategy.LEAST_LOAD and _load_of is not None:
        loads = _load_of(ids)
        chosen = least_loaded(ids, loads, last)
        told |= {"why": "least_load"}
        now: dict[str, Any] = {"last": last, "loads": " ".join(f"{loads.get(one, 0):g}" for one in ids)}
    else:
        chosen = next_in_turn(ids, last)
        told |= {"why": "next_in_turn"}
        now = {"last": last}
    return AgentChoice(_deal(group, chosen), told, now)


_MEMBERS = """
    SELECT person.id, person.name, person.is_active AND person.joined_into_id IS NULL AND person.role = ANY(%s)
    FROM people_membership membership JOIN people_person person ON person.id = membership.person_id
    WHERE membership.group_id = %s ORDER BY person.id
"""


def _candidates(group: SupportGroup, at: datetime) -> tuple[dict[int, str], list[list[Any]]]:
    """Names of the members who may be given work, and the others as [id, name, reason]."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [list(Person.WORKING), group.pk])
        members = cursor.fetchall()
    absent = is_absent([key for key, _, _ in members], at)
    candidates, left_out = {}, []
    for key, name, works_here in members:
        reason = absent.get(key) if works_here else "no_agent"
        if reason:
            left_out.append([key, name, reason])
        else:
            candidates[key] = name
    return candidates, left_out


def _locked_turn(group: SupportGroup) -> int | None:
    """Whom the last ticket went to; the pool is held from here to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO routing_pool AS pool (group_id, dealt) VALUES (%s, 1)"
            " ON CONFLICT (group_id) DO UPDATE SET dealt = pool.dealt + 1 RETURNING last_agent_id",
            [group.pk],
        )
        return cursor.fetchone()[0]


# Columns of plain values: from_db converts nothing.
_COLUMNS = [field.attname for field in Person._meta.concrete_fields]
_DEAL = f"""
    UPDATE routing_pool SET last_agent_id = person.id FROM people_person person
    WHERE group_id = %s AND person.id = %s RETURNING {", ".join(f"person.{name}" for name in _COLUMNS)}
"""


def _deal(group: SupportGroup, agent: int) -> Person:
    """Note whose turn it was, and fetch them with the same statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DEAL, [group.pk, agent])
        return Person.from_db(connection.alias, _COLUMNS, cursor.fetchone())
