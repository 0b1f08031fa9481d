"""Timers in the database: they fire once, in order, and never hold each other up."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, close_old_connections, connection

from sira.people.automation import automation
from sira.processes import blocks, running, timers, versions
from sira.processes.models import Advance, Task, Timer
from sira.processes.refusals import TaskNotOpen
from sira.processes.tests.drawing import border, catch, drawing, end, event, message, service, start, timer, user
from sira.processes.tests.playing import MONDAY

REMINDED = drawing(
    start(), user("work"), border("reminder", "work", timer(cycle="R2/PT4H"), interrupting=False),
    service("remind", "sira:remind"), border("late", "work", timer("P2D")), user("lead"), end(),
    ways="start > work > end; reminder > remind; late > lead > end",
)  # fmt: skip
WAIT = drawing(start(), catch("pause", timer("PT1H")), user("work"), end(), ways="start > pause > work > end")


@pytest.fixture(autouse=True)
def reminding(does):
    does("sira:remind", lambda step: None)


def begin(source, *subjects):
    versions.install(source, at=MONDAY)
    return [running.start("p", subject=subject, at=MONDAY) for subject in subjects or (7,)]


@pytest.mark.django_db
def test_nothing_fires_before_its_time():
    begin(WAIT)
    assert timers.pump(MONDAY + timedelta(minutes=59)) == 0
    assert timers.pump(MONDAY + timedelta(minutes=60)) == 1
    assert Task.objects.get().element == "work"


@pytest.mark.django_db
def test_what_has_fired_does_not_fire_again():
    begin(WAIT)
    assert [timers.pump(MONDAY + timedelta(hours=2)) for _round in range(3)] == [1, 0, 0]
    assert Advance.objects.filter(way__cause={"timer": "pause"}).count() == 1


@pytest.mark.django_db
def test_a_repeating_timer_sets_itself_again_and_then_stops():
    begin(REMINDED)
    fired = [timers.pump(MONDAY + timedelta(hours=hours)) for hours in (4, 8, 12, 16)]
    assert fired == [1, 1, 0, 0]
    assert Task.objects.get().state == "open"


@pytest.mark.django_db
def test_who_looked_before_another_fired_a_repeating_timer_fires_it_no_second_time():
    begin(REMINDED)
    at = MONDAY + timedelta(hours=4)
    ((instance, seen),) = timers.due(at, 10)
    assert timers.pump(at) == 1
    assert timers._fire(instance, 7, None, [seen], at) == 0
    assert Timer.objects.filter(fired_at=None, element="reminder").count() == 1


# Minutes on a clock that jumps.
JUMPS = {
    "ahead and back": (0, 30, 90, 31, 32, 60, 61, 95, 121),
    "back and on": (0, 30, -30, -29, 31, 59, 60, 1, 2, 61, 121),
    "there and back for long": (0, 1440, 0, 1440, 60, 120),
}


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", JUMPS.values(), ids=JUMPS)
def test_a_clock_that_jumps_fires_each_timer_once(minutes):
    begin(WAIT, *range(7, 27))
    fired = [timers.pump(MONDAY + timedelta(minutes=each)) for each in minutes]
    assert sum(fired) == 20
    assert Timer.objects.filter(fired_at=None).count() == 0
    assert Advance.objects.filter(way__cause={"timer": "pause"}).count() == 20
    assert Task.objects.filter(element="work").count() == 20


@pytest.mark.django_db
def test_a_repeating_timer_under_a_clock_that_jumps_keeps_its_number(does):
    done = []
    does("sira:remind", lambda step: done.append(1))
    begin(REMINDED)
    for hours in (4, 5, 4, 3, 8, 7, 9, 12):
        timers.pump(MONDAY + timedelta(hours=hours))
    assert len(done) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00"),
        ("2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00+01:00"),
    ],
    ids=["spring", "autumn"],
)
def test_both_changes_of_the_clocks_fire_what_is_due_once_at_its_instant(before, after):
    """A timer of 12 hours that runs over the night of the change lasts 12 hours; a minute before it is not due."""
    begun, ends = datetime.fromisoformat(before), datetime.fromisoformat(after)
    source = drawing(start(), catch("pause", timer("PT12H")), user("work"), end(), ways="start > pause > work > end")
    versions.install(source, at=begun)
    for subject in range(10):
        running.start("p", subject=subject + 1, at=begun)
    due = begun.astimezone(UTC) + timedelta(hours=12)
    assert timers.pump(due - timedelta(minutes=1)) == 0
    assert [timers.pump(at) for at in (due, due, ends)] == [10, 0, 0]


@pytest.mark.django_db
def test_work_that_is_done_takes_its_timers_along():
    begin(REMINDED)
    running.complete(Task.objects.get(), by=automation(), at=MONDAY + timedelta(hours=5))
    assert not Timer.objects.filter(fired_at=None).exists()


@pytest.mark.django_db
def test_a_deadline_calls_off_the_task_and_the_other_timer():
    begin(REMINDED)
    timers.pump(MONDAY + timedelta(days=3))
    assert list(Task.objects.order_by("id").values_list("element", "state")) == [
        ("work", "cancelled"),
        ("lead", "open"),
    ]
    assert not Timer.objects.filter(fired_at=None).exists()


@pytest.mark.django_db
def test_working_time_is_counted_by_whoever_knows_the_calendar():
    timers.register_working_time(lambda subject, source, amount, at: at + timedelta(days=float(amount.amount) + 2))
    begin(drawing(start(), catch("pause", timer("=working days(3)")), end(), ways="start > pause > end"))
    assert Timer.objects.get().due_at == MONDAY + timedelta(days=5)


@pytest.mark.django_db
def test_only_as_many_as_asked_for_fire_at_once_the_oldest_first():
    begin(WAIT, 1, 2, 3)
    Timer.objects.filter(instance__subject=3).update(due_at=MONDAY)
    assert timers.fire_due_timers(MONDAY + timedelta(hours=1), limit=1) == 1
    assert Task.objects.get().subject == 3


@pytest.mark.django_db
def test_a_process_that_breaks_does_not_hold_up_the_others(monkeypatch):
    begin(WAIT, 1, 2)
    real = running.occurred

    def breaks_for_the_first(instance, *given, **named):
        if instance.subject == 1:
            raise RuntimeError("broken")
        real(instance, *given, **named)

    monkeypatch.setattr(running, "occurred", breaks_for_the_first)
    assert timers.pump(MONDAY + timedelta(hours=1)) == 1
    assert Timer.objects.get(fired_at=None).due_at == MONDAY + timedelta(hours=1) + timers.AGAIN_AFTER


@pytest.mark.django_db
def test_who_lost_a_race_for_locks_is_tried_again_in_the_next_round(monkeypatch):
    begin(WAIT)

    def loses(*given, **named):
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as racing:
        racing.setattr(running, "occurred", loses)
        assert timers.pump(MONDAY + timedelta(hours=1)) == 0
    assert timers.pump(MONDAY + timedelta(hours=1)) == 1


@pytest.mark.django_db
def test_the_subject_is_locked_before_its_instance():
    locked = []
    blocks.lock_by(locked.append, lambda subject: True)
    begin(WAIT, 11)
    timers.pump(MONDAY + timedelta(hours=1))
    assert locked == [11]


def at_once(*acts):
    """Each in its own thread and connection, all released together; what they raised or returned, in order."""
    found, gate = [None] * len(acts), threading.Barrier(len(acts))

    def run(place, act):
        close_old_connections()
        gate.wait()
        try:
            found[place] = act()
        except Exception as problem:
            found[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return found


def test_two_pumps_fire_each_timer_once(committing):
    begin(WAIT, *range(1, 41))
    fired = at_once(*[lambda: timers.pump(MONDAY + timedelta(hours=2))] * 2)
    while left := timers.pump(MONDAY + timedelta(hours=2)):
        fired.append(left)
    assert sum(fired) == 40
    assert Task.objects.count() == 40 and Advance.objects.filter(way__cause={"timer": "pause"}).count() == 40


def test_a_timer_that_is_just_firing_is_left_to_the_one_who_fires_it(committing, does):
    inside, leave, done = threading.Event(), threading.Event(), []

    def slowly(step):
        done.append(step)
        inside.set()
        leave.wait(20)

    does("sira:remind", slowly)
    begin(drawing(start(), catch("pause", timer("PT1H")), service("remind", "sira:remind"), user("work"), end(),
                  ways="start > pause > remind > work > end"))  # fmt: skip

    def fire():
        try:
            timers.pump(MONDAY + timedelta(hours=2))
        finally:
            connection.close()

    first, second = threading.Thread(target=fire), threading.Thread(target=fire)
    first.start()
    assert inside.wait(20)
    second.start()
    second.join(1)
    found = len(done)
    leave.set()
    first.join()
    second.join()
    assert found == 1 and Task.objects.count() == 1


def test_of_two_who_complete_a_task_at_once_one_wins_and_the_other_is_refused(committing):
    begin(drawing(start(), user("work"), user("test"), end(), ways="start > work > test > end"))
    task = Task.objects.get()

    def complete():
        return running.complete(Task.objects.get(pk=task.pk), by=automation(), at=MONDAY)

    found = at_once(complete, complete)
    assert sorted(type(each) for each in found if isinstance(each, Exception)) == [TaskNotOpen]
    assert Task.objects.filter(state="open").count() == 1


def test_a_deadline_and_a_completion_at_once_leave_one_outcome(committing):
    begin(REMINDED)
    task = Task.objects.get()
    at_once(
        lambda: running.complete(Task.objects.get(pk=task.pk), by=automation(), at=MONDAY),
        lambda: timers.pump(MONDAY + timedelta(days=3)),
    )
    timers.pump(MONDAY + timedelta(days=3))
    states = dict(Task.objects.values_list("element", "state"))
    assert states in ({"work": "done"}, {"work": "cancelled", "lead": "open"})


def test_two_messages_at_once_are_heard_once(committing):
    begin(drawing(start(), catch("answer", event("message", "reply")), user("read"), end(),
                  declare=message("reply"), ways="start > answer > read > end"))  # fmt: skip
    heard = at_once(*[lambda: running.correlate("reply", subject=7, at=MONDAY)] * 3)
    assert sorted(heard) == [0, 0, 1] and Task.objects.count() == 1
