"""When somebody is left in peace, and when the next digest goes to them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sira.notifications.models import Wish
from sira.workforce import availability

PLANNED = ("sick", "leave", "off_shift", "closed")  # reasons of availability.left_out that a plan gives
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
CHANGES = 20  # of a plan that are looked through for the next working hour


def quiet_until(wish: Wish, person: int, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The end of the quiet that lies around this instant; None where there is none."""
    if wish.quiet == Wish.Quiet.HOURS:
        return _end_of_hours(wish, zone, at)
    return _end_of_rest(person, at) if wish.quiet == Wish.Quiet.WORK else None


def _end_of_hours(wish: Wish, zone: ZoneInfo, at: datetime) -> datetime | None:
    """By the person's clock; the same hour twice is no time at all."""
    hour = at.astimezone(zone).hour
    begin, end = wish.quiet_from, wish.quiet_to
    is_quiet = begin <= hour < end if begin <= end else hour >= begin or hour < end
    return next_hour(end, zone, at) if is_quiet else None


def _end_of_rest(person: int, at: datetime) -> datetime | None:
    """Whoever has neither hours nor shifts is never left out by a plan."""
    look = at
    for _change in range(CHANGES):
        if availability.left_out([person], look).get(person) not in PLANNED:
            return look if look > at else None
        change = availability.next_change([person], look)
        if change is None:
            break
        look = change
    return max(look, at + A_DAY)


def next_digest(wish: Wish, person: int, zone: ZoneInfo, at: datetime) -> datetime:
    """The hour at which the digest after this instant goes; one that fell into the quiet waits for its end."""
    if wish.every == Wish.Every.HOUR:
        local = at.astimezone(zone)
        due = at + AN_HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    else:
        due = next_hour(wish.digest_hour, zone, at)
    return quiet_until(wish, person, zone, due) or due


def next_hour(hour: int, zone: ZoneInfo, at: datetime) -> datetime:
    """The next time that a clock there shows this full hour, as an instant of UTC."""
    local = at.astimezone(zone)
    day = local.date() if local.hour < hour else local.date() + A_DAY
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(at.tzinfo)
