"""The members of a group as candidates for one ticket: who may be given it, and why not the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from struct import unpack

from sira.people.models import SupportGroup
from sira.plumbing import prepared
from sira.plumbing.prepared import Asked, Row
from sira.routing import caps
from sira.routing.debts import Debts
from sira.routing.membership import CAPACITY, CHANNELS, Members, members_of
from sira.routing.work import Work, counts
from sira.workforce import availability, working

# Reasons for which somebody is there all the same: their share goes on being owed to them.
NOT_FITTING = ("skill", "language", "channel", "silent")
DEBTS = "debts"


@dataclass
class Candidates:
    """left_out: those who may not have it, with the reason.  debts: kept of each where the group deals by shares."""

    members: Members
    left_out: dict[int, str] = field(default_factory=dict)
    debts: Debts = field(default_factory=Debts)
    levels: dict[int, float] = field(default_factory=dict)

    @cached_property
    def able(self) -> list[int]:
        return [one for one in self.members.shares if one not in self.left_out]

    @property
    def here(self) -> list[int]:
        away = {one for one, why in self.left_out.items() if why not in NOT_FITTING}
        return [one for one in self.members.shares if one not in away]

    def leave_out(self, people: Mapping[int, str]) -> None:
        if not people:
            return
        self.left_out = {**people, **self.left_out}
        vars(self).pop("able", None)


_PEOPLE = "person_id = ANY(%(people)s::bigint[])"
# Numbers as the server keeps them: written out and read as text they cost ten times the CPU, on both sides.
_KEPT = f"""
    SELECT '{DEBTS}', NULL, NULL, string_agg(int8send(person_id), ''), string_agg(float8send(owed), ''),
           string_agg(int8send(person_id), '') FILTER (WHERE since IS NOT NULL), string_agg(float8send(since), '')
      FROM routing_tally WHERE group_id = %(group)s AND (owed <> 0 OR since IS NOT NULL)
"""


@lru_cache
def _asking(*, has_shifts: bool, has_caps: bool, has_caps_here: bool, in_shares: bool) -> str:
    """Who is away or has had enough, and what is owed: no more than the set-up of the members makes possible."""
    away = availability.away(_PEOPLE)
    if has_shifts:
        away += f"UNION ALL {availability.off_shift('SELECT unnest(%(in_shifts)s::bigint[])')}"
    parts = [availability.told(away)]
    parts += [caps.REACHED_IN_ALL] if has_caps else []
    parts += [caps.REACHED_HERE] if has_caps_here else []
    asked = " UNION ALL ".join(parts)
    if not in_shares:
        return asked
    return f"SELECT *, NULL, NULL, NULL, NULL FROM ({asked}) AS out (what, number, keys) UNION ALL {_KEPT}"


def asked_of(members: Members, group: SupportGroup, at: datetime) -> Asked:
    """The statement whose rows candidates_in reads."""
    sql = _asking(
        has_shifts=bool(members.by_shifts),
        has_caps=members.capped != "{}",
        has_caps_here=members.are_capped,
        in_shares=group.strategy == SupportGroup.Strategy.SHARES,
    )
    values = {"group": group.pk, "people": members.keys, "in_shifts": members.in_shifts, "capped": members.capped}
    return sql, {**values, "at": at, "earliest": availability.earliest(at), **caps.periods(at)}


def candidates(group: SupportGroup, work: Work, at: datetime) -> Candidates:
    """As things stand, nothing held."""
    members = members_of(group)
    return candidates_in(prepared.ask(*asked_of(members, group, at)), members, group, work, at)


def candidates_in(rows: Sequence[Row], members: Members, group: SupportGroup, work: Work, at: datetime) -> Candidates:
    """No statement, but one for skills asked for, a few for capacity and limits on the ticket's channel."""
    found = Candidates(members, dict.fromkeys(members.no_agents, "no_agent"))
    away = [row[:3] for row in rows if row[0] in availability.ORDER]
    found.leave_out(availability.by_person([*away, *members.closed], at))
    found.leave_out(dict.fromkeys((one for one in work.silent if one in members.shares), "silent"))
    if group.strategy == SupportGroup.Strategy.SHARES:
        found.leave_out({one: "no_share" for one, share in members.planned.items() if not share})
        found.debts = _debts(next(row[3:] for row in rows if row[0] == DEBTS))
    _leave_out_unskilled(found, group, work)
    found.leave_out(caps.by_person(row[:3] for row in rows if row[0] in caps.WHY))
    if any(limits & (CAPACITY | CHANNELS) for limits in {*members.limits.values()}):
        found.leave_out(over_limit(found.able, found, group, work))
    return found


def _debts(row: Sequence[bytes | None]) -> Debts:
    people, owed, there, since = [one or b"" for one in row]
    return Debts(owed=_numbers(people, owed), since=_numbers(there, since))


def _numbers(keys: bytes, numbers: bytes) -> dict[int, float]:
    """From rows of integers and of floats, eight bytes each."""
    n = len(keys) // 8
    return dict(zip(unpack(f">{n}q", keys), unpack(f">{n}d", numbers), strict=True))


def _leave_out_unskilled(found: Candidates, group: SupportGroup, work: Work) -> None:
    spoken = work.language if group.matches_language else ""
    if not (spoken or work.skills) or not found.able:
        return
    levels = working.levels_of(found.able, [*work.skills, *([spoken] if spoken else [])])
    lacking: dict[int, str] = {}
    for key in found.able:
        has = levels.get(key, {})
        if any(has.get(skill, 0) < least for skill, least in work.skills.items()):
            lacking[key] = "skill"
        elif spoken and not has.get(spoken):
            lacking[key] = "language"
        else:
            found.levels[key] = float(sum(has.get(skill, 0) for skill in work.skills))
    found.leave_out(lacking)


_WORKERS = "SELECT person_id, capacity, channels -> %s FROM workforce_worker WHERE person_id = ANY(%s::bigint[])"


def over_limit(people: Sequence[int], found: Candidates, group: SupportGroup, work: Work) -> dict[int, str]:
    """Who of them has as much open work as they take, in all or of the ticket's channel: two or three statements."""
    over: dict[int, str] = {}
    bounded = _limited(people, found, CAPACITY)
    choosy = _limited(people, found, CHANNELS) if work.channel else []
    if not bounded and not choosy:
        return over
    most = prepared.ask(_WORKERS, [work.channel, prepared.array({*bounded, *choosy})])
    if bounded:
        loads = counts().load(bounded, group.weights)
        over |= {key: "capacity" for key, bound, _of in most if bound is not None and loads.get(key, 0) >= bound}
    if choosy:
        has = counts().on_channel(choosy, work.channel)
        over |= {key: "channel" for key, _bound, of in most if of is not None and has.get(key, 0) >= int(of)}
    return over


def _limited(people: Iterable[int], found: Candidates, by: int) -> list[int]:
    return [one for one in people if found.members.limits.get(one, 0) & by]
