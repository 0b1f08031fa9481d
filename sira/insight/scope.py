"""Which tickets figures are about: a reader's, in a period, narrowed."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sira.people.models import Person
from sira.people.rights import Right, has
from sira.tickets import flows
from sira.tickets.visibility import groups_with, groups_worked, is_usual

NO_GROUP = -1
# Beyond these nothing can have happened, and instants cannot be reckoned in every zone.
DAYS_KNOWN = (date(1900, 1, 1), date(2900, 1, 1))


@dataclass(frozen=True)
class Scope:
    """at: now.  since, until: days of the desk, both counted.  groups: 0 stands for none; empty for all.

    What is not narrowed by an organisation comes from sums; the others are counted.
    """

    at: datetime
    since: date
    until: date
    groups: tuple[int, ...] = ()
    category: int | None = None
    organisation: int | None = None
    channel: str = ""

    def over(self, since: date, until: date) -> "Scope":
        return replace(self, since=since, until=until)

    @property
    def is_plain(self) -> bool:
        """By groups at most, as the tally of open work is kept."""
        return not (self.category or self.organisation or self.channel)

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


def groups_seen(person: Person) -> tuple[int, ...]:
    """Those whose figures the person may read, and 0 for what has no group; empty: all.

    Figures are kept by group, so for an organisation alone a made role opens none.
    """
    if has(person, Right.SEE_ALL):
        return ()
    if not is_usual(person):
        free = (0,) if has(person, Right.WORK) else ()
        return (*free, *groups_worked(person)) or (NO_GROUP,)
    return (0, *groups_with(person.pk))


def today(at: datetime, groups: tuple[int, ...] = ()) -> Scope:
    day = flows.desk_day(at)
    return Scope(at, day, day, groups)


def last_days(at: datetime, days: int, groups: tuple[int, ...] = ()) -> Scope:
    day = flows.desk_day(at)
    return Scope(at, day - timedelta(days=days - 1), day, groups)


def bounds(since: date, until: date) -> tuple[datetime, datetime]:
    """The instants between which the days lie, the second not counted."""
    zone, (earliest, latest) = flows.desk_zone(), DAYS_KNOWN
    since, until = (min(max(day, earliest), latest) for day in (since, until))
    first = datetime.combine(since, time(), zone).astimezone(UTC)
    return first, datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)
