from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from sira.calendars import editing, events, feeds
from sira.calendars.events import MOST_TIMES
from sira.calendars.models import Holiday, HolidayFeed
from sira.calendars.refusals import NoFeed
from sira.people.tests.cast import an_administrator, an_agent
from sira.plumbing.refusals import NotAllowed

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Istanbul")
DAYS = (date(2026, 1, 1), date(2028, 12, 31))
OFFICE = [[[540, 1080]]] * 5 + [[], []]


def ical(*given):
    head = "UID:{}\r\nDTSTAMP:20260101T000000Z\r\n"
    body = "".join(f"BEGIN:VEVENT\r\n{head.format(n)}{one}\r\nEND:VEVENT\r\n" for n, one in enumerate(given))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n{body}END:VCALENDAR\r\n".encode()


def event(name, start, *more):
    return "\r\n".join([f"SUMMARY:{name}", f"DTSTART{start}", *more])


def test_whole_days_several_days_and_afternoons_are_read():
    found = feeds.read(
        ical(
            event("Republic Day", ";VALUE=DATE:20261029"),
            event("Feast", ";VALUE=DATE:20270320", "DTEND;VALUE=DATE:20270323"),
            event("Eve", ":20261231T130000", "DTEND:20261231T235900"),
            event("Off", ";VALUE=DATE:20270501", "STATUS:CANCELLED"),
        ),
        DAYS,
        ZONE,
    )
    assert found == {
        date(2026, 10, 29): ("Republic Day", None, None),
        date(2027, 3, 20): ("Feast", None, None),
        date(2027, 3, 21): ("Feast", None, None),
        date(2027, 3, 22): ("Feast", None, None),
        date(2026, 12, 31): ("Eve", 0, 780),
    }


def test_what_comes_every_year_is_there_each_year_and_a_daily_rule_does_not_close_the_desk():
    yearly = event("New Year", ";VALUE=DATE:20200101", "RRULE:FREQ=YEARLY")
    daily = event("Stand-up", ";VALUE=DATE:20260302", "RRULE:FREQ=DAILY")
    assert sorted(feeds.read(ical(yearly, daily), DAYS, ZONE)) == [
        date(2026, 1, 1),
        date(2026, 3, 2),
        date(2027, 1, 1),
        date(2028, 1, 1),
    ]


@pytest.mark.parametrize("rule", ["INTERVAL=0", "BYHOUR=1;BYSECOND=0", "BYDAY=MO,TU,WE,TH,FR,SA,SU"])
def test_a_rule_that_would_never_end_or_fill_memory_is_read_in_no_time(rule):
    found = feeds.read(ical(event("Odd", ";VALUE=DATE:20260302", f"RRULE:FREQ=YEARLY;{rule}")), DAYS, ZONE)
    assert date(2026, 3, 2) in found and len(found) <= MOST_TIMES


def test_many_rules_that_fit_no_day_end_the_reading(monkeypatch):
    monkeypatch.setattr(events, "MOST_SECONDS", 0.01)
    never = event("Never", ":20260302T090000", *["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"] * 100)
    with pytest.raises(feeds.Unreadable, match="too long"):
        feeds.read(ical(*[never] * 3), DAYS, ZONE)


def test_events_are_read_as_other_programs_write_them():
    """By position in the month, with days left out, by Windows' names, moved, in UTC, for some days by duration."""
    found = feeds.read(
        ical(
            event(
                "Stocktaking",
                ";VALUE=DATE:20261030",
                "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4",
                "EXDATE;VALUE=DATE:20261231",
            ),
            event("Eve", ";TZID=Turkey Standard Time:20270102T130000", "DURATION:PT5H"),
            event("In UTC", ":20270103T100000Z", "DTEND:20270103T150000Z"),
            event("Morning", ":20270104T000000", "DTEND:20270104T120000"),
            event("Bayram", ";VALUE=DATE:20270309", "DURATION:P3D"),
            event("A week", ";VALUE=DATE:20270401", "RRULE:FREQ=DAILY;UNTIL=20270403"),
            event("Summer time", ";VALUE=DATE:20270328"),
            event("Moved", ";VALUE=DATE:20270501", "RRULE:FREQ=YEARLY;UNTIL=20270601"),
            event("Moved", ";VALUE=DATE:20270503", "RECURRENCE-ID;VALUE=DATE:20270501"),
        ).replace(b"UID:8", b"UID:7"),
        (date(2026, 10, 1), date(2027, 12, 31)),
        ZONE,
    )
    assert {day.isoformat(): known for day, known in found.items()} == {
        "2026-10-30": ("Stocktaking", None, None),
        "2026-11-30": ("Stocktaking", None, None),
        "2027-01-29": ("Stocktaking", None, None),
        "2027-01-02": ("Eve", 0, 780),
        "2027-01-03": ("In UTC", 0, 780),
        "2027-01-04": ("Morning", 720, 1440),
        "2027-03-09": ("Bayram", None, None),
        "2027-03-10": ("Bayram", None, None),
        "2027-03-11": ("Bayram", None, None),
        "2027-04-01": ("A week", None, None),
        "2027-04-02": ("A week", None, None),
        "2027-04-03": ("A week", None, None),
        "2027-03-28": ("Summer time", None, None),
        "2027-05-03": ("Moved", None, None),
    }


@pytest.mark.parametrize("content", [b"", b"<html>no</html>", b"\xff\xfe", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT"])
def test_what_is_no_calendar_is_refused(content):
    try:
        assert feeds.read(content, DAYS, ZONE) == {}
    except feeds.Unreadable:
        pass


@pytest.fixture
def server():
    class Answers(BaseHTTPRequestHandler):
        given = (200, b"")

        def do_GET(self):
            status, body = Answers.given
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Nothing on the screen."""

    running = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=running.serve_forever, daemon=True).start()
    yield Answers, f"http://127.0.0.1:{running.server_port}/holidays.ics"
    running.shutdown()
    running.server_close()


@pytest.fixture
def calendar(db):
    return editing.create("Ankara", time_zone="Europe/Istanbul", week=OFFICE, by=an_administrator(), at=NOON)


def test_a_feed_is_fetched_when_due_and_its_holidays_close_the_calendar(calendar, server):
    answers, address = server
    answers.given = (200, ical(event("Feast", ";VALUE=DATE:20261202"), event("Eve", ":20261201T130000")))
    admin = an_administrator()
    feed = feeds.subscribe(calendar, address, by=admin, at=NOON)
    editing.set_holiday(calendar, date(2026, 12, 2), name="Ours", by=admin, at=NOON, opens=0, closes=720)
    assert feeds.fetch_due(NOON) == 1 and feeds.fetch_due(NOON) == 0
    calendar.refresh_from_db()
    assert calendar.edition.body["days"] == {"2026-12-01": [[540, 780]], "2026-12-02": [[540, 720]]}
    answers.given = (200, ical(event("Feast", ";VALUE=DATE:20261203")))
    assert feeds.fetch_due(NOON + timedelta(days=1)) == 1
    calendar.refresh_from_db()
    assert calendar.edition.body["days"] == {"2026-12-02": [[540, 720]], "2026-12-03": []}
    feeds.unsubscribe(HolidayFeed.objects.get(pk=feed.pk), by=admin, at=NOON)
    assert list(Holiday.objects.values_list("name", flat=True)) == ["Ours"]


def test_a_feed_that_fails_keeps_what_it_brought_and_says_why(calendar, server):
    answers, address = server
    answers.given = (200, ical(event("Feast", ";VALUE=DATE:20261202")))
    feeds.subscribe(calendar, address, by=an_administrator(), at=NOON)
    feeds.fetch_due(NOON)
    answers.given = (500, b"")
    feeds.fetch_due(NOON + timedelta(days=1))
    assert HolidayFeed.objects.get().problem == "500" and Holiday.objects.count() == 1
    assert feeds.fetch_due(NOON + timedelta(days=1, minutes=61)) == 1


@pytest.mark.parametrize("address", ["ftp://example.org/a.ics", "holidays.ics", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(calendar, address):
    with pytest.raises(NoFeed):
        feeds.subscribe(calendar, address, by=an_administrator(), at=NOON)


def test_who_does_not_administer_the_desk_subscribes_to_nothing(calendar):
    with pytest.raises(NotAllowed):
        feeds.subscribe(calendar, "https://example.org/a.ics", by=an_agent(), at=NOON)


def test_the_clouds_own_address_is_not_asked(calendar):
    feeds.subscribe(calendar, "http://169.254.169.254/latest", by=an_administrator(), at=NOON)
    feeds.fetch_due(NOON)
    assert "no server's address" in HolidayFeed.objects.get().problem
