"""Events of iCalendar files as other programs write them: folded, by foreign names of zones, and coming round again."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import import_module
from itertools import islice, takewhile
from time import thread_time
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

MOST_TIMES, MOST_RULES = 400, 500  # of one event, of one file
MOST_SECONDS = 5.0  # of a processor, for one file: a rule that fits no day or began in the year 1 costs one or two
DAY = timedelta(days=1)
FREQUENT = {"HOURLY", "MINUTELY", "SECONDLY"}
# With these a rule may fit no day ever; one that goes by days or weeks would be looked through for thousands of years.
PICKED = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
CLOCK = {"BYHOUR", "BYMINUTE", "BYSECOND"}


class Unreadable(ValueError):
    """What came is no calendar."""


@dataclass(frozen=True)
class Event:
    """One time of an event.  of: the entry of the file.

    starts: a date, or a datetime, aware where the file tells the zone.  ends: of the same sort, the first that it no
    longer covers; None where the file does not tell.
    """

    of: Any
    starts: date
    ends: date | None

    def text(self, name: str) -> str:
        return " ".join(str(self.of.get(name, "")).split())


Rule = Any  # a dictionary of lists, as icalendar reads it


def read(content: bytes, within: tuple[date, date], follows: Callable[[Rule], bool]) -> Iterator[Event]:
    """Each time of what is not cancelled: once, and where it comes round again, those between two days.

    follows: whether a rule is (see can_be_followed); else the event is taken to come once.  Raises Unreadable.
    """
    try:
        found = [
            one for one in import_module("icalendar").Calendar.from_ical(content).walk("VEVENT") if "DTSTART" in one
        ]
        moved: dict[str, set[datetime]] = defaultdict(set)
        for one in found:
            if "RECURRENCE-ID" in one:
                moved[str(one.get("UID"))].add(_wall(one["RECURRENCE-ID"].dt, one))
        if sum("RRULE" in one for one in found) > MOST_RULES:
            raise Unreadable("too many rules")
        follows = _in_time(follows)
        for one in found:
            if str(one.get("STATUS", "")).upper() != "CANCELLED":
                own = moved.get(str(one.get("UID")), set()) if "RECURRENCE-ID" not in one else set()
                yield from _times_of(one, within, follows, besides=own)
    except Unreadable:
        raise
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise Unreadable("no calendar that can be read") from error


def _in_time(follows: Callable[[Rule], bool]) -> Callable[[Rule], bool]:
    """The same, as long as what was read so far has not taken too long."""
    ends = thread_time() + MOST_SECONDS

    def in_time(rule: Rule) -> bool:
        if thread_time() > ends:
            raise Unreadable("rules that take too long")
        return follows(rule)

    return in_time


def _times_of(
    one: Any, within: tuple[date, date], follows: Callable[[Rule], bool], *, besides: set[datetime]
) -> Iterator[Event]:
    start = one["DTSTART"].dt
    first, length = _wall(start, one), _length(one, start)
    times = {first, *(_wall(at[0] if isinstance(at, tuple) else at, one) for at in _listed(one, "RDATE"))}
    comes_round = False
    for rule in filter(follows, _several(one, "RRULE")):
        times |= set(_round(rule, first, one, within))
        comes_round = True
    if comes_round:
        times = {at for at in times if within[0] <= at.date() <= within[1]}
    left_out = _listed(one, "EXDATE")
    days = {at for at in left_out if not isinstance(at, datetime)}
    gone = besides | {_wall(at, one) for at in left_out if isinstance(at, datetime)}
    for at in sorted(times):
        if at not in gone and at.date() not in days:
            yield Event(one, _like(start, at), None if length is None else _like(start, at + length))


def _round(rule: Rule, first: datetime, one: Any, within: tuple[date, date]) -> Iterator[datetime]:
    rule = rule.copy()
    if "UNTIL" in rule:
        (until,) = rule["UNTIL"]
        rule["UNTIL"] = [_wall(until, one) if isinstance(until, datetime) else datetime.combine(until, time(23, 59))]
    low, high = datetime.combine(within[0], time()), datetime.combine(within[1], time(23, 59))
    rows = rrulestr(rule.to_ical().decode().replace("Z", ""), dtstart=first)
    return islice(takewhile(lambda at: at <= high, rows.xafter(low, inc=True)), MOST_TIMES)


def can_be_followed(rule: Rule) -> bool:
    """Not several times a day, and not one that would be looked through for ever."""
    named, often = set(rule), {str(one).upper() for one in rule.get("FREQ", [])}
    by_day = bool(often & {"DAILY", "WEEKLY"})
    return not (named & CLOCK or often & FREQUENT or rule.get("INTERVAL") == [0] or (by_day and named & PICKED))


def _length(one: Any, start: date) -> timedelta | None:
    """By the clock on the wall: a night shift ends at six also where the night has an hour more."""
    if "DTEND" in one:
        return _wall(one["DTEND"].dt, one) - _wall(start, one)
    if "DURATION" in one:
        length: timedelta = one["DURATION"].dt
        return length
    return None if isinstance(start, datetime) else DAY


def _wall(at: date, one: Any) -> datetime:
    """What a clock shows in the zone in which the event begins."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time())
    start = one["DTSTART"].dt
    zone = start.tzinfo if isinstance(start, datetime) else None
    return (at.astimezone(zone) if zone and at.tzinfo else at).replace(tzinfo=None)


def _like(start: date, at: datetime) -> date:
    return at.replace(tzinfo=start.tzinfo) if isinstance(start, datetime) else at.date()


def _several(one: Any, name: str) -> list[Any]:
    given = one.get(name)
    return given if isinstance(given, list) else [] if given is None else [given]


def _listed(one: Any, name: str) -> list[Any]:
    return [at.dt for some in _several(one, name) for at in some.dts]


def in_zone(at: date, zone: ZoneInfo) -> date:
    """An instant on the clocks of a zone; what tells no zone is meant for it."""
    return at.astimezone(zone) if isinstance(at, datetime) and at.tzinfo else at
