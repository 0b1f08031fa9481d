from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from sira.calendars.tests.desk import monday, office_hours
from sira.promises import clocks, pump
from sira.promises.clocks import Promise
from sira.promises.models import Clock

HOUR = timedelta(hours=1)


@pytest.fixture
def heard() -> Iterator[list[pump.Mark]]:
    """Marks as a higher room hears them; other listeners stay out."""
    others, pump._listeners[:] = pump._listeners[:], []
    marks: list[pump.Mark] = []
    pump.on_mark(lambda batch, at: marks.extend(batch))
    yield marks
    pump._listeners[:] = others


def promise(subject: int = 1, budget: float = 4) -> None:
    clocks.start_clocks(subject, [Promise("resolution", budget * HOUR)], None, at=monday(9))


@pytest.mark.django_db
def test_a_warning_and_a_breach_are_told_once_each(heard):
    office_hours()
    promise()
    assert pump.pump(monday(11, 59)) == 0
    assert pump.pump(monday(12, 0, days=0) + timedelta(seconds=30)) == 1
    assert pump.pump(monday(12, 2)) == 0
    assert pump.pump(monday(13, 1)) == 1
    assert pump.pump(monday(15)) == 0
    assert [(mark.kind, mark.mark_at, mark.subject) for mark in heard] == [
        ("warning", monday(12), 1),
        ("breach", monday(13), 1),
    ]
    clock = Clock.objects.get()
    assert (clock.breached_at, clock.next_mark_at) == (monday(13), None)


@pytest.mark.django_db
def test_after_an_outage_only_the_breach_is_told(heard):
    office_hours()
    promise()
    pump.pump(monday(16))
    assert [mark.kind for mark in heard] == ["breach"]


@pytest.mark.django_db
def test_paused_and_stopped_clocks_are_left_alone(heard):
    office_hours()
    promise(1)
    promise(2)
    clocks.pause(1, at=monday(10))
    clocks.stop(2, "resolution", at=monday(10))
    assert pump.pump(monday(16)) == 0


@pytest.mark.django_db
def test_a_breach_just_before_a_pause_is_still_told(heard):
    office_hours()
    promise()
    clocks.pause(1, at=monday(14))
    pump.pump(monday(14, 1))
    assert [mark.kind for mark in heard] == ["breach"]
    clocks.resume(1, at=monday(15))
    assert pump.pump(monday(16)) == 0


@pytest.mark.django_db
def test_a_longer_promise_has_marks_of_its_own(heard):
    office_hours()
    promise()
    pump.pump(monday(14))
    clocks.retarget(1, [Promise("resolution", 8 * HOUR)], None, at=monday(14))
    pump.pump(monday(16))
    pump.pump(monday(18))
    assert [mark.kind for mark in heard] == ["breach", "warning", "breach"]


@pytest.mark.django_db
def test_a_listener_that_fails_for_one_holds_up_no_other_and_is_tried_again(heard):
    office_hours()
    for subject in (1, 2, 3):
        promise(subject)
    broken = [2]

    def listen(batch, at):
        if any(mark.subject in broken for mark in batch):
            raise RuntimeError("no mailbox")

    pump._listeners.insert(0, listen)
    pump.pump(monday(13, 1))
    assert sorted(mark.subject for mark in heard) == [1, 3]
    assert pump.pump(monday(13, 2)) == 0
    broken.clear()
    assert pump.pump(monday(13, 7)) == 1
    assert [(mark.subject, mark.kind) for mark in heard[2:]] == [(2, "breach")]


@pytest.mark.django_db
def test_nothing_due_takes_three_statements(heard, django_assert_num_queries):
    office_hours()
    promise()
    with django_assert_num_queries(9):  # three, each in a savepoint of the test's transaction
        pump.pump(monday(10))


def at_once(calls) -> list:
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(run, call) for call in calls]]


def test_two_pumps_at_once_tell_no_mark_twice(committing, heard):
    office_hours()
    for subject in range(1200):
        promise(subject)
    told = at_once([lambda: pump.pump(monday(14))] * 3)
    assert sum(told) == 1200
    assert sorted(mark.subject for mark in heard) == list(range(1200))


def test_an_operation_and_a_pump_at_once_both_have_their_say(committing, heard):
    office_hours()
    for subject in range(60):
        promise(subject)
    calls = [lambda: pump.pump(monday(14)), lambda: [clocks.pause(subject, at=monday(14)) for subject in range(60)]]
    at_once(calls)
    pump.pump(monday(14, 1))
    assert sorted(mark.subject for mark in heard) == list(range(60))
    assert Clock.objects.filter(paused_at=monday(14), breached_at=monday(13)).count() == 60


def test_of_two_promises_at_once_one_is_made(committing):
    office_hours()

    def try_it() -> bool:
        try:
            promise()
        except Exception:
            return False
        return True

    assert sorted(at_once([try_it] * 2)) == [False, True]
    assert Clock.objects.count() == 1
