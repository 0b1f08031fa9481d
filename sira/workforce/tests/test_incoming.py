"""Files as people save them from table programs and calendars: read right, or refused with row and word."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from sira.people.automation import automation
from sira.people.tests.cast import an_agent
from sira.workforce import exchange, incoming
from sira.workforce.models import Absence, Shift
from sira.workforce.refusals import BadRow, NotAFile

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
WITHIN = (date(2026, 11, 1), date(2027, 2, 28))
DAY_SHIFT = ("work", datetime(2026, 12, 31, 9), datetime(2026, 12, 31, 17))

TURKISH = "Kişi;TÜR;BAŞLANGIÇ;BİTİŞ;Açıklama\r\nNadia@example.org;Vardiya;31.12.2026 09:00;31.12.2026 17:00;Yılbaşı\r\n"
POLISH = 'sep=;\nOsoba;Rodzaj;Dzień;Od;Do;Uwagi\nnadia@example.org;zmiana;31.12.2026;9:00;17:00;"a;b"\n;;;;;\n'
PERSIAN = "شخص,نوع,شروع,پایان\nnadia@example.org,شیفت,۱۴۰۵/۱۰/۱۰ ۰۹:۰۰,۱۴۰۵/۱۰/۱۰ ۱۷:۰۰\n"
ENGLISH = "Person\tKind\tFrom\tTo\rnadia@example.org\tShift\t31/12/2026 9:00 AM\t31/12/2026 5:00 PM\r"


@pytest.mark.parametrize("content, language", [
    (TURKISH.encode("utf-8-sig"), "en"),
    (TURKISH.encode("cp1254"), "tr"),
    (POLISH.encode("cp1250"), "pl"),
    (PERSIAN.encode(), "fa"),
    (PERSIAN.encode("utf-16"), "fa"),
    (ENGLISH.encode("utf-16"), "en"),
])  # fmt: skip
def test_a_sheet_is_read_in_the_words_digits_and_calendar_of_its_language(content, language):
    (row,) = incoming.read_csv(incoming.decoded(content, language=language))
    assert (row.mail, row.kind, row.starts_at, row.ends_at) == ("nadia@example.org", *DAY_SHIFT)


def test_the_last_day_of_a_leave_without_times_is_a_day_of_it_and_a_night_ends_on_the_next():
    (away,) = incoming.read_csv("person,kind,starts_at,ends_at\na@b,leave,31.12.2026,02.01.2027\n")
    (shift,) = incoming.read_csv("person,kind,day,start,end\na@b,work,31.12.2026,22:00,06:00\n")
    assert (away.starts_at, away.ends_at) == (datetime(2026, 12, 31), datetime(2027, 1, 3))
    assert (shift.starts_at, shift.ends_at) == (datetime(2026, 12, 31, 22), datetime(2027, 1, 1, 6))


@pytest.mark.parametrize("row, told", [
    ("nadia@example.org,work,12/31/2026 09:00,12/31/2026 17:00", "12/31/2026 09:00"),
    ("nadia@example.org,work,31.12.2026 09:00,31.12.26 17:00", "31.12.26 17:00"),
    ("nadia@example.org,holiday,31.12.2026 09:00,31.12.2026 17:00", "holiday"),
    ("nobody@example.org,work,31.12.2026 09:00,31.12.2026 17:00", "nobody@example.org"),
    ("nadia@example.org,work,31.12.2026 17:00,31.12.2026 09:00", "A shift ends after it starts"),
    ("nadia@example.org,leave,31.12.2026 17:00,31.12.2026 09:00", "An absence ends after it starts"),
    ("nadia@example.org,work", "–"),
])  # fmt: skip
@pytest.mark.django_db
def test_a_row_that_cannot_be_read_is_named_with_the_word(row, told):
    an_agent(mail="nadia@example.org")
    text = f"person,kind,starts_at,ends_at\nnadia@example.org,sick,30.12.2026,30.12.2026\n\n{row}\n"
    with pytest.raises(BadRow) as caught:
        exchange.take_in(incoming.read_csv(text), by=automation(), at=AT)
    assert str(caught.value).startswith("Row 4: ") and told in str(caught.value)
    assert not Absence.objects.exists()


def test_a_missing_column_is_named_and_a_workbook_is_no_csv():
    with override("fa"):
        assert str(BadRow(1042, "?")).startswith("سطر ۱٬۰۴۲:")
    with pytest.raises(BadRow, match=r"Row 1: .* ends_at"):
        list(incoming.read_csv("person,kind,starts_at\n"))
    with pytest.raises(NotAFile):
        incoming.decoded(b"PK\x03\x04", language="en")
    with pytest.raises(NotAFile):
        list(incoming.read_ical(b"\x00", WITHIN))


def ical(*lines: str) -> bytes:
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nORGANIZER:mailto:nadia@example.org\r\n"
    return (head + "\r\n".join(lines) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n").encode()


@pytest.mark.django_db
def test_a_shift_that_comes_round_is_entered_for_each_time_by_the_clock_on_the_wall():
    an_agent(mail="nadia@example.org")
    content = ical(
        'DTSTART;TZID="Central European Standard Time":20261021T220000',
        "DTEND;TZID=Central European Standard Time:20261022T060000",
        "RRULE:FREQ=WEEKLY;BYDAY=WE,SA;UNTIL=20261111T000000Z",
        "EXDATE;TZID=Central European Standard Time:20261028T220000",
        "DESCRIPTION:Night\\, the long\r\n  one",
    )
    rows = incoming.read_ical(content, (date(2026, 10, 1), date(2026, 12, 1)))
    assert exchange.take_in(rows, by=automation(), at=AT) == 5
    shifts = Shift.objects.order_by("starts_at")
    assert shifts[0].note == "Night, the long one"
    assert [(one.starts_at.strftime("%d.%m. %H"), one.ends_at.strftime("%d.%m. %H")) for one in shifts] == [
        ("21.10. 20", "22.10. 04"),
        ("24.10. 20", "25.10. 05"),
        ("31.10. 21", "01.11. 05"),
        ("04.11. 21", "05.11. 05"),
        ("07.11. 21", "08.11. 05"),
    ]


@pytest.mark.django_db
def test_leave_of_whole_days_lasts_from_midnight_to_midnight_also_where_the_clocks_change():
    an_agent(mail="nadia@example.org", time_zone="Europe/Warsaw")
    content = ical("DTSTART;VALUE=DATE:20270328", "CATEGORIES:Urlop")
    exchange.take_in(incoming.read_ical(content, WITHIN), by=automation(), at=AT)
    leave = Absence.objects.get()
    assert (leave.starts_at, leave.ends_at) == (
        datetime(2027, 3, 27, 23, tzinfo=UTC),
        datetime(2027, 3, 28, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize("lines, told", [
    (("DTSTART:20261231T090000Z", "SUMMARY:Early"), "It has no end: Early"),
    (("DTSTART:20261231T090000Z", "DURATION:PT8H", "RRULE:FREQ=DAILY;BYHOUR=9,17", "SUMMARY:Odd"), "Odd"),
])  # fmt: skip
def test_an_event_that_is_no_shift_is_named(lines, told):
    with pytest.raises(BadRow) as caught:
        list(incoming.read_ical(ical(*lines), WITHIN))
    assert told in str(caught.value)
