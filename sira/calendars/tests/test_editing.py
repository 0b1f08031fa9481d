from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from sira.calendars import editing
from sira.calendars.compiled import compiled, edition_in_force, working_time
from sira.calendars.models import Calendar, Edition, Holiday
from sira.calendars.public_holidays import known_holidays, load_holidays, name_in
from sira.calendars.refusals import BadHours, NoCalendar, NoHolidaysKnown, UnknownZone
from sira.calendars.tests.desk import OFFICE, monday, office_hours
from sira.people.automation import automation
from sira.people.tests.cast import an_administrator, an_agent
from sira.plumbing.refusals import NotAllowed
from sira.plumbing.violations import violated

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SIRA = automation()


def worked(calendar: Calendar, days: int = 7) -> float:
    return compiled(calendar.pk).between(monday(0), monday(0) + days * DAY) / timedelta(hours=1)


def test_a_calendar_counts_its_week():
    assert worked(office_hours()) == 40


def test_a_desk_that_is_always_open_has_no_holidays():
    calendar = office_hours(always_open=True)
    editing.set_holiday(calendar, date(2026, 6, 4), name="Corpus Christi", by=SIRA, at=monday(8))
    assert worked(calendar) == 7 * 24


def test_a_holiday_closes_a_date_and_a_half_day_keeps_part_of_its_usual_hours():
    calendar = office_hours()
    editing.set_holiday(calendar, date(2026, 6, 4), name="Corpus Christi", by=SIRA, at=monday(8))
    editing.set_holiday(calendar, date(2026, 6, 5), name="Eve", closes=13 * 60, by=SIRA, at=monday(8))
    editing.set_holiday(calendar, date(2026, 6, 6), name="Saturday", closes=13 * 60, by=SIRA, at=monday(8))
    assert worked(calendar) == 3 * 8 + 4


def test_an_override_wins_over_week_and_holiday_and_can_be_taken_back():
    calendar = office_hours()
    saturday = date(2026, 6, 6)
    editing.set_holiday(calendar, saturday, name="Fair", by=SIRA, at=monday(8))
    editing.override_date(calendar, saturday, openings=[(600, 660), (720, 780)], by=SIRA, at=monday(8))
    assert worked(calendar) == 42
    editing.clear_override(calendar, saturday, by=SIRA, at=monday(9))
    assert worked(calendar) == 40


def test_every_edit_is_an_edition_and_the_old_one_still_counts_as_it_did():
    calendar = office_hours()
    before = edition_in_force(calendar.pk)
    calendar = editing.set_hours(calendar, time_zone="Europe/Warsaw", week=[[(0, 600)]] * 7, by=SIRA, at=monday(8))
    assert worked(calendar) == 70
    assert working_time(before).between(monday(0), monday(0) + 7 * DAY) == timedelta(hours=40)
    old, new = Edition.objects.filter(calendar=calendar).order_by("number")
    assert (old.superseded_at, new.superseded_at, new.number) == (monday(8), None, 2)


def test_an_edit_that_changes_nothing_makes_no_edition():
    calendar = office_hours()
    editing.set_hours(calendar, time_zone="Europe/Warsaw", week=OFFICE, by=SIRA, at=monday(8))
    assert Edition.objects.filter(calendar=calendar).count() == 1


def test_an_edit_taken_back_leaves_nothing_behind_in_the_process():
    calendar = office_hours()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        editing.set_hours(calendar, time_zone="UTC", week=[[]] * 7, by=SIRA, at=monday(8))
        assert worked(calendar) == 0
        raise ZeroDivisionError
    calendar.refresh_from_db()
    editing.set_hours(calendar, time_zone="UTC", week=[[(0, 60)]] * 7, by=SIRA, at=monday(9))
    assert worked(calendar) == 7


def test_a_known_calendar_costs_one_query_and_a_known_edition_none(django_assert_num_queries):
    calendar = office_hours()
    compiled(calendar.pk)
    with django_assert_num_queries(1):
        edition = edition_in_force(calendar.pk)
        working_time(edition)


def test_a_group_without_a_calendar_gets_the_default():
    with pytest.raises(NoCalendar):
        edition_in_force(None)
    first, second = office_hours("Office"), office_hours("Plant", week=[[(0, 60)]] * 7)
    assert edition_in_force(None) == edition_in_force(first.pk)
    assert edition_in_force(second.pk) == second.edition_id
    assert edition_in_force(99_999_999) == first.edition_id
    editing.make_default(second, by=SIRA)
    assert edition_in_force(None) == second.edition_id


def test_two_calendars_are_never_both_the_default():
    office_hours()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Calendar.objects.create(name="Second", time_zone="UTC", is_default=True)
    assert violated(caught.value) == "one_calendar_is_the_default"


def test_turkish_holidays_come_with_their_half_days():
    calendar = office_hours(time_zone="Europe/Istanbul")
    assert load_holidays(calendar, "TR", [2026], by=SIRA, at=monday(8)) > 10
    republic = calendar.holidays.get(date=date(2026, 10, 28))
    assert (republic.opens, republic.closes, republic.source) == (0, 13 * 60, "holidays:TR")
    assert calendar.holidays.get(date=date(2026, 10, 29)).closes is None


@pytest.mark.parametrize(
    ("country", "day"), [("IR", date(2026, 3, 21)), ("PL", date(2026, 11, 11)), ("GB", date(2026, 12, 25))]
)
def test_holidays_are_known_for_the_countries_we_speak_of(country, day):
    calendar = office_hours()
    load_holidays(calendar, country, range(2025, 2028), by=SIRA, at=monday(8))
    assert calendar.holidays.filter(date=day, closes=None).exists()
    load_holidays(calendar, country, [2026], by=SIRA, at=monday(8))
    assert Edition.objects.filter(calendar=calendar).count() == 2


def test_a_holiday_is_called_as_its_reader_calls_it():
    calendar = office_hours()
    load_holidays(calendar, "IR", [2026], by=SIRA, at=monday(8))
    load_holidays(calendar, "TR", [2027], by=SIRA, at=monday(8))
    editing.set_holiday(calendar, date(2026, 6, 6), name="Fair", by=SIRA, at=monday(8))
    days = date(2026, 3, 21), date(2027, 10, 28), date(2026, 6, 6)
    nowruz, eve, fair = (calendar.holidays.get(date=day) for day in days)
    assert "نوروز" in name_in(nowruz, "fa") and "Nowruz" in name_in(nowruz, "tr") == name_in(nowruz, "en")
    assert name_in(eve, "tr").startswith("Cumhuriyet Bayramı") and name_in(eve, "pl") == eve.name
    assert [name_in(fair, language) for language in ("fa", "pl")] == ["Fair", "Fair"]


def test_a_holiday_on_which_a_half_day_falls_is_called_as_it_counts():
    calendar = office_hours()
    load_holidays(calendar, "TR", [2029], by=SIRA, at=monday(8))
    children = calendar.holidays.get(date=date(2029, 4, 23))  # and the afternoon before the Feast of the Sacrifice
    assert name_in(children, "en") == children.name == "National Sovereignty and Children's Day"
    assert name_in(children, "tr") == "Ulusal Egemenlik ve Çocuk Bayramı"


@pytest.mark.parametrize("machine", ["tr_TR.UTF-8", "de_DE.UTF-8", "C"])
def test_holidays_are_stored_in_english_wherever_the_server_stands(machine, monkeypatch):
    monkeypatch.setenv("LANGUAGE", machine)
    monkeypatch.setenv("LANG", machine)
    assert known_holidays("TR", [2026])[date(2026, 4, 23)][0] == "National Sovereignty and Children's Day"


def test_loading_again_keeps_what_people_changed():
    calendar = office_hours()
    load_holidays(calendar, "PL", [2026], by=SIRA, at=monday(8))
    christmas, eve = date(2026, 12, 25), date(2026, 12, 24)
    editing.work_on_holiday(calendar, christmas, by=SIRA, at=monday(9))
    editing.set_holiday(calendar, eve, name="Half of Christmas Eve", closes=720, by=SIRA, at=monday(9))
    load_holidays(calendar, "PL", [2026], by=SIRA, at=monday(10))
    assert not calendar.holidays.get(date=christmas).is_observed
    assert calendar.holidays.get(date=eve).name == "Half of Christmas Eve"
    noon = monday(0).replace(month=12, day=24)
    assert compiled(calendar.pk).between(noon, noon + 2 * DAY) == timedelta(hours=3 + 8)


def test_a_region_has_its_own_holidays_and_an_unknown_country_is_refused():
    calendar = office_hours()
    load_holidays(calendar, "GB", [2026], region="SCT", by=SIRA, at=monday(8))
    assert calendar.holidays.filter(date=date(2026, 1, 2)).exists()
    for country, region in (("XX", None), ("PL", "ATLANTIS"), ("country_holidays", None)):
        with pytest.raises(NoHolidaysKnown):
            load_holidays(calendar, country, [2026], region=region, by=SIRA, at=monday(8))


def test_hours_and_zones_that_cannot_be_are_refused():
    with pytest.raises(UnknownZone):
        office_hours(time_zone="Warsaw/../Europe")
    with pytest.raises(UnknownZone):
        office_hours(time_zone="")
    for week in ([[(0, 1441)]] * 7, [[]] * 6, [[(1,)]] * 7, [["ab"]] * 7):
        with pytest.raises(BadHours):
            office_hours(week=week)
    calendar = office_hours()
    with pytest.raises(BadHours):
        editing.override_date(calendar, date(2026, 6, 6), openings=[(600, 540)], by=SIRA, at=monday(8))
    with pytest.raises(BadHours):
        editing.set_holiday(calendar, date(2026, 6, 6), name="x", opens=900, closes=600, by=SIRA, at=monday(8))


def test_only_administrators_change_calendars():
    calendar = office_hours()
    with pytest.raises(NotAllowed):
        editing.set_hours(calendar, time_zone="UTC", week=OFFICE, by=an_agent(), at=monday(8))
    with pytest.raises(NotAllowed):
        load_holidays(calendar, "PL", [2026], by=an_agent(), at=monday(8))
    with pytest.raises(NotAllowed):
        editing.create("Mine", time_zone="UTC", week=OFFICE, by=an_agent(), at=monday(8))
    editing.set_hours(calendar, time_zone="UTC", week=OFFICE, by=an_administrator(), at=monday(8))


def test_the_database_refuses_a_half_day_that_ends_before_it_begins():
    calendar = office_hours()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Holiday.objects.create(calendar=calendar, date=date(2026, 6, 6), name="x", opens=700, closes=600)
    assert violated(caught.value) == "half_day_opens_before_it_closes"
    assert not connection.needs_rollback
