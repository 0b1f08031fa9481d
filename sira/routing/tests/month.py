"""A month of a group that deals by shares: shifts in rotation, leave, sick days, and a week of Nowruz for some.

Told apart from the desk: tickets come at random instants, day and night, and are dealt as the desk deals them.
"""

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from sira.calendars import editing
from sira.people.automation import automation
from sira.people.models import Membership, Person, SupportGroup
from sira.people.tests.cast import an_agent
from sira.routing import agents, explaining, waiting
from sira.workforce import planning, working
from sira.workforce.absences import record_absence
from sira.workforce.availability import left_out

BEGIN = datetime(2027, 3, 1, tzinfo=UTC)
DAYS = 31
NOWRUZ = [date(2027, 3, day) for day in range(20, 27)]
SHARES = (20, 15, 15, 10, 10, 10, 10, 5, 5)
EARLY, LATE = [[[360, 840]]] * 5 + [[], []], [[[780, 1260]]] * 5 + [[], []]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Result:
    """planned: what the shares of those present came to, ticket by ticket.  wrong: given to somebody not there.

    idle: how often a ticket waited while somebody was there who might have had it.
    """

    shares: dict[int, int]
    planned: dict[int, float] = field(default_factory=dict)
    real: Counter[int] = field(default_factory=Counter)
    wrong: int = 0
    waited: int = 0
    idle: int = 0
    over_cap: int = 0

    def worst(self) -> float:
        """The farthest that anybody is from their plan, in tickets."""
        return max(abs(self.real[one] - planned) for one, planned in self.planned.items())


def a_group_for_a_month(*, day_cap: int) -> SupportGroup:
    """Nine agents in a fortnightly rotation: three keep Nowruz, one is on leave, one is sick, one has a cap."""
    desk = automation()
    group = SupportGroup.objects.create(key="month", name="Month", strategy="shares")
    people = [an_agent(f"Agent {number}", time_zone="UTC") for number in range(len(SHARES))]
    calendar = editing.create("Shiraz", time_zone="UTC", week=[[(0, 1440)]] * 7, by=desk, at=BEGIN - DAY)
    for day in NOWRUZ:
        editing.set_holiday(calendar, day, name="Nowruz", by=desk, at=BEGIN - DAY)
    pattern = planning.keep_pattern("Early and late", [EARLY, LATE], by=desk, at=BEGIN - DAY)
    for place, (person, share) in enumerate(zip(people, SHARES, strict=True)):
        Membership.objects.create(group=group, person=person, share=share)
        if place >= 6:
            working.set_hours(person, calendar=calendar, by_shifts=True, by=desk, at=BEGIN - DAY)
        planning.put_on_rota(person, pattern, since=BEGIN.date(), week=1 + place % 2, by=desk, at=BEGIN - DAY)
    record_absence(people[0], "leave", starts_at=BEGIN + 7 * DAY, ends_at=BEGIN + 14 * DAY, by=desk, at=BEGIN)
    record_absence(people[1], "sick", starts_at=BEGIN + 3 * DAY, ends_at=BEGIN + 5 * DAY, by=desk, at=BEGIN)
    working.set_limits(people[5], by=desk, at=BEGIN, day_cap=day_cap)
    return group


def live(group: SupportGroup, tickets: int, *, seed: int = 7) -> Result:
    """Deal so many tickets over the month; what found nobody is tried again when the desk says so."""
    chance = random.Random(seed)
    shares = dict(group.memberships.values_list("person", "share"))
    result = Result(shares, dict.fromkeys(shares, 0.0))
    caps = dict(Person.objects.filter(pk__in=shares, worker__day_cap__gt=0).values_list("pk", "worker__day_cap"))
    days: Counter[tuple[int, date]] = Counter()
    due = [(BEGIN + DAYS * DAY * chance.random(), number) for number in range(tickets)]
    heapq.heapify(due)
    while due:
        at, number = heapq.heappop(due)
        with transaction.atomic():
            choice = agents.choose_agent(group, at=at)
        if choice.agent is None:
            again = waiting.next_try(choice, at)
            result.waited += 1
            until = again or BEGIN + DAYS * DAY
            moments = (at, at + (until - at) * chance.random(), until - timedelta(seconds=1))
            result.idle += any(_free(shares, caps, days, moment) for moment in moments)
            if again is not None and again < BEGIN + (DAYS + 7) * DAY:
                heapq.heappush(due, (again, number))
            continue
        _count(result, choice, at)
        days[choice.agent.pk, at.date()] += 1
    result.over_cap = sum(n > caps.get(person, n) for (person, _day), n in days.items())
    return result


def _free(
    people: Iterable[int], caps: Mapping[int, int | None], days: Mapping[tuple[int, date], int], at: datetime
) -> list[int]:
    """Who might have a ticket at that instant, told without routing."""
    away = left_out(people, at)
    return [one for one in people if one not in away and days.get((one, at.date()), 0) < (caps.get(one) or 10**9)]


def _count(result: Result, choice: agents.AgentChoice, at: datetime) -> None:
    present = explaining.candidates(choice.reasons)
    total = sum(result.shares[one] for one in present)
    for one in present:
        result.planned[one] += result.shares[one] / total
    assert choice.agent is not None
    result.real[choice.agent.pk] += 1
    result.wrong += bool(left_out([choice.agent.pk], at))
