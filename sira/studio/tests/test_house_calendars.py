from datetime import date

import pytest
from django.urls import reverse

from sira.calendars import editing
from sira.calendars.models import Calendar, HolidayFeed
from sira.tickets.tests.cast import monday

OFFICE = [[[540, 1080]]] * 5 + [[], []]


@pytest.fixture
def calendar(desk):
    return editing.create("Ankara", time_zone="Europe/Istanbul", week=OFFICE, by=desk.ada, at=monday(8))


@pytest.fixture
def act(ada, calendar):
    def done(act, /, **given):
        return ada.post(reverse("studio:act_on_calendar", args=[calendar.pk, act]), given)

    return done


def days(calendar):
    calendar.refresh_from_db()
    return calendar.edition.body["days"]


def test_the_week_holidays_half_days_and_single_dates_are_kept_by_page(ada, calendar, act):
    week = {f"d{number}": "09:00-12:00, 13:00-18:00" for number in range(5)}
    assert act("week", time_zone="Europe/Istanbul", **week).status_code == 302
    act("holiday", on="2030-10-28", name="Eve", hours="00:00-13:00")
    act("holiday", on="۱۴۰۹/۰۸/۰۷", name="Republic Day")
    act("other", on="2030-11-02", hours="10-14", reason="Stocktaking")
    assert days(calendar) == {
        "2030-10-28": [[540, 720]],
        "2030-10-29": [],
        "2030-11-02": [[600, 840]],
    }
    act("worked", on="2030-10-29")
    act("usual", on="2030-11-02")
    assert days(calendar) == {"2030-10-28": [[540, 720]]}
    page = ada.get(reverse("studio:calendar", args=[calendar.pk])).content.decode()
    assert "Eve" in page and "worked here" in page and "09:00-12:00, 13:00-18:00" in page


def test_a_feed_is_entered_and_taken_out_and_a_country_is_loaded(ada, calendar, act):
    act("feed", address="webcal://example.org/a.ics")
    feed = HolidayFeed.objects.get()
    assert feed.address == "https://example.org/a.ics"
    assert "is fetched soon" in ada.get(reverse("studio:calendar", args=[calendar.pk])).content.decode()
    act("no_feed", feed=feed.pk)
    assert not HolidayFeed.objects.exists()
    act("country", country="TR")
    assert calendar.holidays.filter(date=date(date.today().year, 4, 23)).exists()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("week", {"time_zone": "Europe/Istanbul", "d0": "nine to five"}),
        ("week", {"time_zone": "Mars/Olympus"}),
        ("holiday", {"on": "soon", "name": "X"}),
        ("holiday", {"on": "2030-10-29", "name": "X", "hours": "09-12, 13-15"}),
        ("other", {"on": "2030-10-29", "hours": "14-10"}),
        ("feed", {"address": "ftp://example.org"}),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(calendar, act, name, given):
    answer = act(name, **given)
    assert answer.status_code == 422 and days(calendar) == {}
    for typed in set(given.values()) - {"Mars/Olympus", "Europe/Istanbul"}:
        assert typed in answer.content.decode()


def test_a_new_calendar_has_a_name_of_its_own(ada, calendar):
    address = reverse("studio:begin_calendar")
    assert ada.post(address, {"name": "Ankara", "time_zone": "Europe/Istanbul"}).status_code == 422
    assert ada.post(address, {"name": "Tehran", "time_zone": "Asia/Tehran"}).status_code == 302
    assert Calendar.objects.get(name="Tehran").edition is not None
