"""What people type for numbers and dates, in the digits and the calendar of their language."""

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation

import jdatetime

# Persian and Arabic-Indic digits, and what keyboards of these languages put between them.
TO_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬،−", "01234567890123456789.,,-")
FIRST_GREGORIAN = 1700  # Jalali years are below: 1405 is 2026


def latin(text: str) -> str:
    return text.translate(TO_LATIN).strip()


def read_number(text: str, language: str) -> Decimal:
    """1 234,5 or ۱٬۲۳۴٫۵ or 1,234.5, as the language writes it; a lone comma is a decimal one except in English.

    Raises ValueError.
    """
    plain = re.sub(r"[\s\u00a0\u202f']", "", latin(text))
    if language == "en" or plain.rfind(".") > plain.rfind(","):
        plain = plain.replace(",", "")
    else:
        plain = plain.replace(".", "") if "," in plain else plain
        plain = plain.replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite() or not re.fullmatch(r"-?\d{1,18}(\.\d{1,9})?", plain):
        raise ValueError(text)
    return number


def read_date(text: str, language: str) -> date:
    """2026-11-24 or 24.11.2026; Jalali 1405/09/03 in any digits where the language is Persian. Raises ValueError."""
    parts = re.split(r"[/.\-\s]+", latin(text))
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise ValueError(text)
    numbers = [int(part) for part in parts]
    year, month, day = numbers if len(parts[0]) == 4 else reversed(numbers)
    if language == "fa" and year < FIRST_GREGORIAN:
        return jdatetime.date(year, month, day).togregorian()
    return date(year, month, day)


def read_time(text: str) -> time:
    """13:36, also 9.05 and ۱۳:۳۶. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})(:\d{2})?", latin(text))
    if not found:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]))


def write_date(on: date, language: str) -> str:
    """As a field shows it to be edited: Jalali with Persian digits, else ISO."""
    if language != "fa":
        return on.isoformat()
    jalali = jdatetime.date.fromgregorian(date=on)
    return f"{jalali.year:04}/{jalali.month:02}/{jalali.day:02}".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
