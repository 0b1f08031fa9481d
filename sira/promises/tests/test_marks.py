"""Plans of marks: any number of them before and after the deadline, each told once."""

import random
from datetime import timedelta

import pytest

from sira.calendars import editing
from sira.calendars.compiled import edition_in_force, working_time
from sira.calendars.models import seven_closed_days
from sira.calendars.tests.desk import monday, office_hours
from sira.people.automation import automation
from sira.people.models import Organisation
from sira.promises import clocks, contracts, planned, plans, pump, terms
from sira.promises.clocks import Promise
from sira.promises.models import Clock, Contract
from sira.promises.planned import Planned
from sira.promises.refusals import BadPlan, EndsBeforeItStarts
from sira.promises.tests.test_pump import heard  # noqa: F401

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SEVERAL = (
    Planned("percent", 50, ("agent",)),
    Planned("before", 30, ("lead", "raise_priority")),
    Planned("percent", 100, ("agent", "lead")),
    Planned("after", 60, ("manager",)),
    Planned("percent", 200, ("manager", "reassign")),
)


def plan(*marks, key="gold"):
    return plans.keep(key, name="Gold", marks=marks or SEVERAL, by=automation(), at=monday(8))


def promise(budget: float = 4, subject: int = 1, **more) -> None:
    wanted = Promise("resolution", budget * HOUR, plan=plan(*more.pop("marks", ())).pk)
    clocks.start_clocks(subject, [wanted], None, at=monday(9))


def test_each_mark_is_told_at_its_time_and_once(heard):  # noqa: F811
    office_hours()
    promise()
    for minute in range(0, 9 * 60, 5):
        pump.pump(monday(9) + timedelta(minutes=minute, seconds=1))
    assert [(mark.kind, mark.mark_at, mark.tells, mark.does) for mark in heard] == [
        ("warning", monday(11), ("agent",), ()),
        ("warning", monday(12, 30), ("lead",), ("raise_priority",)),
        ("breach", monday(13), ("agent", "lead"), ()),
        ("after", monday(14), ("manager",), ()),
        ("after", monday(17), ("manager",), ("reassign",)),
    ]
    assert Clock.objects.get().next_mark_at is None


def test_marks_that_come_together_speak_once_and_still_do_what_they_should(heard):  # noqa: F811
    office_hours()
    promise()
    pump.pump(monday(14, 30))
    assert [(mark.kind, mark.tells, mark.does) for mark in heard] == [
        ("breach", ("agent", "lead", "manager"), ("raise_priority",))
    ]


def test_the_end_of_a_promise_is_a_mark_also_where_the_plan_names_none(heard):  # noqa: F811
    office_hours()
    promise(marks=[Planned("percent", 10, ("agent",))])
    pump.pump(monday(9, 30))
    pump.pump(monday(13, 1))
    assert [(mark.kind, mark.tells) for mark in heard] == [("warning", ("agent",)), ("breach", ())]
    assert Clock.objects.get().breached_at == monday(13)


def test_after_a_pause_the_steps_after_a_breach_move_as_the_deadline_would(heard):  # noqa: F811
    office_hours()
    promise(budget=2)
    pump.pump(monday(11, 1))
    clocks.pause(1, at=monday(11, 30))
    assert pump.pump(monday(14)) == 0
    clocks.resume(1, at=monday(14))
    assert Clock.objects.get().next_mark_at == monday(14, 30)


def test_a_stopped_promise_has_no_steps_after_its_breach(heard):  # noqa: F811
    office_hours()
    promise(budget=2)
    pump.pump(monday(11, 1))
    clocks.stop(1, "resolution", at=monday(11, 30))
    assert pump.pump(monday(17)) == 0


def test_a_newer_edition_of_a_plan_reaches_clocks_that_run_and_warns_of_nothing_past(heard):  # noqa: F811
    office_hours()
    promise(subject=1)
    promise(subject=2)
    pump.pump(monday(11, 30))
    heard.clear()
    clocks.stop(2, "resolution", at=monday(12))
    newer = plan(Planned("percent", 60, ("group",)), Planned("percent", 90, ("lead",)))
    assert (newer.number, newer.is_current) == (2, True)
    pump.pump(monday(12))
    assert list(Clock.objects.order_by("subject").values_list("plan__number", flat=True)) == [2, 1]
    assert heard == [], "60 per cent are 11:24, and that has passed"
    pump.pump(monday(12, 37))
    pump.pump(monday(13, 1))
    assert [(mark.kind, mark.tells) for mark in heard] == [("warning", ("lead",)), ("breach", ())]
    same = plan(Planned("percent", 60, ("group",)), Planned("percent", 90, ("lead",)))
    assert same.pk == newer.pk, "the same again is no edition"


def test_each_further_mark_calls_the_next_of_the_chain(heard):  # noqa: F811
    office_hours()
    promise(marks=[Planned("percent", 100, ("on_call",)), Planned("after", 30, ("on_call", "lead"))])
    pump.pump(monday(13, 1))
    pump.pump(monday(13, 31))
    assert [(mark.tells, mark.calls) for mark in heard] == [(("on_call",), (1,)), (("lead", "on_call"), (2,))]


def test_marks_that_came_while_nobody_looked_call_everybody_they_would_have_called(heard):  # noqa: F811
    office_hours()
    promise(
        marks=[
            Planned("percent", 100, ("on_call",)),
            Planned("after", 30, ("on_call",)),
            Planned("after", 40, ("lead",)),
        ]
    )
    pump.pump(monday(14))
    assert [(mark.tells, mark.calls) for mark in heard] == [(("lead", "on_call"), (1, 2))]


@pytest.mark.parametrize("mark", [("percent", 0), ("percent", 500), ("after", 10**6), ("sometime", 5)])
def test_what_cannot_be_watched_is_refused(mark):
    with pytest.raises(BadPlan):
        plan(Planned(*mark, ("agent",)))


@pytest.mark.parametrize("seed", range(25))
def test_marks_agree_with_a_slow_recount_through_every_change(heard, seed):  # noqa: F811
    """The oracle counts each working minute in which the clock ran and tells a mark when its minute comes."""
    chance = random.Random(seed)
    office_hours()
    night = editing.create(
        "Night", time_zone="UTC", week=seven_closed_days(), always_open=True, by=automation(), at=monday(0)
    )
    budget = chance.choice([2, 3, 5, 8]) * HOUR
    kept = plan()
    clocks.start_clocks(1, [Promise("resolution", budget, plan=kept.pk)], None, at=monday(9))
    office, calendar = Clock.objects.get().edition, None
    used, told, paused, stopped, merged, lapsed = timedelta(0), timedelta(0), False, False, False, False
    expected: list[timedelta] = []
    hours = working_time(office.pk)
    for minute in range(1, 1200):
        at = monday(9) + timedelta(minutes=minute)
        if not (paused or stopped):  # one that was merged or taken back counts on, for it may be promised again
            used += hours.between(at - timedelta(minutes=1), at)
        moment = at + timedelta(seconds=1)
        # Told first, then changed: the pump goes round every second.
        pump.pump(moment)
        if not (stopped or merged or lapsed):
            come = [one.place for one in planned.stops(SEVERAL, budget) if told < one.place <= used]
            if come:
                told = come[-1]
                expected.append(told)
        if chance.random() < 0.01:
            what = chance.choice(
                ["pause", "resume", "budget", "calendar", "stop", "reopen", "merge", "unmerge", "unmerge", "take back"]
            )
            if what == "merge" and not (stopped or merged):
                clocks.stop_all(1, at=at)
                merged = True
            elif what == "unmerge" and merged:
                clocks.restart_all(1, at=at)
                merged = False
            elif merged:
                continue
            elif what == "pause" and not stopped:
                clocks.pause(1, at=at)
                paused = True
            elif what == "resume" and not stopped:
                clocks.resume(1, at=at)
                paused = False
            elif what in ("budget", "calendar") and not stopped:
                budget = chance.choice([2, 3, 5, 8]) * HOUR if what == "budget" else budget
                calendar = chance.choice([None, night.pk]) if what == "calendar" else calendar
                hours = working_time(edition_in_force(calendar))
                clocks.retarget(1, [Promise("resolution", budget, plan=kept.pk)], calendar, at=at, waiting=paused)
                lapsed = False
            elif what == "take back" and not stopped:
                clocks.retarget(1, [], calendar, at=at, waiting=paused)
                lapsed = True
            elif what == "stop" and not stopped:
                clocks.stop(1, "resolution", at=at)
                stopped, paused, stopped_at = True, False, at
            elif what == "reopen" and stopped:
                clocks.reopen(1, "resolution", since=stopped_at, at=at)
                stopped = False
    row = Clock.objects.get()
    assert len(heard) == len(expected), (heard, expected)
    if row.stopped_at is None:
        assert row.told_up_to == (told or None)


def test_a_customers_level_is_the_one_in_force(db):
    halden = Organisation.objects.create(name="Halden", kind="customer")
    clinic = Organisation.objects.create(name="Clinic 4", kind="customer", parent=halden)
    heard_of: list[int] = []
    contracts.on_change(heard_of.extend)
    try:
        agreed = Contract(organisation=halden)
        contracts.agree(agreed, name="2026", level="gold", starts_at=monday(9), ends_at=monday(9, days=2), at=monday(8))
        assert [contracts.level_of(clinic.pk, at=at) for at in (monday(8), monday(9), monday(9, days=2))] == [
            None,
            "gold",
            None,
        ]
        assert contracts.level_of(None, at=monday(9)) is None
        assert sorted(heard_of) == sorted([halden.pk, clinic.pk])
        heard_of.clear()
        assert [contracts.follow(monday(9)), contracts.follow(monday(9)), contracts.follow(monday(10, days=2))] == [
            1,
            0,
            1,
        ]
        assert len(heard_of) == 4 and agreed.pk
        with pytest.raises(EndsBeforeItStarts):
            contracts.agree(agreed, name="", level="", starts_at=monday(9), ends_at=monday(8), at=monday(8))
    finally:
        contracts._listeners.remove(heard_of.extend)


def test_a_table_may_name_a_calendar_a_pause_and_a_plan_for_each_target():
    office_hours()
    night = editing.create(
        "Round the clock", time_zone="UTC", week=seven_closed_days(), always_open=True, by=automation(), at=monday(0)
    )
    kept = plan()
    answer = {
        "first_answer": 30,
        "first_answer_calendar": "Round the clock",
        "first_answer_pauses": False,
        "resolution": 240,
        "resolution_calendar": "gone",
        "next_answer": None,
        "warnings": "gold",
    }
    names = {"first_answer": "first_answer", "next_answer": "next_answer", "resolution": "resolution"}
    first, resolution = terms.promises_in(answer, names, {})
    assert (first.edition, first.pauses, first.plan) == (night.edition_id, False, kept.pk)
    assert (resolution.edition, resolution.pauses) == (None, True), "a calendar that is not there counts as not named"
