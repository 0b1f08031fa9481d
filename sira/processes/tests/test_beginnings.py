"""Processes that begin by themselves: by a message, a signal, a date, a repetition."""

from datetime import UTC, datetime, timedelta

import pytest

from sira.processes import blocks, going_on, running, timers, versions
from sira.processes.bpmn import times
from sira.processes.models import Advance, Instance, StartEvent
from sira.processes.refusals import NotRunnable, Stuck
from sira.processes.tests.drawing import drawing, end, event, message, node, signal, start, throw, timer, user
from sira.processes.tests.playing import MONDAY
from sira.processes.tests.test_timers import at_once

HOUR = timedelta(hours=1)


def begins(what, *, key="p", declare=""):
    return drawing(start("begin", what), user("work"), end(), key=key, declare=declare, ways="begin > work > end")


BY_MESSAGE = begins(event("message", "order"), declare=message("order"))
BY_SIGNAL = begins(event("signal", "alarm"), declare=signal("alarm"))
HOURLY = begins(timer(cycle="R/PT1H"))


def install(source, at=MONDAY):
    return versions.install(source, at=at)


def subjects():
    return list(Instance.objects.order_by("id").values_list("subject", flat=True))


@pytest.mark.django_db
class TestByMessage:
    def test_a_message_begins_the_process_and_brings_its_variables(self):
        install(BY_MESSAGE)
        assert running.correlate("order", payload={"item": "laptop"}, at=MONDAY) == 1
        instance = Instance.objects.get()
        assert instance.state["variables"] == {"item": "laptop"} and instance.subject == 0
        assert Advance.objects.get().cause == {"start": "p", "message": "order"}

    def test_a_message_about_a_subject_begins_the_process_for_it(self):
        install(BY_MESSAGE)
        running.correlate("order", subject=7, at=MONDAY)
        assert subjects() == [7]

    def test_the_same_key_begins_no_second_process_while_the_first_runs(self):
        install(BY_MESSAGE)
        heard = [running.correlate("order", key=key, at=MONDAY) for key in ("A-1", "A-1", "A-2")]
        assert heard == [1, 0, 1]

    def test_the_same_key_begins_it_again_once_the_first_is_over(self):
        install(BY_MESSAGE)
        running.correlate("order", key="A-1", at=MONDAY)
        running.cancel(Instance.objects.get(), at=MONDAY)
        assert running.correlate("order", key="A-1", at=MONDAY) == 1

    def test_the_drawing_says_where_in_the_message_the_key_is(self):
        install(begins(event("message", "order"), declare=message("order", "=order_number")))
        heard = [running.correlate("order", payload={"order_number": number}, at=MONDAY) for number in (5, 5, 6)]
        assert heard == [1, 0, 1]

    def test_two_messages_with_one_subject_begin_one_process(self):
        install(BY_MESSAGE)
        assert [running.correlate("order", subject=7, at=MONDAY) for _time in range(2)] == [1, 0]

    def test_whoever_waits_for_it_hears_it_instead(self):
        declare = message("order")
        install(drawing(start("begin", event("message", "order")),
                        node("receiveTask", "more", messageRef="order"), end(),
                        declare=declare, ways="begin > more > end"))  # fmt: skip
        for _time in range(2):
            running.correlate("order", subject=7, at=MONDAY)
        assert [each.status for each in Instance.objects.all()] == ["ended"]

    def test_a_process_begins_another_for_the_same_subject_by_a_message(self):
        install(BY_MESSAGE)
        install(drawing(start(), throw("tell", event("message", "order")), end(), key="q",
                        declare=message("order"), ways="start > tell > end"))  # fmt: skip
        running.start("q", subject=9, at=MONDAY)
        assert set(Instance.objects.values_list("version__key", "subject", "status")) == {
            ("q", 9, "ended"),
            ("p", 9, "running"),
        }


def test_two_messages_at_once_with_one_key_begin_one_process(committing):
    install(BY_MESSAGE)
    heard = at_once(*[lambda: running.correlate("order", key="A-1", at=MONDAY)] * 3)
    assert sorted(heard) == [0, 0, 1] and Instance.objects.count() == 1


@pytest.mark.django_db
class TestBySignal:
    def test_a_signal_begins_every_process_that_starts_by_it(self):
        install(BY_SIGNAL)
        install(begins(event("signal", "alarm"), key="q", declare=signal("alarm")))
        assert running.broadcast("alarm", payload={"level": 3}, at=MONDAY) == 2
        assert [each.state["variables"] for each in Instance.objects.all()] == [{"level": 3}] * 2

    def test_a_signal_that_begins_its_own_process_again_is_stopped_by_the_step_budget(self):
        install(drawing(start("begin", event("signal", "alarm")), end("end", event("signal", "alarm")),
                        declare=signal("alarm"), ways="begin > end"))  # fmt: skip
        running.broadcast("alarm", at=MONDAY)
        assert Instance.objects.filter(status="stuck").count() == 1


@pytest.mark.django_db
class TestByTime:
    def test_it_begins_once_for_each_time_that_is_due(self):
        install(HOURLY)
        assert timers.pump(MONDAY + HOUR / 2) == 0
        assert [timers.pump(MONDAY + HOUR * 2) for _round in range(3)] == [1, 1, 0]
        assert subjects() == [0, 0]
        assert StartEvent.objects.get().due_at == MONDAY + HOUR * 3

    def test_a_date_is_used_up_by_beginning(self):
        install(begins(timer(date="2026-03-02T10:00:00Z")))
        assert [timers.pump(MONDAY + HOUR * hours) for hours in (0, 1, 2)] == [0, 1, 0]

    def test_a_date_before_publishing_is_not_made_up_for(self):
        install(begins(timer(date="2026-03-01T10:00:00Z")))
        assert timers.pump(MONDAY + HOUR) == 0

    def test_a_bounded_repetition_ends(self):
        install(begins(timer(cycle="R2/PT1H")))
        assert [timers.pump(MONDAY + HOUR * 9) for _round in range(3)] == [1, 1, 0]

    def test_a_new_version_that_says_the_same_keeps_the_due_date(self):
        install(HOURLY)
        second = install(HOURLY.replace('name="Work"', 'name="Work well"'), at=MONDAY + HOUR / 2)
        row = StartEvent.objects.get()
        assert (row.version, row.due_at) == (second, MONDAY + HOUR)

    def test_a_new_version_that_says_otherwise_counts_from_its_publishing(self):
        install(HOURLY)
        install(begins(timer(cycle="R/PT2H")), at=MONDAY + HOUR / 2)
        assert StartEvent.objects.get().due_at == MONDAY + HOUR * 2.5

    def test_a_retired_process_begins_no_more(self):
        install(HOURLY)
        versions.retire("p")
        assert timers.pump(MONDAY + HOUR) == 0

    def test_a_draft_begins_nothing(self):
        versions.draft(HOURLY, at=MONDAY)
        assert timers.pump(MONDAY + HOUR) == 0

    def test_a_process_that_would_begin_every_second_is_not_published(self):
        with pytest.raises(NotRunnable, match=r"Begin.*once a minute"):
            install(begins(timer(cycle="R/PT1S")))

    def test_a_time_that_only_a_ticket_would_know_is_not_published(self):
        with pytest.raises(NotRunnable, match="Begin"):
            install(begins(timer(date="=ticket.opened_at")))

    def test_one_that_cannot_begin_does_not_hold_up_the_others(self, monkeypatch):
        install(HOURLY)
        install(begins(timer(cycle="R/PT1H"), key="q"))
        real = going_on.begin_by_itself

        def breaks_for_p(row, *given, **named):
            if row.version.key == "p":
                raise RuntimeError("broken")
            real(row, *given, **named)

        with monkeypatch.context() as breaking:
            breaking.setattr(going_on, "begin_by_itself", breaks_for_p)
            assert timers.pump(MONDAY + HOUR) == 1
        assert timers.pump(MONDAY + HOUR + timers.AGAIN_AFTER) == 1, "it is made up for later"


def test_two_workers_begin_a_process_once_for_each_time(committing):
    install(HOURLY)
    found = at_once(*[lambda: timers.pump(MONDAY + HOUR)] * 3)
    assert sorted(found) == [0, 0, 1] and Instance.objects.count() == 1


def test_a_new_version_published_at_the_due_time_begins_it_once(committing):
    install(HOURLY)
    changed = HOURLY.replace('name="Work"', 'name="Work well"')
    at_once(lambda: timers.pump(MONDAY + HOUR), lambda: install(changed, at=MONDAY + HOUR))
    timers.pump(MONDAY + HOUR)
    assert Instance.objects.count() == 1


@pytest.mark.django_db
def test_whoever_makes_the_subject_is_asked_for_it():
    asked = []

    def begin(beginning):
        asked.append((beginning.key, dict(beginning.variables)))
        beginning.begin(31, {"ticket": {"number": "MNT-31"}})
        return True

    blocks.begin_by(begin)
    install(BY_MESSAGE)
    running.correlate("order", payload={"item": "laptop"}, at=MONDAY)
    assert asked == [("p", {"item": "laptop"})] and subjects() == [31]


@pytest.mark.django_db
def test_started_by_hand_it_begins_as_if_its_event_had_come():
    install(HOURLY)
    assert running.start("p", subject=7, at=MONDAY).state["tokens"] == {"1": ["work", "0"]}


@pytest.mark.parametrize(
    ("cycle", "expected"),
    [
        ("R/2026-01-31T08:00:00Z/P1M", ["2026-03-31", "2026-04-30", "2026-05-31"]),
        ("R5/2026-01-31T08:00:00Z/P1M", ["2026-03-31", "2026-04-30", "2026-05-31"]),
        ("R3/2026-01-31T08:00:00Z/P1M", ["2026-03-31"]),
    ],
)
def test_months_are_counted_from_the_first_time_and_past_ones_left_out(cycle, expected):
    since = datetime(2026, 3, 2, tzinfo=UTC)
    found = [times.occasion("cycle", cycle, since, number) for number in range(3)]
    assert [each.date().isoformat() for each in found if each] == expected


def test_every_day_at_eight_stays_at_eight_when_the_clocks_change():
    since = datetime(2026, 3, 28, tzinfo=UTC)
    daily = "R/2026-03-28T08:00:00@Europe/Warsaw/P1D"
    hours = [times.occasion("cycle", daily, since, number).astimezone(UTC).hour for number in range(2)]
    assert hours == [7, 6]


def test_a_zone_that_nobody_knows_is_no_time():
    with pytest.raises(Stuck):
        times.due("date", "2026-03-28T08:00:00@Nowhere/Here", MONDAY)
