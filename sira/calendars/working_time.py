"""Working time: when a desk is open, and arithmetic over it. Pure: no database, no clock.

The definition, at clock changes too: *an instant counts when the wall clock of the zone shows an open time*. An hour
that happens twice counts twice; one that never happens does not count. A date belongs to itself from midnight to
midnight: a holiday closes what a night shift would have worked of that date, not of the date before.

Opening times are laid out as instants of UTC with prefix sums, one year at a time and only when asked for. A call is
then two or three binary searches. What has been laid out is replaced as a whole, so threads may share one object.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

Openings = tuple[tuple[int, int], ...]
"""Open times of one date in minutes after midnight: sorted, apart, within 0..1440."""

DAY = 24 * 60
FIRST_YEAR, LAST_YEAR = 1900, 2400

_NOTHING = timedelta(0)
_WHOLE_DAY = timedelta(days=1)
# No zone of the tz database leaves an offset and returns to it sooner (Africa/Freetown, 1939).
_SHORTEST_OFFSET = timedelta(days=3)


class NeverOpen(ValueError):
    """The calendar has no open time left in the direction asked for."""


class OutOfReach(ValueError):
    """An instant outside the years that can be reckoned with (FIRST_YEAR to LAST_YEAR)."""


def openings(pairs: Iterable[Sequence[int]]) -> Openings:
    """Order open times of one date and join those that touch. Raises ValueError for what no day can hold."""
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted((opens, closes) for opens, closes in pairs):
        if not 0 <= opens < closes <= DAY:
            raise ValueError(f"no open time: {opens} to {closes}")
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def week_of(days: Sequence[Iterable[Sequence[int]]]) -> tuple[Openings, ...]:
    """A week, Monday first, from pairs (opens, closes); closes <= opens is a night shift that ends on the next day."""
    if len(days) != 7:
        raise ValueError("a week has seven days")
    split: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekday, pairs in enumerate(days):
        for opens, closes in pairs:
            if closes > opens:
                split[weekday].append((opens, closes))
                continue
            split[weekday].append((opens, DAY))
            if closes:
                split[(weekday + 1) % 7].append((0, closes))
    return tuple(openings(pairs) for pairs in split)


def within(times: Openings, opens: int, closes: int) -> Openings:
    """What is left of a date's open times between two minutes: how a half day cuts the usual day."""
    cut = ((max(start, opens), min(end, closes)) for start, end in times)
    return tuple((start, end) for start, end in cut if start < end)


class _Layout(NamedTuple):
    """Open intervals of whole years of UTC, in order and apart."""

    years: range
    low: datetime
    high: datetime
    starts: list[datetime]
    before: list[timedelta]
    """Working time before each interval, and after the last: one longer than the others."""
    zeros: list[datetime]
    """start - before: an instant inside interval i is zeros[i] plus the working time up to it."""

    def end(self, index: int) -> datetime:
        return self.zeros[index] + self.before[index + 1]


_BLANK = _Layout(range(0), datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), [], [_NOTHING], [])


class WorkingTime:
    """Opening times of one calendar, ready to be reckoned with.

    week: open times by weekday, Monday first (see `week_of`).  days: dates that differ, holidays and overrides alike;
    an empty tuple is a closed date.
    """

    __slots__ = ("_days", "_last_opening_year", "_layout", "_week", "zone")

    def __init__(self, zone: tzinfo | str, week: Sequence[Openings], days: Mapping[date, Openings] | None = None):
        days = days or {}
        self.zone: tzinfo = ZoneInfo(zone) if isinstance(zone, str) else zone
        self._week = tuple(_durations(times) for times in week)
        self._days = {day.toordinal(): _durations(times) for day, times in days.items()}
        # One year more, because a date may lie in the next year of UTC.
        latest = max((day.year for day, times in days.items() if times), default=FIRST_YEAR) + 1
        self._last_opening_year = LAST_YEAR if any(self._week) else latest
        self._layout = _BLANK

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant, in UTC, at which `duration` of working time has passed since `start`.

        A deadline therefore falls on the end of a day, not on the next opening. Nothing added is `start` itself.
        Raises ValueError for a negative duration, NeverOpen, OutOfReach.
        """
        if start.tzinfo is not UTC:
            start = start.astimezone(UTC)
        _, low, high, starts, before, zeros = self._layout
        if not low <= start < high:
            _, _, _, starts, before, zeros = self._reach(start)
        if duration <= _NOTHING:
            if duration:
                raise ValueError("working time can't be added backwards")
            return start
        index = bisect_right(starts, start)
        if index:
            worked, limit = start - zeros[index - 1], before[index]
            duration += worked if worked < limit else limit
        if duration > before[-1]:
            _, _, _, starts, before, zeros = self._reach_sum(duration)
        return zeros[bisect_left(before, duration) - 1] + duration

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from start to end. Raises ValueError if end < start, OutOfReach."""
        if start.tzinfo is not UTC:
            start = start.astimezone(UTC)
        if end.tzinfo is not UTC:
            end = end.astimezone(UTC)
        _, low, high, starts, before, zeros = self._layout
        if not low <= start <= end < high:
            if end < start:
                raise ValueError("the end lies before the start")
            self._reach(start)
            _, _, _, starts, before, zeros = self._reach(end)
        index = bisect_right(starts, end)
        if not index:
            return _NOTHING
        worked, limit = end - zeros[index - 1], before[index]
        until = worked if worked < limit else limit
        index = bisect_right(starts, start, 0, index)
        if not index:
            return until
        worked, limit = start - zeros[index - 1], before[index]
        return until - (worked if worked < limit else limit)

    def next_opening(self, at: datetime) -> datetime:
        """`at` in UTC if it is open then, else the next instant that is. Raises NeverOpen, OutOfReach."""
        at = at.astimezone(UTC)
        layout = self._reach(at)
        index = bisect_right(layout.starts, at)
        if index and at < layout.end(index - 1):
            return at
        while index == len(layout.starts):
            layout = self._reach_further(layout)
            index = bisect_right(layout.starts, at)
        return layout.starts[index]

    def is_open(self, at: datetime) -> bool:
        at = at.astimezone(UTC)
        layout = self._reach(at)
        index = bisect_right(layout.starts, at)
        return index > 0 and at < layout.end(index - 1)

    def openings_between(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open intervals in UTC between start and end, cut to them."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        self._reach(start)
        layout = self._reach(end)
        for index in range(max(bisect_right(layout.starts, start) - 1, 0), bisect_left(layout.starts, end)):
            opens, closes = max(layout.starts[index], start), min(layout.end(index), end)
            if opens < closes:
                yield opens, closes

    # How far it is laid out ---------------------------------------------------------------------------------------

    def _reach(self, at: datetime) -> _Layout:
        """What is laid out, made to hold this instant of UTC."""
        layout = self._layout
        if layout.low <= at < layout.high:
            return layout
        year = at.year
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise OutOfReach(f"{year} lies outside {FIRST_YEAR} to {LAST_YEAR}")
        if not layout.years:
            layout = self._lay_out(range(year, year + 1))
        if year < layout.years.start:
            layout = _joined(self._lay_out(range(year, layout.years.start)), layout)
        if year >= layout.years.stop:
            layout = _joined(layout, self._lay_out(range(layout.years.stop, year + 1)))
        self._layout = layout
        return layout

    def _reach_sum(self, wanted: timedelta) -> _Layout:
        """What is laid out, made to hold this much working time."""
        layout = self._layout
        # More than all years to come could hold: don't lay them out one by one to find that out.
        if wanted - layout.before[-1] > (LAST_YEAR + 1 - layout.years.stop) * 366 * _WHOLE_DAY:
            raise OutOfReach(f"that much working time ends after {LAST_YEAR}")
        while wanted > layout.before[-1]:
            layout = self._reach_further(layout)
        return layout

    def _reach_further(self, layout: _Layout) -> _Layout:
        if layout.years.stop > self._last_opening_year:
            raise NeverOpen("the calendar has no open time left")
        return self._reach(layout.high)

    def _lay_out(self, years: range) -> _Layout:
        low, high = datetime(years.start, 1, 1, tzinfo=UTC), datetime(years.stop, 1, 1, tzinfo=UTC)
        stretches = (self._open_in(*stretch) for stretch in _offsets(self.zone, low, high))
        return _Layout(years, low, high, *_summed(chain.from_iterable(stretches)))

    def _open_in(self, begin: datetime, stop: datetime, offset: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """Open intervals in a stretch of UTC with one offset: there the wall clock is UTC moved by that much."""
        first = (begin + offset).replace(hour=0, minute=0, second=0, microsecond=0)
        midnight, ordinal = first - offset, first.toordinal()
        week, days = self._week, self._days
        while midnight < stop:
            times = days.get(ordinal)
            if times is None:
                times = week[(ordinal - 1) % 7]
            for opens, closes in times:
                start, end = midnight + opens, midnight + closes
                if start >= begin and end <= stop:
                    yield start, end
                elif start < stop and end > begin:
                    yield max(start, begin), min(end, stop)
            midnight += _WHOLE_DAY
            ordinal += 1


def _durations(times: Openings) -> tuple[tuple[timedelta, timedelta], ...]:
    return tuple((timedelta(minutes=opens), timedelta(minutes=closes)) for opens, closes in times)


def _summed(intervals: Iterable[tuple[datetime, datetime]]) -> tuple[list[datetime], list[timedelta], list[datetime]]:
    """Starts, prefix sums and zeros of intervals in order; those that touch become one."""
    starts: list[datetime] = []
    zeros: list[datetime] = []
    before = [_NOTHING]
    total, latest = _NOTHING, None
    for start, end in intervals:
        if start == latest:
            total += end - start
            before[-1] = total
        else:
            zero = start - total
            starts.append(start)
            zeros.append(zero)
            total = end - zero
            before.append(total)
        latest = end
    return starts, before, zeros


def _joined(earlier: _Layout, later: _Layout) -> _Layout:
    """Two neighbouring layouts as one; an interval that runs over New Year becomes whole again."""
    intervals = [(start, layout.end(index)) for layout in (earlier, later) for index, start in enumerate(layout.starts)]
    years = range(earlier.years.start, later.years.stop)
    return _Layout(years, earlier.low, later.high, *_summed(intervals))


def _offsets(zone: tzinfo, low: datetime, high: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Stretches (from, until, offset) of UTC in which the zone keeps one offset.

    A zone does not tell its clock changes, so they are looked for in steps, then searched to the second.
    """
    begin, offset = low, _offset(zone, low)
    probe = low
    while probe < high:
        same, probe = probe, min(probe + _SHORTEST_OFFSET, high)
        changed = _offset(zone, probe)
        if changed == offset:
            continue
        other = probe
        while (step := (other - same) // timedelta(seconds=2)) > 0:
            middle = same + timedelta(seconds=step)
            if _offset(zone, middle) == offset:
                same = middle
            else:
                other = middle
        if other < high:
            yield begin, other, offset
            begin, offset = other, changed
    yield begin, high, offset


def _offset(zone: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(zone).replace(tzinfo=UTC) - at
