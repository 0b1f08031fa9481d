"""Which tickets figures are about: a reader's, in a period, narrowed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from sira.people.models import Membership, Person
from sira.tickets import flows
from sira.tickets.visibility import SEES_ALL


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
    is_narrowed: bool = field(default=False)

    def in_group(self, group: int) -> "Scope":
        return replace(self, groups=(group,), is_narrowed=True)

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
    """Those whose figures the person may read, and 0 for what has no group; empty: all."""
    if person.role in SEES_ALL:
        return ()
    own = Membership.objects.filter(person=person).order_by("group").values_list("group", flat=True)
    return (0, *own)


def today(at: datetime, groups: tuple[int, ...] = ()) -> Scope:
    day = flows.desk_day(at)
    return Scope(at, day, day, groups)


def last_days(at: datetime, days: int, groups: tuple[int, ...] = ()) -> Scope:
    day = flows.desk_day(at)
    return Scope(at, day - timedelta(days=days - 1), day, groups)


def bounds(since: date, until: date) -> tuple[datetime, datetime]:
    """The instants between which the days lie, the second not counted."""
    zone = flows.desk_zone()
    first = datetime.combine(since, time(), zone).astimezone(UTC)
    return first, datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)
