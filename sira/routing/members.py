"""The members of a group as candidates for one ticket: who may be given it, and why not the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared
from sira.routing import caps
from sira.routing.work import Work, counts
from sira.workforce import availability, working
from sira.workforce.models import Worker

# Reasons for which somebody is there all the same: their share goes on being owed to them.
NOT_FITTING = ("skill", "language", "channel", "silent")
# What limits somebody, as one number: what of this group they get, what of all groups, open work, open per channel.
OF_GROUP, OF_ALL, CAPACITY, CHANNELS = 1, 2, 4, 8
ACROSS_GROUPS = OF_ALL | CAPACITY | CHANNELS


@dataclass
class Candidates:
    """shares, limits: of everybody who works here.  left_out: those who may not have it, with the reason."""

    shares: dict[int, int | None] = field(default_factory=dict)
    limits: dict[int, int] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    levels: dict[int, float] = field(default_factory=dict)

    @property
    def able(self) -> list[int]:
        return [one for one in self.shares if one not in self.left_out]

    @property
    def here(self) -> list[int]:
        return [one for one in self.shares if self.left_out.get(one, NOT_FITTING[0]) in NOT_FITTING]

    @property
    def planned(self) -> Mapping[int, float]:
        """The shares to keep; all the same where nobody has one yet."""
        if any(share is not None for share in self.shares.values()):
            return {one: float(share or 0) for one, share in self.shares.items()}
        return dict.fromkeys(self.shares, 1.0)

    def leave_out(self, people: Mapping[int, str]) -> None:
        self.left_out = {**people, **self.left_out}


_MEMBERS = f"""
    SELECT person.id, person.is_active AND person.joined_into_id IS NULL AND person.role = ANY(%s), share,
           CASE WHEN coalesce(membership.day_cap, membership.week_cap, membership.month_cap) IS NULL
                THEN 0 ELSE {OF_GROUP} END
         + CASE WHEN coalesce(worker.day_cap, worker.week_cap, worker.month_cap) IS NULL THEN 0 ELSE {OF_ALL} END
         + CASE WHEN worker.capacity IS NULL THEN 0 ELSE {CAPACITY} END
         + CASE WHEN worker.channels <> '{{}}' THEN {CHANNELS} ELSE 0 END
      FROM people_membership membership JOIN people_person person ON person.id = membership.person_id
      LEFT JOIN workforce_worker worker ON worker.person_id = person.id
     WHERE membership.group_id = %s ORDER BY person.id
"""
_WORKING = [str(role) for role in Person.WORKING]


def candidates_for(group: SupportGroup, work: Work, at: datetime) -> Candidates:
    """Two statements; one more for each of: skills asked for, caps, capacity, a limit on the ticket's channel."""
    found = Candidates()
    for key, works_here, share, limits in prepared.ask(_MEMBERS, [_WORKING, group.pk]):
        if not works_here:
            found.left_out[key] = "no_agent"
            continue
        found.shares[key] = share
        if limits:
            found.limits[key] = limits
    found.leave_out(availability.left_out(found.shares, at))
    found.leave_out(dict.fromkeys((one for one in work.silent if one in found.shares), "silent"))
    if group.strategy == SupportGroup.Strategy.SHARES:
        found.leave_out({one: "no_share" for one, share in found.planned.items() if not share})
    _leave_out_unskilled(found, group, work)
    if found.limits:
        found.leave_out(over_limit([one for one in found.able if one in found.limits], found, group, work, at))
    return found


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


def over_limit(
    people: Sequence[int], found: Candidates, group: SupportGroup, work: Work, at: datetime
) -> dict[int, str]:
    """Who of them has had or has as much as they may, and of which: a statement or two for each kind of limit."""
    over: dict[int, str] = {}
    if capped := _limited(people, found, OF_GROUP | OF_ALL):
        over |= caps.reached(capped, group.pk, at)
    if bounded := _limited(people, found, CAPACITY):
        most = dict(Worker.objects.filter(person__in=bounded).values_list("person", "capacity"))
        loads = counts().load(bounded, group.weights)
        over |= {key: "capacity" for key, bound in most.items() if loads.get(key, 0) >= (bound or 0)}
    if work.channel and (choosy := _limited(people, found, CHANNELS)):
        channels = dict(Worker.objects.filter(person__in=choosy).values_list("person", "channels"))
        has = counts().on_channel(choosy, work.channel)
        over |= {
            key: "channel"
            for key, most_of in channels.items()
            if work.channel in most_of and has.get(key, 0) >= most_of[work.channel]
        }
    return over


def _limited(people: Iterable[int], found: Candidates, by: int) -> list[int]:
    return [one for one in people if found.limits.get(one, 0) & by]
