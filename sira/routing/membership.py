"""What the set-up says of a group's members, remembered until it changes: what a ticket asks besides is who is away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sira.people.models import Person, SupportGroup
from sira.plumbing import prepared, settled
from sira.plumbing.prepared import Row

# What limits somebody in all groups together, as one number: tickets dealt, open work, open per channel.
OF_ALL, CAPACITY, CHANNELS = 1, 2, 4


@dataclass(frozen=True)
class Members:
    """shares, limits: of everybody who works here, in the order of their keys.  no_agents: the other members.

    closed: whom the hours of a calendar bind, as rows for availability.by_person.  are_capped: whether some have caps
    for this group alone.
    """

    shares: Mapping[int, int | None]
    limits: Mapping[int, int]
    no_agents: Sequence[int]
    by_shifts: Sequence[int]
    closed: Sequence[Row]
    are_capped: bool

    @cached_property
    def planned(self) -> Mapping[int, float]:
        """The shares to keep; all the same where nobody has one yet."""
        if {*self.shares.values()} != {None}:
            return {one: float(share or 0) for one, share in self.shares.items()}
        return dict.fromkeys(self.shares, 1.0)

    @cached_property
    def keys(self) -> str:
        return prepared.array(self.shares)

    @cached_property
    def in_shifts(self) -> str:
        return prepared.array(self.by_shifts)

    @cached_property
    def capped(self) -> str:
        """Who has a cap in all groups together."""
        return prepared.array(one for one, limits in self.limits.items() if limits & OF_ALL)


_ROLES = ", ".join(f"'{role}'" for role in Person.WORKING)
# Of persons the trail tells who works and in which role; a test looks that nothing else of them is asked for here.
_MEMBERS = f"""
    SELECT string_agg(person_id::text, ' '), share::bigint, works, limits, by_shifts, edition, is_capped
      FROM (
        SELECT membership.person_id, share,
               person.is_active AND person.joined_into_id IS NULL
               AND (person.role IN ({_ROLES}) OR person.made_rights ? 'work') AS works,
               CASE WHEN coalesce(worker.day_cap, worker.week_cap, worker.month_cap) IS NULL THEN 0 ELSE {OF_ALL} END
             + CASE WHEN worker.capacity IS NULL THEN 0 ELSE {CAPACITY} END
             + CASE WHEN worker.channels <> '{{}}' THEN {CHANNELS} ELSE 0 END AS limits,
               coalesce(by_shifts, false) AS by_shifts, CASE WHEN NOT by_shifts THEN edition_id END AS edition,
               coalesce(membership.day_cap, membership.week_cap, membership.month_cap) IS NOT NULL AS is_capped
          FROM people_membership membership JOIN people_person person ON person.id = membership.person_id
          LEFT JOIN workforce_worker worker ON worker.person_id = membership.person_id
          LEFT JOIN calendars_calendar calendar ON calendar.id = worker.calendar_id
         WHERE membership.group_id = %s
      ) AS member GROUP BY share, works, limits, by_shifts, edition, is_capped
"""


def members_of(group: SupportGroup) -> Members:
    return _read(tuple(settled.ask(_MEMBERS, [group.pk])))


@lru_cache(maxsize=256)
def _read(rows: tuple[Row, ...]) -> Members:
    shares: dict[int, int | None] = {}
    limits: dict[int, int] = {}
    no_agents: list[int] = []
    by_shifts: list[int] = []
    closed: list[Row] = []
    for text, share, works, limited, in_shifts, edition, _is_capped in rows:
        keys = [*map(int, text.split())]
        if not works:
            no_agents += keys
            continue
        shares.update(dict.fromkeys(keys, share))
        if limited:
            limits |= dict.fromkeys(keys, int(limited))
        if in_shifts:
            by_shifts += keys
        if edition is not None:
            closed.append(("closed", edition, text))
    are_capped = any(row[-1] for row in rows)
    return Members(dict(sorted(shares.items())), limits, no_agents, by_shifts, closed, are_capped)
