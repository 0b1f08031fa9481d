"""The members of a group as candidates for one ticket: who may be given it, and why not the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared
from sira.plumbing.prepared import Asked, Row
from sira.routing import caps
from sira.routing.debts import Debts
from sira.routing.work import Work, counts
from sira.workforce import availability, working

# Reasons for which somebody is there all the same: their share goes on being owed to them.
NOT_FITTING = ("skill", "language", "channel", "silent")
# What limits somebody in all groups together, as one number: tickets dealt, open work, open per channel.
OF_ALL, CAPACITY, CHANNELS = 1, 2, 4
MEMBERS, DEBTS = "members", "debts"


@dataclass
class Candidates:
    """shares, limits: of everybody who works here.  left_out: those who may not have it, with the reason.

    debts: what is kept of each where the group deals by shares.
    """

    shares: dict[int, int | None] = field(default_factory=dict)
    limits: dict[int, int] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    debts: Debts = field(default_factory=Debts)
    levels: dict[int, float] = field(default_factory=dict)

    @cached_property
    def able(self) -> list[int]:
        return [one for one in self.shares if one not in self.left_out]

    @property
    def here(self) -> list[int]:
        away = {one for one, why in self.left_out.items() if why not in NOT_FITTING}
        return [one for one in self.shares if one not in away]

    @cached_property
    def planned(self) -> Mapping[int, float]:
        """The shares to keep; all the same where nobody has one yet."""
        if {*self.shares.values()} != {None}:
            return {one: float(share or 0) for one, share in self.shares.items()}
        return dict.fromkeys(self.shares, 1.0)

    def leave_out(self, people: Mapping[int, str]) -> None:
        if not people:
            return
        self.left_out = {**people, **self.left_out}
        vars(self).pop("able", None)


_ROLES = ", ".join(f"'{role}'" for role in Person.WORKING)
_ELIGIBLE = f"""
    WITH member AS MATERIALIZED (
        SELECT membership.person_id, share, membership.day_cap, membership.week_cap, membership.month_cap,
               worker.day_cap AS all_day, worker.week_cap AS all_week, worker.month_cap AS all_month,
               is_active AND joined_into_id IS NULL AND (role IN ({_ROLES}) OR made_rights ? 'work') AS works,
               coalesce(membership.day_cap, membership.week_cap, membership.month_cap) IS NOT NULL AS caps_here,
               coalesce(worker.day_cap, worker.week_cap, worker.month_cap) IS NOT NULL AS caps_all,
               CASE WHEN worker.capacity IS NULL THEN 0 ELSE {CAPACITY} END
             + CASE WHEN worker.channels <> '{{}}' THEN {CHANNELS} ELSE 0 END AS limits
          FROM people_membership membership JOIN people_person person ON person.id = membership.person_id
          LEFT JOIN workforce_worker worker ON worker.person_id = person.id
         WHERE membership.group_id = %(group)s
    )
    SELECT '{MEMBERS}' AS what, share::bigint AS number, string_agg(person_id::text, ' ') AS keys,
           works::int::text AS first, (limits + CASE WHEN caps_all THEN {OF_ALL} ELSE 0 END)::text AS second
      FROM member GROUP BY share, works, limits, caps_all
    UNION ALL
    SELECT *, NULL, NULL FROM ({availability.reasons("SELECT person_id FROM member")}) AS away
    UNION ALL
    SELECT *, NULL, NULL FROM ({caps.REACHED}) AS reached
"""
_WITH_DEBTS = f"""{_ELIGIBLE}
    UNION ALL
    SELECT '{DEBTS}', NULL, string_agg(person_id::text, ' '), string_agg(owed::text, ' '), string_agg(since::text, ' ')
      FROM routing_tally WHERE group_id = %(group)s AND (owed <> 0 OR since IS NOT NULL) GROUP BY since IS NULL
"""


def asked_of(group: SupportGroup, at: datetime) -> Asked:
    """The statement whose rows candidates_in reads."""
    values = {"group": group.pk, "at": at, "earliest": availability.earliest(at), **caps.periods(at)}
    return _WITH_DEBTS if group.strategy == SupportGroup.Strategy.SHARES else _ELIGIBLE, values


def candidates_in(rows: Sequence[Row], group: SupportGroup, work: Work, at: datetime) -> Candidates:
    """No statement, but one for skills asked for, a few for capacity and limits on the ticket's channel."""
    in_shares = group.strategy == SupportGroup.Strategy.SHARES
    found = _members(row for row in rows if row[0] == MEMBERS)
    found.leave_out(availability.by_person((row[:3] for row in rows if row[0] in availability.ORDER), at))
    found.leave_out(dict.fromkeys((one for one in work.silent if one in found.shares), "silent"))
    if in_shares:
        found.leave_out({one: "no_share" for one, share in found.planned.items() if not share})
        found.debts = _debts([row[2:] for row in rows if row[0] == DEBTS])
    _leave_out_unskilled(found, group, work)
    found.leave_out(caps.by_person(row[:3] for row in rows if row[0] in caps.WHY))
    if any(limits & (CAPACITY | CHANNELS) for limits in {*found.limits.values()}):
        found.leave_out(over_limit(found.able, found, group, work))
    return found


def _members(rows: Iterable[Row]) -> Candidates:
    found = Candidates()
    shares: dict[int, int | None] = {}
    for _what, share, text, works, limits in rows:
        keys = [*map(int, text.split())]
        if works == "0":
            found.left_out.update(dict.fromkeys(keys, "no_agent"))
            continue
        shares.update(dict.fromkeys(keys, share))
        if limits != "0":
            found.limits.update(dict.fromkeys(keys, int(limits)))
    found.shares = dict(sorted(shares.items()))
    return found


def _debts(rows: Iterable[Row]) -> Debts:
    """One row of those who were there with the last ticket, one of the others."""
    owed: dict[int, float] = {}
    since: dict[int, float] = {}
    for text, owes, turns in rows:
        keys = [*map(int, text.split())]
        owed.update(zip(keys, map(float, owes.split()), strict=True))
        if turns is not None:
            since.update(zip(keys, map(float, turns.split()), strict=True))
    return Debts(owed=owed, since=since)


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
    return [one for one in people if found.limits.get(one, 0) & by]
