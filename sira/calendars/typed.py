"""Days and times of day as table programs write them, in the four languages."""

import re
from datetime import date, datetime, time, timedelta

from sira.calendars.jalali import parse_date
from sira.calendars.refusals import NotADate

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_UNSEEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)  # a right-to-left sheet puts in marks of direction
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap]\.?m\.?|ö[ös]|[قب]\.ظ\.?))?(?P<zone>z|[+-]\d{2}:?\d{2})?"
)
_WHOLE = re.compile(rf"(?P<day>.+?)(?:(?:t|[\s,،]+){_TIME.pattern})?")
_LONGEST = 60  # the pattern goes through spaces again and again
_AFTERNOON = ("p", "ös", "ب")


def instant(text: str) -> date | datetime:
    """A day, or with a time of day an instant, aware where a zone is written: 2026-12-31T09:00+03:00, 31.12.2026 9:00,
    31/12/2026 9:00 ÖS, ۱۴۰۵/۱۰/۱۰ ۰۹:۰۰.

    The day comes before the month where the year is last. Years have four digits.  Raises NotADate.
    """
    plain = _plain(text)
    found = _WHOLE.fullmatch(plain)
    if found is None or not _YEAR.search(found["day"]):
        raise NotADate(text=text)
    day = parse_date(found["day"])
    return day if found["hour"] is None else _at(day, found, text)


def time_on(day: date, text: str) -> datetime:
    """A time of day of that day; 24:00 is the end of it.  Raises NotADate."""
    found = _TIME.fullmatch(_plain(text))
    if found is None:
        raise NotADate(text=text)
    return _at(day, found, text)


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        raise NotADate(text=text)
    return _UNSEEN.sub("", text.translate(_DIGITS)).replace("İ", "i").strip().lower()


def _at(day: date, found: "re.Match[str]", text: str) -> datetime:
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if half := found["half"]:
        hour = hour % 12 + 12 * half.startswith(_AFTERNOON) if 1 <= hour <= 12 else 99
    over = (hour, minute, second) == (24, 0, 0)
    try:
        at = datetime.combine(day, time(0 if over else hour, minute, second)) + timedelta(days=over)
        return datetime.fromisoformat(f"{at.isoformat()}{found['zone'].upper()}") if found["zone"] else at
    except (ValueError, OverflowError) as error:
        raise NotADate(text=text) from error
