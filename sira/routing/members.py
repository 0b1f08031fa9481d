"""The members of a group as candidates for one ticket: who may be given it, and why not the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from sira.people.models import Person, SupportGroup
from sira.routing import caps
from sira.routing.work import Work, counts
from sira.workforce import availability, working

# Reasons for which somebody is there all the same: their share goes on being owed to them.
NOT_FITTING = ("skill", "language", "channel", "silent")


@dataclass(frozen=True, slots=True)
class Member:
    """limits: caps by (whose, period); whose is "own" for what they get in all, "group" for what of this group."""

    pk: int
    name: str
    share: int | None
    limits: Mapping[tuple[str, str], int] = field(default_factory=dict)
    capacity: int | None = None
    channels: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_bounded(self) -> bool:
        """By a limit that holds over all groups, so that another group's worker counts against it too."""
        return self.capacity is not None or bool(self.channels) or any(whose == "own" for whose, _ in self.limits)

    def is_limited_at(self, channel: str) -> bool:
        return bool(self.limits) or self.capacity is not None or channel in self.channels


@dataclass
class Candidates:
    """able: who may be given the ticket.  left_out: the others with the reason.  here: who is there at all."""

    members: dict[int, Member] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    levels: dict[int, float] = field(default_factory=dict)

    @property
    def able(self) -> list[int]:
        return [one for one in self.members if one not in self.left_out]

    @property
    def here(self) -> list[int]:
        return [one for one in self.members if self.left_out.get(one, NOT_FITTING[0]) in NOT_FITTING]

    def leave_out(self, people: Iterable[int], why: str) -> None:
        for one in people:
            self.left_out.setdefault(one, why)


_MEMBERS = """
    SELECT person.id, person.name, person.is_active AND person.joined_into_id IS NULL AND person.role = ANY(%s),
           membership.share, membership.day_cap, membership.week_cap, membership.month_cap,
           worker.day_cap, worker.week_cap, worker.month_cap, worker.capacity, worker.channels
      FROM people_membership membership JOIN people_person person ON person.id = membership.person_id
      LEFT JOIN workforce_worker worker ON worker.person_id = person.id
     WHERE membership.group_id = %s ORDER BY person.id
"""
_WORKING = [str(role) for role in Person.WORKING]
_LIMITS = [(whose, period) for whose in ("group", "own") for period in "dwm"]


def candidates_for(group: SupportGroup, work: Work, at: datetime) -> Candidates:
    """Two statements; one more for each of: skills asked for, caps, capacity, a limit on the ticket's channel."""
    found = Candidates()
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_MEMBERS, [_WORKING, group.pk])
        for key, name, works_here, share, *limits, capacity, channels in cursor.fetchall():
            found.names[key] = name
            if not works_here:
                found.left_out[key] = "no_agent"
                continue
            known = {limit: most for limit, most in zip(_LIMITS, limits, strict=True) if most is not None}
            found.members[key] = Member(key, name, share, known, capacity, _plain(channels))
    for key, why in availability.left_out(list(found.members), at).items():
        found.left_out.setdefault(key, why)
    found.leave_out(work.silent, "silent")
    if group.strategy == SupportGroup.Strategy.SHARES:
        found.leave_out(_without_share(found), "no_share")
    _leave_out_unskilled(found, group, work)
    _leave_out_limited(found, group, work, at)
    return found


def _plain(channels: Any) -> Mapping[str, int]:
    """Django leaves jsonb as text in plain cursors."""
    return caps.from_json(channels) or {}


def _without_share(found: Candidates) -> list[int]:
    """Where nobody has a share yet, all have the same."""
    if all(one.share is None for one in found.members.values()):
        return []
    return [key for key, one in found.members.items() if not one.share]


def _leave_out_unskilled(found: Candidates, group: SupportGroup, work: Work) -> None:
    spoken = work.language if group.matches_language else ""
    if not (spoken or work.skills) or not found.able:
        return
    levels = working.levels_of(found.able, [*work.skills, *([spoken] if spoken else [])])
    for key in found.able:
        has = levels.get(key, {})
        if any(has.get(skill, 0) < least for skill, least in work.skills.items()):
            found.left_out[key] = "skill"
        elif spoken and not has.get(spoken):
            found.left_out[key] = "language"
        else:
            found.levels[key] = float(sum(has.get(skill, 0) for skill in work.skills))


def _leave_out_limited(found: Candidates, group: SupportGroup, work: Work, at: datetime) -> None:
    limited = [found.members[key] for key in found.able if found.members[key].is_limited_at(work.channel)]
    for key, why in over_limit(limited, group, work, at).items():
        found.left_out[key] = why


def over_limit(limited: Iterable[Member], group: SupportGroup, work: Work, at: datetime) -> dict[int, str]:
    """Who of them has had or has as much as they may, and of which: a statement for each kind of limit there is."""
    limited = list(limited)
    over = caps.reached({one.pk: one.limits for one in limited if one.limits}, group.pk, at)
    bounded = {one.pk: one.capacity for one in limited if one.capacity is not None}
    if bounded:
        loads = counts().load(list(bounded), group.weights)
        over |= {key: "capacity" for key, most in bounded.items() if loads.get(key, 0) >= most}
    on_channel = {one.pk: one.channels[work.channel] for one in limited if work.channel in one.channels}
    if on_channel:
        has = counts().on_channel(list(on_channel), work.channel)
        over |= {key: "channel" for key, most in on_channel.items() if has.get(key, 0) >= most}
    return over
