from datetime import UTC, date, datetime, timedelta

import pytest

from sira.people import persons
from sira.people.automation import automation
from sira.people.models import SupportGroup
from sira.people.tests.cast import an_agent
from sira.plumbing.refusals import NotAllowed
from sira.workforce import calling, laying, leaving, planning
from sira.workforce.absences import record_absence
from sira.workforce.availability import on_call
from sira.workforce.models import CallRota, Shift
from sira.workforce.refusals import BadCalls

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def group():
    return SupportGroup.objects.create(key="it", name="IT")


@pytest.fixture
def three():
    return [an_agent(name, time_zone="UTC") for name in ("Ada", "Berk", "Ceren")]


def agreed(group, people, **more):
    values = {"since": date(2026, 11, 23), "time_zone": "UTC", "minute": 8 * 60, "by": automation(), "at": MONDAY}
    return calling.agree(group, people, **values | more)


def test_the_turns_go_round_and_each_has_a_chain(group, three):
    ada, berk, ceren = (one.pk for one in three)
    agreed(group, three, days=7, steps=2)
    assert on_call(group.pk, MONDAY) == [ada, berk]
    assert on_call(group.pk, MONDAY + 7 * DAY) == [berk, ceren]
    assert on_call(group.pk, MONDAY + 14 * DAY) == [ceren, ada]
    assert on_call(group.pk, MONDAY + 21 * DAY) == [ada, berk]


def test_the_turn_changes_hands_at_its_hour_also_when_the_clocks_change(group, three):
    agreed(group, three, since=date(2026, 10, 24), days=1, time_zone="Europe/Warsaw", at=MONDAY - 31 * DAY)
    starts = Shift.objects.order_by("starts_at").values_list("starts_at", flat=True)[:3]
    assert [start.hour for start in starts] == [6, 7, 7]


def test_who_is_on_leave_is_skipped_and_the_next_of_the_chain_is_called(group, three):
    agreed(group, three, steps=2)
    record_absence(three[0], "sick", starts_at=MONDAY - DAY, ends_at=None, by=three[0], at=MONDAY)
    assert on_call(group.pk, MONDAY) == [three[1].pk]


def test_who_works_here_no_more_is_not_called_and_the_next_one_has_their_turn(group, three):
    ada, berk, ceren = three
    agreed(group, three)
    persons.let_go(ada, by=automation())
    assert on_call(group.pk, MONDAY) == [], "the mail to her would go nowhere"
    assert leaving.leave(ada, at=MONDAY) == [group.key]
    week = [on_call(group.pk, MONDAY + days * DAY) for days in (0, 6, 7, 14, 21)]
    assert week[:2] == [[berk.pk], [berk.pk]], "from now on, not from the next turn"
    assert all(turn in ([berk.pk], [ceren.pk]) for turn in week)
    assert not Shift.objects.filter(person=ada, ends_at__gt=MONDAY).exists()
    assert calling.lay_ahead(MONDAY + 21 * DAY) == 1
    assert not Shift.objects.filter(person=ada, ends_at__gt=MONDAY).exists()


def test_a_rota_ends_with_the_last_who_can_be_called(group, three):
    agreed(group, three[:1])
    assert leaving.leave(three[0], at=MONDAY) == [group.key]
    assert not CallRota.objects.exists()


@pytest.mark.parametrize("by_leaving", [True, False])
def test_who_was_called_stays_on_record_when_a_rota_ends(group, three, by_leaving):
    ada = three[0]
    agreed(group, [ada])
    if by_leaving:
        leaving.leave(ada, at=MONDAY + 9 * DAY)
    else:
        agreed(group, [], at=MONDAY + 9 * DAY)
    assert not CallRota.objects.exists()
    was = Shift.objects.filter(person=ada, group=group).order_by("starts_at").values_list("starts_at", "ends_at")
    turn = MONDAY.replace(hour=8)
    assert list(was) == [(turn, turn + 7 * DAY), (turn + 7 * DAY, MONDAY + 9 * DAY)]


def test_nobody_is_called_twice_for_a_chain_that_somebody_leaves(group, three):
    ada, berk, _ceren = three
    agreed(group, three[:2], steps=2)
    leaving.leave(ada, at=MONDAY)
    assert on_call(group.pk, MONDAY) == [berk.pk]
    assert on_call(group.pk, MONDAY + 7 * DAY) == [berk.pk]


def test_no_shifts_are_laid_for_who_works_here_no_more(three):
    pattern = planning.keep_pattern("Days", [[[(540, 1020)]] * 7], by=automation(), at=MONDAY)
    planning.put_on_rota(three[0], pattern, since=MONDAY.date(), by=automation(), at=MONDAY)
    assert leaving.leave(three[0], at=MONDAY + DAY) == []
    worked = Shift.objects.filter(person=three[0])
    assert set(worked.values_list("on", flat=True)) == {MONDAY.date(), (MONDAY + DAY).date()}
    laying.lay_ahead(MONDAY + 7 * DAY)
    assert worked.count() == 2


def test_a_turn_given_away_stays_given_when_the_rota_is_agreed_anew(group, three):
    agreed(group, three)
    next_week = Shift.objects.get(starts_at__date=date(2026, 11, 30))
    planning.give_shift(next_week, three[2], by=automation(), at=MONDAY)
    agreed(group, three[:2])
    assert on_call(group.pk, MONDAY + 7 * DAY) == [three[2].pk]
    assert on_call(group.pk, MONDAY + 14 * DAY) == [three[0].pk]


def test_laying_again_changes_nothing_and_goes_on_when_time_passes(group, three):
    calls = agreed(group, three)
    before = list(Shift.objects.order_by("starts_at").values_list("person", "starts_at"))
    calling.lay(calls, at=MONDAY)
    assert list(Shift.objects.order_by("starts_at").values_list("person", "starts_at")) == before
    assert calling.lay_ahead(MONDAY) == 0
    assert calling.lay_ahead(MONDAY + 21 * DAY) == 1
    assert Shift.objects.count() == len(before) + 3


def test_nobody_ends_the_rota(group, three):
    agreed(group, three)
    assert agreed(group, []) is None
    assert not CallRota.objects.exists() and on_call(group.pk, MONDAY) == []


@pytest.mark.parametrize("wrong", [{"days": 8}, {"days": 0}, {"steps": 4}, {"minute": 1440}])
def test_turns_that_cannot_be_are_refused(group, three, wrong):
    with pytest.raises(BadCalls):
        agreed(group, three, **wrong)


def test_who_does_not_lead_the_group_may_not_say_who_is_called(group, three):
    with pytest.raises(NotAllowed):
        agreed(group, three, by=three[0])
