"""How it goes: by day and week, how old the open work is, and where it will stand by simple means."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, pstdev

from sira.insight import counting
from sira.insight.figures import Figure, needed_for, of_sums
from sira.insight.scope import Scope
from sira.tickets import flows

# From this many days on, up to the next; the last has no end.
AGES = (0, 1, 3, 7, 14, 28)
WEEKS_OF_FORECAST = 4
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """One day or week of a trend."""

    since: date
    until: date
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Age:
    """Open work that came on these days.  since: None for the oldest, until: None for the newest."""

    since: date | None
    until: date | None
    open: int
    waiting: int


@dataclass(frozen=True)
class Forecast:
    """Open work at the end of a day: in the middle, and between what it was four times in five."""

    on: date
    expected: int
    low: int
    high: int


def trend(scope: Scope, names: tuple[str, ...], *, weekly: bool) -> list[Step]:
    """The figures for each day of the scope, or each week that it touches (whole ones, from Monday)."""
    if weekly:
        scope = scope.over(scope.since - scope.since.weekday() * A_DAY, scope.until)
    needed = needed_for(names)
    sums: dict[date, Counter[str]] = defaultdict(Counter)
    for day, *values in counting.sums(scope, needed, ("day",)):
        first = day - day.weekday() * A_DAY if weekly else day
        sums[first].update(dict(zip(needed, values, strict=True)))
    length = 7 if weekly else 1
    firsts = (scope.since + place * length * A_DAY for place in range(-(-scope.days // length)))
    return [
        Step(
            first, min(first + (length - 1) * A_DAY, scope.until), {name: of_sums(sums[first], name) for name in names}
        )
        for first in firsts
    ]


def ages(scope: Scope) -> list[Age]:
    """Open work by the day on which it came."""
    today = flows.desk_day(scope.at)
    found = [[0, 0] for _age in AGES]
    for day, is_open, waiting in counting.standing_by(scope, ("day",)):
        old = max(0, (today - day).days)
        place = max(place for place, least in enumerate(AGES) if least <= old)
        found[place][0] += is_open
        found[place][1] += waiting
    edges = [*AGES[1:], None]
    return [
        Age(today - (end - 1) * A_DAY if end else None, today - least * A_DAY if least else None, *counts)
        for least, end, counts in zip(AGES, edges, found, strict=True)
    ]


def forecast(scope: Scope, *, days: int = 7) -> list[Forecast]:
    """Open work on the coming days: what it is, and on each weekday what usually comes more than goes.

    The mean of that weekday in the last four weeks; the range grows with how much those differed.
    """
    today = flows.desk_day(scope.at)
    past = scope.over(today - WEEKS_OF_FORECAST * 7 * A_DAY, today - A_DAY)
    more = {day: opened - solved for day, opened, solved in counting.sums(past, ("opened", "solved"), ("day",))}
    if not more:
        return []
    level, spread, found = float(counting.standing(scope)["open"]), 0.0, []
    for ahead in range(1, days + 1):
        day = today + ahead * A_DAY
        like = [more.get(day - week * 7 * A_DAY, 0) for week in range(1, WEEKS_OF_FORECAST + 1)]
        level, spread = level + fmean(like), spread + pstdev(like) ** 2
        reach = 1.28 * spread**0.5  # four of five, if days differ by chance alone
        found.append(Forecast(day, max(0, round(level)), max(0, round(level - reach)), max(0, round(level + reach))))
    return found
