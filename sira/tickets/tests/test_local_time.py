"""A date from a form is meant by the clock where the ticket is worked on."""

from datetime import UTC, datetime, timedelta

import pytest

from sira.calendars import editing as calendars
from sira.processes import timers
from sira.processes.bpmn import times
from sira.processes.models import Incident, StartEvent, Task, Timer
from sira.processes.tests.drawing import border, catch, drawing, end, start, timer, user
from sira.tickets import operating
from sira.tickets.tests.cast import MONDAY, WEEK, monday
from sira.tickets.tests.office import Office, approve, stuck, task


@pytest.fixture
def office(db: None) -> Office:
    office = Office()
    istanbul = calendars.create("Istanbul", time_zone="Europe/Istanbul", week=WEEK, by=office.ada, at=MONDAY)
    office.it.calendar_id = istanbul.pk
    office.it.save()
    return office


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-11-24T13:36", utc(2026, 11, 24, 10, 36)),
        ("2026-11-25", utc(2026, 11, 24, 21)),
        ("2026-11-24T13:36:00Z", utc(2026, 11, 24, 13, 36)),
        ("2026-11-24T13:36@Europe/Warsaw", utc(2026, 11, 24, 12, 36)),
    ],
)
def test_a_timer_waits_until_the_hour_that_the_form_says_there(office: Office, written: str, due: datetime):
    source = drawing(
        start(), catch("rest", timer(date="=ticket.fields.day")), user("work"), end(),
        key="purchase", ways="start > rest > work > end",
    )  # fmt: skip
    office.asks(source, group=office.it, fields={"day": written})
    assert Timer.objects.get().due_at == due


def test_a_task_is_due_by_that_clock_too(office: Office):
    block = task("it", "work", groups="it", until="=ticket.fields.day")
    office.asks(drawing(start(), block, end(), key="purchase", ways="start > it > end"), group=office.it,
                fields={"day": "2026-11-24T09:00"})  # fmt: skip
    assert Task.objects.get(kind="task").due_at == utc(2026, 11, 24, 6)


def test_a_process_that_begins_every_day_at_nine_keeps_nine_when_the_clocks_change(office: Office):
    calendars.create("Warsaw", time_zone="Europe/Warsaw", week=WEEK, by=office.ada, at=MONDAY)
    from sira.calendars.models import Calendar  # noqa: PLC0415

    Calendar.objects.update(is_default=False)
    Calendar.objects.filter(name="Warsaw").update(is_default=True)
    source = drawing(
        start(event=timer(cycle="R/2027-03-27T09:00/P1D")), user("work"), end(), key="daily", ways="start > work > end"
    )
    office.draws(source, key="daily")
    dues = []
    for _day in range(3):
        row = StartEvent.objects.get()
        dues.append(row.due_at)
        timers.pump(row.due_at)
    assert dues == [utc(2027, 3, 27, 8), utc(2027, 3, 28, 7), utc(2027, 3, 29, 7)]


def test_a_repeating_timer_with_a_start_keeps_its_rhythm():
    noon, hour = utc(2026, 11, 23, 12), timedelta(hours=1)
    found = times.due("cycle", "R3/2026-11-23T12:00:00Z/PT1H", monday(9))
    assert (found.at, found.repeats) == (noon, 2)
    assert times.due("cycle", "R3/2026-11-23T12:00:00Z/PT1H", noon, repeats=1).at == noon + hour
    late = times.due("cycle", "R3/2026-11-23T12:00:00Z/PT1H", noon + hour + timedelta(minutes=7), repeats=0)
    assert late.at == noon + 2 * hour


NEVER_OPEN = {
    "a timer": ([catch("it", timer("=working days(2)"))], "start > it > end"),
    "a task": ([task("it", "work", groups="it", until="=working hours(4)")], "start > it > end"),
    "an approval": ([approve("=requester.manager", until="=working days(2)")], "start > approve > end"),
    "an approval's usual deadline": ([approve("=requester.manager")], "start > approve > end"),
    "a timer at a task's border": (
        [user("work"), border("late", "work", timer("=working days(1)"))],
        "start > work > end; late > end",
    ),
}


@pytest.mark.parametrize(("blocks", "ways"), NEVER_OPEN.values(), ids=NEVER_OPEN)
def test_a_step_that_counts_by_a_calendar_that_never_opens_is_stuck_until_it_has_hours(office, blocks, ways):
    closed = calendars.create("Closed", time_zone="UTC", week=[[] for _day in range(7)], by=office.ada, at=MONDAY)
    office.it.calendar_id = closed.pk
    office.it.save()
    ticket = office.asks(drawing(start(), *blocks, end(), key="purchase", ways=ways), group=office.it)
    assert stuck(ticket) == ["no_open_time"]
    assert "open hours" in Incident.objects.get().message
    assert not Timer.objects.exists()
    calendars.set_hours(closed, time_zone="UTC", week=WEEK, by=office.ada, at=monday(9))
    operating.retry(Incident.objects.get(), by=office.ada, at=monday(10))
    assert not stuck(ticket)
    assert Timer.objects.exists() or Task.objects.filter(state="open").exclude(due_at=None).exists()
