from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sira.calendars import editing
from sira.people.automation import automation
from sira.people.models import Membership, Person, SupportGroup
from sira.people.tests.cast import a_person, an_agent
from sira.plumbing.refusals import NotAllowed
from sira.workforce import availability, planning, swapping, working
from sira.workforce.absences import record_absence
from sira.workforce.availability import left_out, next_change
from sira.workforce.laying import lay_ahead, slots
from sira.workforce.models import Pattern, Rota, Shift
from sira.workforce.presence import set_presence
from sira.workforce.refusals import BadPattern, BadShift

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = [[[540, 1020]]] * 5 + [[], []]
EARLY, LATE = [[[360, 840]]] * 5 + [[], []], [[[840, 1320]]] * 5 + [[], []]
NIGHT = [[[1320, 360]]] * 7


def weeks_of(*weeks):
    return [[[list(pair) for pair in day] for day in week] for week in weeks]


def test_a_rotation_comes_round_after_its_weeks():
    found = list(slots([EARLY, LATE], first_week=date(2026, 11, 23), days=(date(2026, 11, 23), date(2026, 12, 20)),
                       zone=ZoneInfo("UTC"), own_days={}))  # fmt: skip
    hours = [start.hour for day, start, _ in found if day.weekday() == 0]
    assert hours == [6, 14, 6, 14]
    assert len(found) == 20


def test_a_night_in_which_the_clocks_change_is_an_hour_longer_or_shorter():
    zone = ZoneInfo("Europe/Warsaw")
    for day, hours in ((date(2026, 10, 24), 9), (date(2026, 3, 28), 7), (date(2026, 6, 6), 8)):
        ((_, start, end),) = slots([NIGHT], first_week=date(2026, 1, 5), days=(day, day), zone=zone, own_days={})
        assert end - start == hours * HOUR


def test_a_holiday_has_no_shift_and_a_half_day_ends_early():
    days = (date(2026, 12, 24), date(2026, 12, 25))
    own = {"2026-12-24": [[0, 780]], "2026-12-25": []}
    ((day, start, end),) = slots([OFFICE], first_week=date(2026, 1, 5), days=days, zone=ZoneInfo("UTC"), own_days=own)
    assert (day, start.hour, end.hour) == (date(2026, 12, 24), 9, 13)


def a_lead() -> Person:
    return a_person("Ewa", role=Person.Role.LEAD)


def on_rota(person: Person, *weeks, **more) -> Rota:
    lead = automation()
    pattern = planning.keep_pattern("Office", weeks_of(*(weeks or (OFFICE,))), by=lead, at=MONDAY)
    return planning.put_on_rota(person, pattern, since=date(2026, 11, 23), by=lead, at=MONDAY - 4 * HOUR, **more)


@pytest.mark.django_db
def test_who_works_in_shifts_gets_work_in_them_alone():
    nadia = an_agent(time_zone="UTC")
    assert left_out([nadia.pk], MONDAY + 10 * HOUR) == {}
    on_rota(nadia)
    assert left_out([nadia.pk], MONDAY) == {}
    assert left_out([nadia.pk], MONDAY + 5 * HOUR) == {nadia.pk: "off_shift"}
    assert left_out([nadia.pk], MONDAY + 5 * DAY) == {nadia.pk: "off_shift"}
    assert next_change([nadia.pk], MONDAY + 5 * HOUR) == MONDAY + DAY - 3 * HOUR


@pytest.mark.django_db
def test_everybody_is_asked_in_one_statement_however_many(django_assert_num_queries):
    people = [an_agent(f"Agent {number}", time_zone="UTC") for number in range(200)]
    pattern = Pattern.objects.create(name="Office", weeks=[OFFICE])
    for person in people[:20]:
        planning.put_on_rota(person, pattern, since=date(2026, 11, 23), by=automation(), at=MONDAY)
    set_presence(people[0], "away", by=people[0], at=MONDAY)
    record_absence(people[1], "sick", starts_at=MONDAY, ends_at=None, by=people[1], at=MONDAY)
    with django_assert_num_queries(1):
        why_not = left_out([one.pk for one in people], MONDAY + DAY)
    assert why_not == {people[0].pk: "away", people[1].pk: "sick"}


@pytest.mark.django_db
def test_without_shifts_a_calendar_says_when_somebody_works_and_its_holidays_count():
    nadia, desk = an_agent(time_zone="UTC"), automation()
    calendar = editing.create("Weekdays", time_zone="UTC", week=[[(540, 1020)]] * 5 + [[], []], by=desk, at=MONDAY)
    editing.set_holiday(calendar, date(2026, 11, 24), name="Teachers' day", by=desk, at=MONDAY)
    working.set_hours(nadia, calendar=calendar, by_shifts=False, by=desk, at=MONDAY)
    assert left_out([nadia.pk], MONDAY) == {}
    assert left_out([nadia.pk], MONDAY + DAY) == {nadia.pk: "closed"}
    assert next_change([nadia.pk], MONDAY + DAY) == MONDAY + 2 * DAY - 3 * HOUR


@pytest.mark.django_db
def test_a_holiday_entered_later_takes_the_shift_away():
    nadia, desk = an_agent(time_zone="UTC"), automation()
    calendar = editing.create("Weekdays", time_zone="UTC", week=[[(540, 1020)]] * 5 + [[], []], by=desk, at=MONDAY)
    working.set_hours(nadia, calendar=calendar, by_shifts=True, by=desk, at=MONDAY)
    on_rota(nadia)
    assert left_out([nadia.pk], MONDAY + DAY) == {}
    editing.set_holiday(calendar, date(2026, 11, 24), name="Snow", by=desk, at=MONDAY)
    assert lay_ahead(MONDAY) == 1
    assert lay_ahead(MONDAY) == 0
    assert left_out([nadia.pk], MONDAY + DAY) == {nadia.pk: "off_shift"}
    assert left_out([nadia.pk], MONDAY + 2 * DAY) == {}


@pytest.mark.django_db
def test_a_swap_changes_both_people_and_laying_again_leaves_it():
    nadia, omid, lead = an_agent(time_zone="UTC"), an_agent("Omid", time_zone="UTC"), a_lead()
    rota = on_rota(nadia)
    planning.put_on_rota(omid, Pattern.objects.create(name="Late", weeks=[LATE]), since=date(2026, 11, 23), by=lead,
                         at=MONDAY)  # fmt: skip
    hers, his = (Shift.objects.get(person=one, on=date(2026, 11, 24)) for one in (nadia, omid))
    with pytest.raises(NotAllowed):
        swapping.swap_shifts(hers, his, by=nadia, at=MONDAY)
    swapping.swap_shifts(hers, his, by=lead, at=MONDAY)
    planning.keep_pattern("Office", weeks_of(OFFICE), by=lead, at=MONDAY)
    tuesday = MONDAY + DAY
    assert left_out([nadia.pk, omid.pk], tuesday) == {nadia.pk: "off_shift"}
    assert left_out([nadia.pk, omid.pk], tuesday + 6 * HOUR) == {omid.pk: "off_shift"}
    assert Shift.objects.filter(rota=rota, on=date(2026, 11, 24)).count() == 1


@pytest.mark.django_db
def test_a_single_shift_is_worked_and_a_cancelled_one_is_not():
    nadia, lead = an_agent(time_zone="UTC"), a_lead()
    on_rota(nadia)
    saturday = MONDAY + 5 * DAY
    for _twice in range(2):
        planning.add_shift(nadia, starts_at=saturday, ends_at=saturday + 4 * HOUR, by=lead, at=MONDAY)
    assert left_out([nadia.pk], saturday) == {}
    planning.cancel_shift(Shift.objects.get(person=nadia, on=date(2026, 11, 24)), by=lead, at=MONDAY)
    assert left_out([nadia.pk], MONDAY + DAY) == {nadia.pk: "off_shift"}
    with pytest.raises(BadShift):
        planning.add_shift(nadia, starts_at=saturday, ends_at=saturday + 30 * HOUR, by=lead, at=MONDAY)


@pytest.mark.django_db
def test_a_new_rota_ends_the_one_before():
    nadia = an_agent(time_zone="UTC")
    first = on_rota(nadia)
    late = Pattern.objects.create(name="Late", weeks=[LATE])
    planning.put_on_rota(nadia, late, since=date(2026, 11, 30), by=automation(), at=MONDAY)
    first.refresh_from_db()
    assert first.until == date(2026, 11, 29)
    assert set(Shift.objects.filter(on__gte=date(2026, 11, 30)).values_list("rota__pattern__name", flat=True)) == {
        "Late"
    }


@pytest.mark.django_db
@pytest.mark.parametrize("weeks", [[], [OFFICE[:6]], [[[["x", 1]]] * 7], [[[[0, 1500]]] * 7], [OFFICE] * 13])
def test_a_pattern_that_cannot_be_is_refused(weeks):
    with pytest.raises(BadPattern):
        planning.keep_pattern("Odd", weeks, by=a_lead(), at=MONDAY)


@pytest.mark.django_db
def test_those_on_call_are_named_in_their_order_and_the_sick_are_passed_over():
    group, lead = SupportGroup.objects.create(key="it", name="IT"), a_lead()
    first, second, sick = an_agent("First"), an_agent("Second"), an_agent("Sick")
    for step, person in ((2, second), (1, first), (3, sick)):
        planning.add_shift(person, kind="on_call", group=group, step=step, starts_at=MONDAY, ends_at=MONDAY + 7 * DAY,
                           by=lead, at=MONDAY)  # fmt: skip
    record_absence(sick, "sick", starts_at=MONDAY, ends_at=None, by=sick, at=MONDAY)
    assert availability.on_call(group.pk, MONDAY + 6 * DAY) == [first.pk, second.pk]
    assert availability.on_call(group.pk, MONDAY + 8 * DAY) == []


@pytest.mark.django_db
def test_everybody_speaks_their_own_language_and_what_they_learnt(django_assert_num_queries):
    nadia, omid = an_agent(language="fa"), an_agent("Omid", language="en")
    Membership.objects.create(person=nadia, group=SupportGroup.objects.create(key="it", name="IT"))
    working.set_skills(nadia, {"network": 4, "tr": 2}, by=a_lead(), at=MONDAY)
    with django_assert_num_queries(1):
        found = working.levels_of([nadia.pk, omid.pk], ["network", "fa", "tr"])
    assert found == {nadia.pk: {"network": 4, "fa": 5, "tr": 2}}


@pytest.mark.django_db
def test_a_new_rota_leaves_what_was_worked_today_and_before():
    nadia = an_agent(time_zone="UTC")
    old = on_rota(nadia)
    given = Shift.objects.get(rota=old, on=date(2026, 11, 27))
    planning.give_shift(given, an_agent("Berk"), by=automation(), at=MONDAY)
    pattern = planning.keep_pattern("Late", weeks_of(LATE), by=automation(), at=MONDAY)
    planning.put_on_rota(nadia, pattern, since=date(2026, 11, 23), by=automation(), at=MONDAY)
    assert list(Shift.objects.filter(rota=old).values_list("on", flat=True)) == [date(2026, 11, 23), date(2026, 11, 27)]
    today = Shift.objects.filter(person=nadia, on=date(2026, 11, 23))
    assert [shift.starts_at.hour for shift in today] == [9]
    tomorrow = Shift.objects.get(person=nadia, on=date(2026, 11, 24))
    assert tomorrow.starts_at.hour == 14
