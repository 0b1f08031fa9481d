"""Instants as a page shows them, in the language and zone of its reader; the exact moment stands in the tip."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from sira.shell import formats
from sira.shell.marks import language as language_here


def moment(at: datetime | None, with_time: Any = "") -> SafeString | str:
    """Time alone today, day and month this year; `|moment:"time"` adds the time to other days.  Exact in the tip."""
    if at is None:
        return ""
    language, zone = language_here(), timezone.get_current_timezone()
    shown = formats.moment(at, language, now=timezone.now(), zone=zone, time=bool(with_time))
    return _time(at, shown, formats.exact(at, language, zone=zone))


def full(at: datetime | None) -> SafeString | str:
    """Tue 24 Nov 2026, 13:36."""
    if at is None:
        return ""
    language, zone = language_here(), timezone.get_current_timezone()
    return _time(at, formats.full(at, language, zone=zone), formats.exact(at, language, zone=zone))


def clock(at: datetime | None) -> SafeString | str:
    """13:36, whatever the day."""
    if at is None:
        return ""
    language, zone = language_here(), timezone.get_current_timezone()
    return _time(at, formats.clock(at.astimezone(zone), language), formats.exact(at, language, zone=zone))


def until(start: datetime, end: datetime) -> SafeString:
    """Tue 24 Nov, 09:00 – 17:00: what is planned, with its day also where that is today; both days where it has two."""
    language, zone = language_here(), timezone.get_current_timezone()
    both = zip((start, end), formats.planned(start, end, language, zone=zone), strict=True)
    return SafeString(" – ".join(_time(at, shown, formats.exact(at, language, zone=zone)) for at, shown in both))


def exact(at: datetime | None) -> str:
    """The moment to the second with its zone, as plain text."""
    return formats.exact(at, language_here(), zone=timezone.get_current_timezone()) if at else ""


def _time(at: datetime, shown: str, tip: str) -> SafeString:
    """Both texts come from formats.py, where nothing needs escaping; a list has one in every row."""
    return SafeString(f'<time datetime="{at.isoformat(timespec="seconds")}" data-tip="{tip}">{shown}</time>')
