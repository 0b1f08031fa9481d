#!/usr/bin/env python3
"""Measures the arithmetic of working time against an oracle that counts minute by minute; prints one JSON object.

bench/calendars.py [--cases N]

Figures are CPU time of this process, the quickest of several rounds, since other work on the machine only adds to it.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sira.calendars.tests.oracle import Oracle, random_calendar, random_minute, year_of
from sira.calendars.working_time import WorkingTime, openings, week_of

CASES_A_CALENDAR = 250
MINUTE = timedelta(minutes=1)
OFFICE = week_of([[(540, 720), (780, 1080)]] * 5 + [[], []])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=10_000)
    cases = arguments.parse_args().cases
    json.dump({"bench": "calendars", **agreement(cases), **speed()}, sys.stdout, indent=2)


def agreement(cases: int) -> dict[str, object]:
    """How many random cases agree; one case is one sum, one addition over several pauses and one next opening."""
    chance, asked, agreed = random.Random(4), 0, 0
    zones: set[str] = set()
    while asked < cases:
        year = chance.randrange(2015, 2035)
        start, end = year_of(year)
        zone, week, days = random_calendar(chance, year)
        oracle = Oracle(zone, week, days, start, end)
        desk = WorkingTime(zone, week_of(week), {day: openings(pairs) for day, pairs in days.items()})
        zones.add(zone)
        for _ in range(min(CASES_A_CALENDAR, cases - asked)):
            asked += 1
            agreed += agrees(oracle, desk, chance, start, end)
    return {"cases": asked, "agreeing": agreed, "zones": sorted(zones)}


def agrees(oracle: Oracle, desk: WorkingTime, chance: random.Random, start: datetime, end: datetime) -> bool:
    one, other = sorted(random_minute(chance, start, end) for _ in range(2))
    if desk.between(one, other) != oracle.between(one, other):
        return False
    opening, deadline = oracle.next_opening(one), oracle.add(one, budget := minutes(chance, 10_000))
    if opening is not None and desk.next_opening(one) != opening:
        return False
    if deadline is not None and desk.add(one, budget) != deadline:
        return False
    return deadline is None or with_pauses(oracle, one, budget) in (None, with_pauses(desk, one, budget))


def with_pauses(counter: Oracle | WorkingTime, start: datetime, budget: timedelta) -> datetime | None:
    """The deadline of a clock that stands still twice on its way; None when the oracle's year is over."""
    for share, days in ((0.3, 3), (0.5, 5)):
        stopped = counter.add(start, budget * share // MINUTE * MINUTE)
        if stopped is None:
            return None
        budget -= counter.between(start, stopped)
        start = stopped + timedelta(days=days)
    return counter.add(start, budget)


def minutes(chance: random.Random, most: int) -> timedelta:
    return chance.randrange(most) * MINUTE


def speed() -> dict[str, float]:
    zone = ZoneInfo("Europe/Warsaw")
    desk = WorkingTime(zone, OFFICE)
    start, end = datetime(2026, 3, 5, 12, 3, tzinfo=UTC), datetime(2026, 9, 1, 4, tzinfo=UTC)
    there, then, budget = start.astimezone(zone), end.astimezone(zone), timedelta(hours=30)
    return {
        "add_us": each(lambda: desk.add(start, budget)),
        "add_other_zone_us": each(lambda: desk.add(there, budget)),
        "between_us": each(lambda: desk.between(start, end)),
        "between_other_zones_us": each(lambda: desk.between(there, then)),
        "next_opening_us": each(lambda: desk.next_opening(start)),
        "build_a_year_us": each(lambda: WorkingTime(zone, OFFICE).is_open(start), times=50),
    }


def each(call: Callable[[], object], times: int = 20_000, rounds: int = 10) -> float:
    """Microseconds of CPU for one call."""
    best = float("inf")
    for _ in range(rounds):
        begin = process_time()
        for _ in range(times):
            call()
        best = min(best, process_time() - begin)
    return round(best / times * 1e6, 2)


if __name__ == "__main__":
    main()
