"""Dates of the Persian calendar as people type them. How dates are shown is the shell's business."""

import re
from datetime import date

import jdatetime

from sira.calendars.refusals import NotADate

MONTHS = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩يك", "01234567890123456789یک")
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_LATIN = (
    "farvardin",
    "ordibehesht",
    "khordad",
    "tir",
    "mordad",
    "shahrivar",
    "mehr",
    "aban",
    "azar",
    "dey",
    "bahman",
    "esfand",
)
_MONTH_NUMBERS = {name: number for names in (MONTHS, _LATIN) for number, name in enumerate(names, 1)}
_MONTH_NUMBERS |= {"امرداد": 5, "ابان": 8, "اذر": 9}
# Years this high are Gregorian: nobody enters a date of the Persian year 1700.
_FIRST_GREGORIAN_YEAR = 1700


def parse_date(text: str) -> date:
    """A date typed as ۱۴۰۵/۹/۳, ۳ آذر ۱۴۰۵, 3 azar 1405, or in Gregorian numbers as 2026-11-24. Raises NotADate.

    Digits may be Persian, Arabic or Latin. The day may come first only where the month is a word or the year is last.
    """
    plain = text.translate(_DIGITS).replace("\u200c", " ").strip().lower()
    parts = [part for part in re.split(r"[\s/.,،\-]+", plain) if part]
    while len(parts) > 3 and not parts[0].isdecimal():
        parts.pop(0)  # the name of the weekday, which may be two words
    if len(parts) != 3:
        raise NotADate(text=text)
    try:
        year, month, day = _in_order(parts)
        if year >= _FIRST_GREGORIAN_YEAR:
            return date(year, month, day)
        return jdatetime.date(year, month, day).togregorian()
    except (ValueError, KeyError) as error:
        raise NotADate(text=text) from error


def jalali_text(on: date) -> str:
    """The date as one types it: ۱۴۰۵/۰۹/۰۳."""
    own = jdatetime.date.fromgregorian(date=on)
    return f"{own.year:04}/{own.month:02}/{own.day:02}".translate(_PERSIAN)


def _in_order(parts: list[str]) -> tuple[int, int, int]:
    """Year, month, day; a year of two digits belongs to the 1300s or 1400s, whichever is nearer."""
    first, middle, last = parts
    month = int(middle) if middle.isdecimal() else _MONTH_NUMBERS[middle]
    day_first = len(last) == 4 or (not middle.isdecimal() and len(first) <= 2)
    year, day = (last, first) if day_first else (first, last)
    number = int(year)
    if len(year) == 2:
        number += 1300 if number > 50 else 1400
    return number, month, int(day)
