"""The table of LOOK.md in the four languages, and the edges of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sira.shell import formats

WARSAW = ZoneInfo("Europe/Warsaw")
MOMENT = datetime(2026, 11, 24, 12, 36, 8, tzinfo=UTC)
NBSP = "\u00a0"


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Tue 24 Nov 2026, 13:36"),
        ("tr", "24 Kas 2026 Sal 13:36"),
        ("fa", "سه‌شنبه ۳ آذر ۱۴۰۵، ۱۳:۳۶"),
        ("pl", "wt. 24 lis 2026, 13:36"),
    ],
)
def test_date_and_time_stand_as_each_language_writes_them(language, written):
    assert formats.full(MOMENT, language, zone=WARSAW) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Tuesday 24 November 2026, 13:36:08 (Europe/Warsaw)"),
        ("tr", "24 Kasım 2026 Salı 13:36:08 (Europe/Warsaw)"),
        ("fa", "سه‌شنبه ۳ آذر ۱۴۰۵، ۱۳:۳۶:۰۸ (Europe/Warsaw)"),
        ("pl", "wtorek 24 listopada 2026, 13:36:08 (Europe/Warsaw)"),
    ],
)
def test_the_tip_tells_the_second_and_the_zone(language, written):
    assert formats.exact(MOMENT, language, zone=WARSAW) == written


@pytest.mark.parametrize(
    ("language", "left", "late"),
    [
        ("en", "52 min left", "24 min late"),
        ("tr", "52 dk kaldı", "24 dk geçti"),
        ("fa", "۵۲ دقیقه مانده", "۲۴ دقیقه دیر"),
        ("pl", "zostało 52 min", "24 min po terminie"),
    ],
)
def test_a_countdown_says_left_or_late(language, left, late):
    assert plain(formats.left(timedelta(minutes=52), language)) == left
    assert plain(formats.left(timedelta(minutes=-24), language)) == late


def test_what_is_late_by_seconds_is_late_by_a_minute_and_not_by_none():
    assert plain(formats.left(timedelta(seconds=-4), "en")) == "1 min late"
    assert plain(formats.left(timedelta(seconds=4), "en")) == "0 min left"


@pytest.mark.parametrize(
    ("language", "hours", "long"),
    [
        ("en", "1 h 05 m", "26 h"),
        ("tr", "1 sa 05 dk", "26 sa"),
        ("fa", "۱:۰۵ ساعت", "۲۶ ساعت"),
        ("pl", "1 h 05 min", "26 h"),
    ],
)
def test_hours_keep_their_minutes_until_ten(language, hours, long):
    assert plain(formats.span(timedelta(hours=1, minutes=5, seconds=59), language)) == hours
    assert plain(formats.span(timedelta(hours=26, minutes=40), language)) == long


@pytest.mark.parametrize(
    ("language", "number", "share"),
    [
        ("en", "12,480.5", "96.8%"),
        ("tr", "12.480,5", "%96,8"),
        ("fa", "۱۲٬۴۸۰٫۵", "۹۶٫۸٪"),
        ("pl", "12 480,5", "96,8%"),
    ],
)
def test_numbers_take_the_marks_of_the_language(language, number, share):
    assert plain(formats.amount(12480.5, language)) == number
    assert formats.percent(96.8, language) == share


def test_a_negative_number_has_a_true_minus():
    assert formats.amount(-1, "en") == "−1"


def test_today_shows_the_time_alone_this_year_the_day_else_the_year():
    def at(days: int) -> str:
        return formats.moment(MOMENT - timedelta(days=days), "en", now=MOMENT, zone=WARSAW)

    assert [at(0), at(4), at(400)] == ["13:36", "20 Nov", "20 Oct 2025"]


def test_a_year_turns_where_its_calendar_turns():
    """1 Farvardin 1405 is 21 March 2026: what was written the day before belongs to last year."""
    now = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)
    assert formats.moment(now - timedelta(days=1), "fa", now=now, zone=UTC) == "۲۹ اسفند ۱۴۰۴"
    assert formats.moment(now - timedelta(days=1), "en", now=now, zone=UTC) == "20 Mar"


def test_today_is_the_readers_today():
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert formats.moment(late, "en", now=MOMENT, zone=WARSAW) == "25 Nov"


@pytest.mark.parametrize(
    ("octets", "english", "persian"),
    [(312, "312 B", "۳۱۲ بایت"), (48_000, "48 kB", "۴۸ کیلوبایت"), (1_240_000, "1.2 MB", "۱٫۲ مگابایت")],
)
def test_sizes_are_short(octets, english, persian):
    assert plain(formats.size(octets, "en")) == english
    assert plain(formats.size(octets, "fa")) == persian


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ayşe Demir", "AD"),
        ("Piotr Jan Zieliński", "PZ"),
        ("هانیه رستمی", "ه"),
        ("Reception", "R"),
        ("", "?"),
        ("İpek Şahin", "İŞ"),
    ],
)
def test_a_persian_avatar_has_one_letter(name, letters):
    assert formats.initials(name) == letters


def test_an_unknown_language_reads_as_english():
    assert formats.day(date(2026, 11, 24), "de") == "24 Nov"


def test_names_within_one_pair_of_quotation_marks_are_parted_by_those_of_the_language():
    assert f"«{formats.quoted_on(['یک', 'دو', 'یک'], 'fa')}»" == "«یک»، «دو»"
    assert f"„{formats.quoted_on(['jeden', 'dwa'], 'pl')}”" == "„jeden”, „dwa”"
    assert f"“{formats.quoted_on(['one', 'two'], 'en')}”" == "“one”, “two”"
