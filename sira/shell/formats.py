"""Times, spans, amounts and sizes as each language writes them: pure functions, no clock and no request.

`language` is one of en, tr, fa, pl; anything else is written as English.  Persian uses the Jalali calendar and its own
digits.  Identifiers (INC-1042, addresses, versions) never come through here: they stay Latin.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

import jdatetime

PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
NBSP = "\u00a0"


@dataclass(frozen=True)
class Language:
    """Words and marks of one language; weekdays begin on Monday, months with the first of its calendar."""

    weekdays: tuple[str, ...]
    weekdays_full: tuple[str, ...]
    months: tuple[str, ...]
    months_full: tuple[str, ...]
    decimal: str
    group: str
    percent: str
    minute: str
    hour: str
    minute_after_hour: str
    left: str
    late: str
    bytes: tuple[str, ...] = ("B", "kB", "MB", "GB")


ENGLISH = Language(
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    weekdays_full=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    months_full=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    decimal=".",
    group=",",
    percent="{}%",
    minute="min",
    hour="h",
    minute_after_hour="m",
    left="{} left",
    late="{} late",
)
TURKISH = Language(
    weekdays=("Pzt", "Sal", "Çar", "Per", "Cum", "Cmt", "Paz"),
    weekdays_full=("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"),
    months=("Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara"),
    months_full=(
        "Ocak",
        "Şubat",
        "Mart",
        "Nisan",
        "Mayıs",
        "Haziran",
        "Temmuz",
        "Ağustos",
        "Eylül",
        "Ekim",
        "Kasım",
        "Aralık",
    ),
    decimal=",",
    group=".",
    percent="%{}",
    minute="dk",
    hour="sa",
    minute_after_hour="dk",
    left="{} kaldı",
    late="{} geçti",
)
PERSIAN_WEEKDAYS = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنج‌شنبه", "جمعه", "شنبه", "یکشنبه")
PERSIAN_MONTHS = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")
PERSIAN = Language(
    weekdays=PERSIAN_WEEKDAYS,
    weekdays_full=PERSIAN_WEEKDAYS,
    months=PERSIAN_MONTHS,
    months_full=PERSIAN_MONTHS,
    decimal="٫",
    group="٬",
    percent="{}٪",
    minute="دقیقه",
    hour="ساعت",
    minute_after_hour="",
    left="{} مانده",
    late="{} دیر",
    bytes=("بایت", "کیلوبایت", "مگابایت", "گیگابایت"),
)
POLISH = Language(
    weekdays=("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."),
    weekdays_full=("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"),
    months=("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"),
    months_full=(
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ),
    decimal=",",
    group=NBSP,
    percent="{}%",
    minute="min",
    hour="h",
    minute_after_hour="min",
    left="zostało {}",
    late="{} po terminie",
)
LANGUAGES = {"en": ENGLISH, "tr": TURKISH, "fa": PERSIAN, "pl": POLISH}


def zone(name: str) -> tzinfo:
    return ZoneInfo(name)


def of(language: str) -> Language:
    return LANGUAGES.get(language[:2], ENGLISH)


def digits(text: object, language: str) -> str:
    """The text with the digits of the language; for quantities and times, never for identifiers."""
    return str(text).translate(PERSIAN_DIGITS) if language.startswith("fa") else str(text)


def comma(language: str) -> str:
    return "، " if language.startswith("fa") else ", "


def listed(words: Iterable[str], language: str) -> str:
    return comma(language).join(words)


def apart(text: str, language: str) -> str:
    """Latin words within a Persian line, each line of theirs isolated: else a full stop or a number at their edge
    goes to the wrong side, and names side by side read from the left as one run.
    """
    return "\n".join(map(_isolated, text.split("\n"))) if language.startswith("fa") else text


def _isolated(line: str) -> str:
    runs = {bidirectional(sign) for sign in line}
    return f"\u2068{line}\u2069" if "L" in runs and not runs & {"R", "AL"} else line


# Between two names in a sentence that has quotation marks for one.
_BETWEEN_QUOTES = {"fa": "»، «", "pl": "”, „"}


def quoted_on(words: Iterable[str], language: str) -> str:
    """For a place that stands in quotation marks; what is called alike is said once."""
    return _BETWEEN_QUOTES.get(language, "”, “").join(dict.fromkeys(words))


def lead_in(label: str) -> str:
    """What stands before an answer in the same line: "Floor:", and "Which floor?", since a question needs no colon."""
    return label if label.endswith(("?", "؟", ":")) else f"{label}:"


def clock(at: datetime, language: str, *, seconds: bool = False) -> str:
    text = f"{at.hour:02}:{at.minute:02}:{at.second:02}" if seconds else f"{at.hour:02}:{at.minute:02}"
    return digits(text, language)


@lru_cache(maxsize=4096)
def _parts(on: date, language: str) -> tuple[int, int, int]:
    """Year, month and day in the calendar of the language."""
    if language.startswith("fa"):
        jalali = jdatetime.date.fromgregorian(date=on)
        return jalali.year, jalali.month, jalali.day
    return on.year, on.month, on.day


def day(on: date, language: str, *, year: bool = False) -> str:
    """24 Nov, or 24 Nov 2026; ۳ آذر ۱۴۰۵ in Persian."""
    y, m, d = _parts(on, language)
    text = f"{d} {of(language).months[m - 1]}"
    return digits(f"{text} {y}" if year else text, language)


def full(at: datetime, language: str, *, zone: tzinfo, year: bool = True) -> str:
    """Date and time with the weekday: Tue 24 Nov 2026, 13:36."""
    at = at.astimezone(zone)
    weekday = of(language).weekdays[at.weekday()]
    written, time = day(at.date(), language, year=year), clock(at, language)
    if language.startswith("tr"):
        return f"{written} {weekday} {time}"
    return f"{weekday} {written}، {time}" if language.startswith("fa") else f"{weekday} {written}, {time}"


def planned(starts: datetime, ends: datetime, language: str, *, zone: tzinfo) -> tuple[str, str]:
    """From when to when something is planned: Tue 24 Nov, 09:00, and 17:00; the day twice where it ends on another."""
    on, last = starts.astimezone(zone), ends.astimezone(zone)
    begins = full(on, language, zone=zone, year=False)
    return begins, clock(last, language) if on.date() == last.date() else full(last, language, zone=zone, year=False)


def exact(at: datetime, language: str, *, zone: tzinfo) -> str:
    """The moment to the second with its zone, for tips: Tuesday 24 November 2026, 13:36:08 (Europe/Warsaw)."""
    at = at.astimezone(zone)
    y, m, d = _parts(at.date(), language)
    words = of(language)
    weekday, time = words.weekdays_full[at.weekday()], clock(at, language, seconds=True)
    written = digits(f"{d} {words.months_full[m - 1]} {y}", language)
    if language.startswith("tr"):
        return f"{written} {weekday} {time} ({zone})"
    comma = "،" if language.startswith("fa") else ","
    return f"{weekday} {written}{comma} {time} ({zone})"


def moment(at: datetime, language: str, *, now: datetime, zone: tzinfo, time: bool = False) -> str:
    """Today the time alone, this year day and month, else the year too; `time` adds the time to other days."""
    at, now = at.astimezone(zone), now.astimezone(zone)
    if at.date() == now.date():
        return clock(at, language)
    this_year = _parts(at.date(), language)[0] == _parts(now.date(), language)[0]
    written = day(at.date(), language, year=not this_year)
    if not time:
        return written
    comma = "" if language.startswith("tr") else "،" if language.startswith("fa") else ","
    return f"{written}{comma} {clock(at, language)}"


def span(length: timedelta, language: str) -> str:
    """A length of working time, to the minute: 52 min, 1 h 05 m, 26 h.  The sign is dropped."""
    words = of(language)
    minutes = int(abs(length).total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        text = f"{minutes} {words.minute}"
    elif hours >= 10 or not rest:
        text = f"{hours} {words.hour}"
    elif language.startswith("fa"):
        text = f"{hours}:{rest:02} {words.hour}"
    else:
        text = f"{hours} {words.hour} {rest:02} {words.minute_after_hour}"
    return digits(text.replace(" ", NBSP), language)


def left(length: timedelta, language: str) -> str:
    """52 min left; a negative length is late: 24 min late, and a minute from the first second on."""
    words = of(language)
    if length < timedelta(0):
        return words.late.format(span(max(-length, timedelta(minutes=1)), language))
    return words.left.format(span(length, language))


def amount(number: int | float | Decimal, language: str, *, places: int | None = None) -> str:
    """12,480.5 with the marks of the language; `places` fixes the decimals, else they are written as given."""
    words = of(language)
    text = f"{number:,}" if places is None else f"{number:,.{places}f}"
    text = text.replace(",", "\0").replace(".", words.decimal).replace("\0", words.group).replace("-", "−")
    return digits(text, language)


def percent(share: int | float | Decimal, language: str, *, places: int | None = None) -> str:
    """96.8%; in Turkish the sign comes first."""
    return of(language).percent.format(amount(share, language, places=places))


def size(octets: int, language: str) -> str:
    """48 kB, 1.2 MB: thousands, one decimal below ten from megabytes on."""
    units = of(language).bytes
    value, step = float(octets), 0
    while value >= 999.5 and step < len(units) - 1:
        value, step = value / 1000, step + 1
    places = 1 if step > 1 and value < 9.95 else 0
    return f"{amount(value, language, places=places)}{NBSP}{units[step]}"


def initials(name: str) -> str:
    """Two letters for Latin names; one for Persian and Arabic, since two would join."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "?"
    first = words[0][0]
    if "\u0600" <= first <= "\u06ff":
        return first
    return (first + (words[-1][0] if len(words) > 1 else "")).upper()
