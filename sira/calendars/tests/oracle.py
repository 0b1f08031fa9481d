"""Working time counted minute by minute, straight from its definition: slow, and too plain to be wrong."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONES = (
    "Europe/Warsaw",
    "Europe/Istanbul",
    "Asia/Tehran",
    "America/New_York",
    "Australia/Lord_Howe",  # moves its clocks by half an hour
    "Europe/London",
)
MINUTE = timedelta(minutes=1)
Pairs = Sequence[tuple[int, int]]


class Oracle:
    """One calendar. week: pairs by weekday as a person enters them, night shifts too; days: dates that differ."""

    def __init__(self, zone: str, week: Sequence[Pairs], days: Mapping[date, Pairs], start: datetime, end: datetime):
        self.zone, self.week, self.days, self.start = ZoneInfo(zone), week, days, start
        minutes = (end - start) // MINUTE
        self.open = bytes(self.shows_open_time(start + n * MINUTE) for n in range(minutes))

    def shows_open_time(self, at: datetime) -> bool:
        wall = at.astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        if wall.date() in self.days:
            return any(opens <= minute < closes for opens, closes in self.days[wall.date()])
        today = any(
            opens <= minute and (minute < closes or closes <= opens) for opens, closes in self.week[wall.weekday()]
        )
        over_night = any(closes <= opens and minute < closes for opens, closes in self.week[wall.weekday() - 1])
        return today or over_night

    def between(self, start: datetime, end: datetime) -> timedelta:
        return sum(self.open[(start - self.start) // MINUTE : (end - self.start) // MINUTE]) * MINUTE

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """None when the end lies outside what was counted."""
        if not duration:
            return start
        left = duration // MINUTE
        for minute in range((start - self.start) // MINUTE, len(self.open)):
            left -= self.open[minute]
            if not left:
                return self.start + (minute + 1) * MINUTE
        return None

    def next_opening(self, at: datetime) -> datetime | None:
        minute = self.open.find(1, (at - self.start) // MINUTE)
        return None if minute < 0 else self.start + minute * MINUTE


def random_calendar(
    chance: random.Random, year: int, *, holidays: int = 20
) -> tuple[str, list[list[tuple[int, int]]], dict[date, list[tuple[int, int]]]]:
    """Zone, week and days: lunch breaks, any weekend, night shifts, 24 x 7, holidays and half days."""
    kind = chance.choice(["office", "lunch", "night", "always", "odd"])
    weekend = chance.choice([{5, 6}, {3, 4}, {4}, {6}, set()])
    week = [[] if day in weekend else _hours(chance, kind) for day in range(7)]
    first = date(year, 1, 1)
    days: dict[date, list[tuple[int, int]]] = {}
    for _ in range(chance.randrange(holidays + 1)):
        day = first + timedelta(days=chance.randrange(366))
        days[day] = chance.choice([[], [], [(0, 13 * 60)], [(9 * 60, 12 * 60), (15 * 60, 24 * 60)]])
    return chance.choice(ZONES), week, days


def _hours(chance: random.Random, kind: str) -> list[tuple[int, int]]:
    if kind == "office":
        return [(chance.randrange(0, 600, 15), chance.randrange(900, 1441, 15))]
    if kind == "lunch":
        return [(480, 720), (780, 1020), (1080, 1140)]
    if kind == "night":
        return [(22 * 60, 6 * 60), (12 * 60, 13 * 60)]
    if kind == "always":
        return [(0, 1440)]
    edges = sorted(chance.sample(range(1441), 2 * chance.randrange(1, 5)))
    return list(zip(edges[::2], edges[1::2], strict=True))


def random_minute(chance: random.Random, start: datetime, end: datetime) -> datetime:
    return start + chance.randrange((end - start) // MINUTE) * MINUTE


def year_of(year: int) -> tuple[datetime, datetime]:
    return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
