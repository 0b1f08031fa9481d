from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from sira.calendars import editing
from sira.calendars.models import Calendar
from sira.calendars.refusals import NoCalendar
from sira.calendars.tests.desk import monday, office_hours
from sira.people.automation import automation
from sira.plumbing.violations import violated
from sira.promises import clocks
from sira.promises.clocks import Promise
from sira.promises.explaining import clocks_of, explain, owed
from sira.promises.models import Clock, ClockPeriod
from sira.promises.pump import pump

pytestmark = pytest.mark.django_db
TICKET = 1042
HOUR = timedelta(hours=1)
FIRST, RESOLUTION = Clock.Target.FIRST_ANSWER, Clock.Target.RESOLUTION


@pytest.fixture
def office() -> Calendar:
    return office_hours()


def two(answer: float = 1, resolution: float = 8, **more) -> list[Promise]:
    return [Promise(FIRST, answer * HOUR, pauses=False, **more), Promise(RESOLUTION, resolution * HOUR, **more)]


def start(office: Calendar, **budgets) -> None:
    clocks.start_clocks(TICKET, two(**budgets), office.pk, at=monday(9))


def clock(target: str = RESOLUTION, subject: int = TICKET) -> Clock:
    return Clock.objects.select_related("edition__calendar").get(subject=subject, target=target)


def told(target: str = RESOLUTION, *, at: datetime) -> dict:
    return explain(clock(target), at=at)


def test_a_ticket_is_promised_an_answer_and_a_resolution(office):
    start(office)
    assert clock(FIRST).due_at == monday(10)
    assert clock().due_at == monday(17)


def test_promising_costs_two_statements(office, django_assert_num_queries):
    start(office)
    with django_assert_num_queries(2):
        clocks.start_clocks(7, two(), office.pk, at=monday(9))


def test_the_default_calendar_serves_where_none_is_chosen_and_without_one_nothing_can_be_promised(office):
    clocks.start_clocks(TICKET, two(), None, at=monday(9))
    assert clock().due_at == monday(17)
    assert clocks.start_clocks(TICKET, [], None, at=monday(9)) == []
    Calendar.objects.update(is_default=False)
    with pytest.raises(NoCalendar):
        clocks.start_clocks(7, two(), None, at=monday(9))


def test_one_clock_runs_for_a_target(office):
    start(office)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        start(office)
    assert violated(caught.value) == "one_running_clock_per_target"


def test_waiting_pauses_the_resolution_and_not_the_first_answer(office, django_assert_num_queries):
    start(office)
    with django_assert_num_queries(5):  # savepoint, lock, update, period, release
        changed = clocks.pause(TICKET, at=monday(10))
    assert [one.target for one in changed] == [RESOLUTION]
    assert clock().due_at is None
    assert clock(FIRST).due_at == monday(10)
    clocks.resume(TICKET, at=monday(12))
    assert clock().due_at == monday(11, days=1)
    assert clock().paused_for == 2 * HOUR


def test_pausing_twice_or_resuming_what_runs_changes_nothing(office):
    start(office)
    clocks.pause(TICKET, at=monday(10))
    assert clocks.pause(TICKET, at=monday(11)) == []
    clocks.resume(TICKET, at=monday(12))
    assert clocks.resume(TICKET, at=monday(13)) == []
    assert clock().paused_for == 2 * HOUR


def test_an_answer_stops_its_clock_and_a_second_answer_changes_nothing(office):
    start(office)
    clocks.stop(TICKET, FIRST, at=monday(9, 40))
    assert clocks.stop(TICKET, FIRST, at=monday(11)) == []
    assert clock(FIRST).stopped_at == monday(9, 40)
    assert told(FIRST, at=monday(12))["kept"] is True
    assert not ClockPeriod.objects.exists(), "a clock that never changed keeps no periods"


def test_a_late_answer_is_a_breach_even_if_nobody_was_told(office):
    start(office)
    clocks.stop(TICKET, FIRST, at=monday(10, 1))
    assert clock(FIRST).breached_at == monday(10)
    assert told(FIRST, at=monday(12))["kept"] is False


def test_a_new_priority_keeps_the_time_used(office):
    start(office)
    changed = clocks.retarget(TICKET, two(answer=0.5, resolution=4), office.pk, at=monday(11))
    assert {one.target for one in changed} == {FIRST, RESOLUTION}
    assert clock().due_at == monday(13)
    assert clock().used == 2 * HOUR
    assert clock(FIRST).due_at == monday(10), "it was missed before"


def test_promising_the_same_again_changes_nothing(office):
    start(office)
    assert clocks.retarget(TICKET, two(), office.pk, at=monday(11)) == []


def test_what_was_answered_is_not_promised_again_by_a_new_priority(office):
    start(office)
    clocks.stop(TICKET, FIRST, at=monday(9, 30))
    clocks.retarget(TICKET, two(answer=2, resolution=4), office.pk, at=monday(11))
    assert clock(FIRST).stopped_at == monday(9, 30)
    assert Clock.objects.count() == 2


def test_another_type_withdraws_what_it_does_not_promise_and_starts_what_it_does(office):
    start(office)
    clocks.retarget(TICKET, [Promise("approval", 2 * HOUR)], office.pk, at=monday(10))
    assert clock().withdrawn
    assert told(at=monday(12))["kept"] is None
    assert clock("approval").due_at == monday(12)
    clocks.retarget(TICKET, two(), office.pk, at=monday(11))
    assert clock().due_at == monday(17), "the requester has waited since nine"


def test_a_promise_made_anew_while_waiting_is_paused(office):
    start(office)
    clocks.pause(TICKET, at=monday(10))
    clocks.retarget(TICKET, [*two(resolution=4), Promise("review", HOUR)], office.pk, at=monday(11), waiting=True)
    assert clock().due_at is None
    assert clock("review").due_at is None
    assert clock(FIRST).due_at is not None
    clocks.resume(TICKET, at=monday(12))
    assert clock().due_at == monday(15)
    assert clock("review").due_at == monday(13)


def test_another_group_counts_by_its_own_calendar_from_then_on(office):
    night = office_hours("Night", week=[[(22 * 60, 6 * 60)]] * 7)
    start(office)
    clocks.retarget(TICKET, two(), night.pk, at=monday(15))
    assert clock().due_at == monday(0, days=1)
    story = told(at=monday(16))
    assert [(one.edition.calendar_id, one.worked) for one in story["stretches"]] == [
        (office.pk, 6 * HOUR),
        (night.pk, 0 * HOUR),
    ]
    assert story["one_calendar"] is False
    assert (story["calendar"], story["left"]) == ("Night", 2 * HOUR)


def test_reopening_goes_on_with_the_time_left(office):
    start(office)
    clocks.stop(TICKET, FIRST, RESOLUTION, at=monday(11))
    clocks.reopen(TICKET, RESOLUTION, since=monday(11), at=monday(9, days=1))
    assert clock().due_at == monday(15, days=1)
    assert clock(FIRST).stopped_at is not None
    states = [(one.state, one.ended_by) for one in told(at=monday(10, days=1))["stretches"]]
    assert states == [("counting", "stopped"), ("stopped", "reopened"), ("counting", "")]


def test_a_merge_undone_leaves_the_promises_as_if_it_had_not_been(office):
    start(office)
    clocks.pause(TICKET, at=monday(10))
    clocks.resume(TICKET, at=monday(11))
    before = clock()
    clocks.stop_all(TICKET, at=monday(12))
    assert clock().next_mark_at is None
    clocks.restart_all(TICKET, at=monday(14))
    after = clock()
    assert (after.due_at, after.warn_at, after.paused_for) == (before.due_at, before.warn_at, before.paused_for)
    assert RESOLUTION not in owed(TICKET, on=monday(13)), "the other ticket had it then"
    assert clocks.restart_all(TICKET, at=monday(14)) == []


def test_a_merge_undone_does_not_revive_what_was_done_before(office):
    start(office)
    clocks.stop(TICKET, FIRST, at=monday(9, 30))
    clocks.stop_all(TICKET, at=monday(12))
    clocks.restart_all(TICKET, at=monday(14))
    assert clock(FIRST).stopped_at == monday(9, 30)


def test_the_ticket_page_can_add_up_the_deadline(office):
    start(office, rule={"table": "promises", "version": 3, "rules": [2]})
    clocks.pause(TICKET, at=monday(10))
    clocks.resume(TICKET, at=monday(12))
    story = told(at=monday(13))
    assert story["started_at"] == monday(9)
    assert (story["budget"], story["paused"], story["deadline"]) == (8 * HOUR, 2 * HOUR, monday(11, days=1))
    assert (story["worked"], story["left"]) == (2 * HOUR, 6 * HOUR)
    assert (story["calendar"], story["zone"], story["edition"]) == ("Office", "Europe/Warsaw", 1)
    assert story["rule"]["version"] == 3
    assert sum((one.worked for one in story["stretches"] if one.state == "counting"), 0 * HOUR) == story["worked"]


def test_explaining_all_clocks_of_a_ticket_takes_two_queries(office, django_assert_num_queries):
    start(office)
    clocks.pause(TICKET, at=monday(10))
    with django_assert_num_queries(2):
        for one in clocks_of(TICKET):
            explain(one, at=monday(11))


def test_what_we_owed_at_any_moment_of_the_past_is_known(office):
    start(office, rule={"version": 1})
    clocks.pause(TICKET, at=monday(10))
    clocks.resume(TICKET, at=monday(12))
    clocks.retarget(TICKET, two(resolution=16, rule={"version": 2}), office.pk, at=monday(14))
    clocks.stop(TICKET, RESOLUTION, at=monday(16))

    def on(at: datetime) -> tuple:
        stretch = owed(TICKET, on=at)[RESOLUTION]
        return stretch.state, stretch.due_at, stretch.budget / HOUR, stretch.rule["version"]

    assert on(monday(9, 30)) == ("counting", monday(17), 8, 1)
    assert on(monday(11)) == ("paused", None, 8, 1)
    assert on(monday(13)) == ("counting", monday(11, days=1), 8, 1)
    assert on(monday(15)) == ("counting", monday(11, days=2), 16, 2)
    assert RESOLUTION not in owed(TICKET, on=monday(16, 30))
    assert owed(TICKET, on=monday(8)) == {}


def test_a_holiday_entered_while_clocks_run_moves_their_deadlines(office):
    start(office, resolution=16)
    editing.set_holiday(office, monday(0, days=1).date(), name="Corpus Christi", by=automation(), at=monday(12))
    pump(monday(12, 1))
    assert clock().due_at == monday(17, days=2)
    assert clock().used == 3 * HOUR
    assert told(at=monday(13))["edition"] == 2
    assert owed(TICKET, on=monday(11))[RESOLUTION].due_at == monday(17, days=1)


def test_a_stopped_clock_keeps_the_edition_it_was_promised_in(office):
    start(office)
    clocks.stop(TICKET, FIRST, RESOLUTION, at=monday(11))
    editing.set_hours(office, time_zone="Europe/Warsaw", week=[[(0, 60)]] * 7, by=automation(), at=monday(12))
    pump(monday(12, 1))
    assert told(at=monday(13))["edition"] == 1
