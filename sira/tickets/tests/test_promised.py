"""What is promised follows whatever it depends on, and everybody who should hear of it does, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from sira.calendars import editing as calendars
from sira.calendars.models import Calendar, seven_closed_days
from sira.decisions import publishing
from sira.notifications.models import OutgoingMail
from sira.people import persons
from sira.processes import running
from sira.processes.models import Instance, Task
from sira.promises import contracts, planned, plans, pump
from sira.promises.explaining import owed
from sira.promises.models import Clock, Contract
from sira.promises.planned import Planned
from sira.routing.models import Waiting
from sira.tickets import assigning, conversation, editing, escalating, jobs, lifecycle, marked, promised, waiting
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry
from sira.tickets.tests.cast import a_person, monday

pytestmark = pytest.mark.django_db
TABLE = (Path(__file__).parent / "promises_by_contract.dmn").read_text(encoding="utf-8")


@pytest.fixture
def table(desk):
    """A table by contract and type, with all targets, a calendar of its own and a plan of marks."""
    always = {"time_zone": "UTC", "week": seven_closed_days(), "always_open": True}
    calendars.create("Round the clock", **always, by=desk.ada, at=monday(0))
    gold = (Planned(planned.PERCENT, 50, ("agent",)), Planned(planned.AFTER, 30, ("lead", "raise_priority")))
    plans.keep("gold", name="Gold", marks=gold, by=desk.ada, at=monday(0))
    publishing.publish("promises", TABLE, at=monday(0))
    return desk


def gold_for(desk, *, starts=0, ends=None) -> Contract:
    until = monday(ends) if ends else None
    row = Contract(organisation=desk.halden)
    return contracts.agree(row, name="Gold", level="gold", starts_at=monday(starts), ends_at=until, at=monday(0))


def budgets(ticket) -> dict[str, int]:
    running = Clock.objects.running().filter(subject=ticket.pk)
    return {clock.target: int(clock.budget.total_seconds() // 60) for clock in running}


def test_a_contract_decides_what_is_promised_and_in_which_hours(table):
    gold_for(table)
    ticket = table.ticket(requester=table.hannah)
    group = f"group:{ticket.group_id}"
    assert budgets(ticket) == {"first_answer": 10, "resolution": 60, group: 30}
    editions = dict(Clock.objects.filter(subject=ticket.pk).values_list("target", "edition__calendar__name"))
    assert (editions["first_answer"], editions["resolution"]) == ("Round the clock", "Weekdays")
    assert set(Clock.objects.values_list("plan__key", flat=True)) == {"gold"}
    assert budgets(table.ticket(requester=table.tom))["resolution"] == 480


def test_a_contract_that_is_agreed_in_the_middle_keeps_the_time_used(table):
    ticket = table.ticket(requester=table.hannah, at=monday(9))
    gold_for(table, starts=9)
    jobs.promise_anew(type(ticket).objects.filter(pk=ticket.pk), at=monday(9, 20))
    clock = Clock.objects.get(subject=ticket.pk, target="resolution")
    assert (clock.budget, clock.used, clock.due_at) == (timedelta(hours=1), timedelta(minutes=20), monday(10))
    ticket.refresh_from_db()
    assert ticket.due_at == monday(9, 20), "a first answer that is due at once is missed then, and not earlier"
    told = owed(ticket.pk, on=monday(9, 10))["resolution"]
    assert (told.budget, told.due_at) == (timedelta(hours=8), monday(17))
    assert owed(ticket.pk, on=monday(9, 30))["resolution"].budget == timedelta(hours=1)


def test_a_contract_that_begins_by_its_day_is_followed_once(table):
    gold_for(table, starts=10, ends=12)
    ticket = table.ticket(requester=table.hannah, at=monday(9))
    assert budgets(ticket)["resolution"] == 480
    assert [contracts.follow(monday(9, 59)), contracts.follow(monday(10)), contracts.follow(monday(10, 1))] == [0, 1, 0]
    jobs.promise_anew(type(ticket).objects.all(), at=monday(10))
    assert budgets(ticket)["resolution"] == 60
    assert contracts.follow(monday(12)) == 1
    jobs.promise_anew(type(ticket).objects.all(), at=monday(12))
    assert budgets(ticket)["resolution"] == 480


def test_another_type_is_another_promise_even_where_the_priority_stays(table):
    ticket = table.ticket(at=monday(9))
    request = type(table.incident).objects.get(key="service_request")
    editing.set_fields(ticket, {"type": request}, seen={}, by=table.ayse, at=monday(10))
    assert budgets(ticket) == {"first_answer": 90, "resolution": 900}


def of_type(ticket, desk, key, *, at):
    kind = type(desk.incident).objects.get(key=key)
    editing.set_fields(ticket, {"type": kind}, seen={}, by=desk.ada, at=at)


def test_time_that_it_was_solved_does_not_count_where_the_promise_was_taken_back_before_and_is_given_again(table):
    publishing.publish("promises", TABLE.replace(">900<", ">null<"), at=monday(0))
    ticket, two_days = table.ticket(at=monday(9)), timedelta(days=2)
    of_type(ticket, table, "service_request", at=monday(10))
    lifecycle.resolve(ticket, by=table.ada, resolution="Mended.", at=monday(11))
    lifecycle.reopen(ticket, by=table.tom, at=monday(11) + two_days)
    of_type(ticket, table, "incident", at=monday(12) + two_days)
    clock = Clock.objects.get(subject=ticket.pk, target="resolution")
    assert (clock.used, clock.due_at) == (timedelta(hours=3), monday(17) + two_days)
    owing = [monday(9, 30), monday(10, 30), monday(12), monday(11, 30) + two_days, monday(12, 30) + two_days]
    assert ["resolution" in owed(ticket.pk, on=at) for at in owing] == [True, False, False, False, True]


def test_a_stay_that_a_group_has_ended_is_not_reopened_where_the_ticket_comes_back_and_nothing_is_promised(table):
    ticket = table.ticket(at=monday(9))
    assigning.assign(ticket, group=table.hr, agent=None, by=table.ada, at=monday(10))
    of_type(ticket, table, "service_request", at=monday(10))
    assigning.assign(ticket, group=table.it, agent=None, by=table.ada, at=monday(11))
    lifecycle.resolve(ticket, by=table.ada, resolution="Mended.", at=monday(12))
    lifecycle.reopen(ticket, by=table.tom, at=monday(13))
    stay = Clock.objects.get(subject=ticket.pk, target=f"group:{table.it.pk}")
    assert (stay.stopped_at, stay.withdrawn) == (monday(10), False)


def test_the_next_answer_is_promised_when_the_requester_writes_again(table):
    ticket = table.ticket(at=monday(9))
    conversation.answer(ticket, Said(text="Which office?"), by=table.jonas, at=monday(9, 10))
    assert "next_answer" not in budgets(ticket)
    for minute in (20, 30):
        conversation.hear(ticket, Said(text="The one in Leeds."), by=table.tom, channel="mail", at=monday(9, minute))
    clock = Clock.objects.get(subject=ticket.pk, target="next_answer")
    assert (clock.started_at, clock.due_at) == (monday(9, 20), monday(10, 5))
    ticket.refresh_from_db()
    assert ticket.due_at == monday(10, 5)
    conversation.answer(ticket, Said(text="Mended."), by=table.jonas, at=monday(10))
    clock.refresh_from_db()
    assert (clock.stopped_at, clock.breached_at) == (monday(10), None)
    conversation.hear(ticket, Said(text="Not quite, it broke again."), by=table.tom, channel="mail", at=monday(11))
    assert Clock.objects.filter(subject=ticket.pk, target="next_answer").count() == 2


def test_the_time_a_group_has_it_begins_anew_in_the_next_group_and_is_no_promise_to_the_requester(table):
    ticket = table.ticket(at=monday(9))
    assigning.assign(ticket, group=table.hr, agent=None, by=table.ada, at=monday(10))
    assigning.assign(ticket, group=table.it, agent=None, by=table.ada, at=monday(11))
    stays = Clock.objects.filter(subject=ticket.pk, target__startswith="group:").order_by("id")
    assert [(one.target, one.started_at, one.stopped_at) for one in stays] == [
        (f"group:{table.it.pk}", monday(9), monday(10)),
        (f"group:{table.hr.pk}", monday(10), monday(11)),
        (f"group:{table.it.pk}", monday(11), None),
    ]
    assert not any(one.withdrawn for one in stays)
    ticket.refresh_from_db()
    assert ticket.due_at == monday(9, 30), "the first answer; the group's two hours are nobody else's"
    lifecycle.resolve(ticket, by=table.ada, resolution="Done.", at=monday(12))
    assert not Clock.objects.filter(subject=ticket.pk, stopped_at=None).exists()
    lifecycle.reopen(ticket, by=table.tom, at=monday(13))
    assert set(budgets(ticket)) == {"resolution", f"group:{table.it.pk}"}


def test_an_edited_calendar_reaches_the_ticket(table):
    ticket = table.ticket(at=monday(9))
    weekdays = Calendar.objects.get(name="Weekdays")
    calendars.set_hours(weekdays, time_zone="UTC", week=[[[600, 1080]]] * 5 + [[], []], by=table.ada, at=monday(9, 10))
    pump.follow_calendars(monday(9, 11))
    promised.copy_many([ticket.pk])
    ticket.refresh_from_db()
    assert ticket.due_at == monday(10, 20)
    assert promised.differing(most=5) == []


def test_marks_are_told_once_and_the_history_says_so(table):
    gold_for(table)
    pump._listeners[:] = [marked.came]
    ticket = table.ticket(requester=table.hannah, at=monday(9))
    assigning.assign(ticket, group=table.it, agent=table.jonas, by=table.ada, at=monday(9))
    conversation.answer(ticket, Said(text="On it."), by=table.jonas, at=monday(9, 1))
    for minute in range(120):
        pump.pump(monday(9, 2) + timedelta(minutes=minute))
    told = OutgoingMail.objects.filter(kind__in=["warned", "breached"], placeholders__target="resolution")
    assert [(mail.kind, mail.person.name) for mail in told.order_by("id")] == [
        ("warned", "Jonas Weber"),
        ("breached", "Ayşe Demir"),
    ]
    entries = ticket.history.filter(fact__facts__target="resolution").order_by("id")
    assert [(entry.kind, entry.facts) for entry in entries] == [
        ("warned", {"target": "resolution", "share": 50}),
        ("breached", {"target": "resolution"}),
        ("breached", {"target": "resolution", "past": 30}),
    ]


def test_many_marks_at_once_are_one_mail_to_each(table):
    pump._listeners[:] = [marked.came]
    made = [table.ticket(at=monday(9), subject=f"No. {number}") for number in range(6)]
    for ticket in made:
        assigning.assign(ticket, group=table.it, agent=table.jonas, by=table.ada, at=monday(9))
    OutgoingMail.objects.all().delete()
    pump.pump(monday(9, 31))
    mails = OutgoingMail.objects.all()
    assert sorted((mail.kind, mail.person.name) for mail in mails) == [
        ("marks", "Ayşe Demir"),
        ("marks", "Jonas Weber"),
    ]
    assert len(mails[0].placeholders["lines"]) == 6
    assert HistoryEntry.objects.filter(fact__kind="breached").count() == 6
    assert pump.pump(monday(9, 32)) == 0


def test_a_mark_raises_the_priority_once_however_often_its_job_runs(table):
    gold_for(table)
    ticket = table.ticket(requester=table.hannah, at=monday(9))
    before = ticket.priority
    for _again in range(2):
        escalating.act(ticket.pk, "resolution", "raise_priority", 150, at=monday(10, 30))
    ticket.refresh_from_db()
    assert ticket.priority == before - 1


def test_a_mark_gives_it_to_somebody_else(table):
    table.it.strategy = "round_robin"
    table.it.save()
    ticket = table.ticket(at=monday(9))
    assigning.assign(ticket, group=table.it, agent=table.jonas, by=table.ada, at=monday(9))
    for share, agent in ((75, table.ayse), (100, table.jonas), (100, table.jonas)):
        escalating.act(ticket.pk, "resolution", "reassign", share, at=monday(17))
        ticket.refresh_from_db()
        assert ticket.agent == agent, share
    table.it.memberships.filter(person=table.ayse).delete()
    escalating.act(ticket.pk, "resolution", "reassign", 150, at=monday(17))
    ticket.refresh_from_db()
    assert ticket.agent == table.jonas and not Waiting.objects.exists(), "nobody else is there"


def test_each_step_of_a_plan_is_told_to_whom_it_names_and_once(table):
    steps = {50: ("agent",), 75: ("lead",), 90: ("agent", "lead"), 100: ("lead",)}
    marks = [Planned(planned.PERCENT, share, whom) for share, whom in steps.items()]
    marks.append(Planned(planned.AFTER, 30, ("manager",)))
    plans.keep("gold", name="Gold", marks=marks, by=table.ada, at=monday(0))
    head, gone = (a_person(name, role="manager") for name in ("Helen Head", "Gus Gone"))
    persons.change_manager(table.jonas, gone, by=table.ada)
    persons.let_go(gone, by=table.ada)
    gold_for(table)
    pump._listeners[:] = [marked.came]
    ticket = table.ticket(requester=table.hannah, at=monday(9))
    assigning.assign(ticket, group=table.it, agent=table.jonas, by=table.ada, at=monday(9))
    conversation.answer(ticket, Said(text="On it."), by=table.jonas, at=monday(9, 1))
    Clock.objects.filter(subject=ticket.pk).exclude(target="resolution").delete()
    OutgoingMail.objects.all().delete()
    heard = []
    for minute in (29, 30, 45, 54, 60, 89, 90, 200):
        for _again in range(2):
            pump.pump(monday(9, minute) + timedelta(seconds=1))
        heard.append((minute, sorted(OutgoingMail.objects.values_list("person__name", flat=True))))
        OutgoingMail.objects.all().delete()
    jonas, ayse = table.jonas.name, table.ayse.name
    told = {30: [jonas], 45: [ayse], 54: [ayse, jonas], 60: [ayse], 90: [head.name]}
    assert heard == [(minute, told.get(minute, [])) for minute in (29, 30, 45, 54, 60, 89, 90, 200)]


def test_a_mark_starts_a_process_once(table):
    ticket = table.ticket(at=monday(9))
    key = table.incident.process_key
    before = Instance.objects.filter(subject=ticket.pk).count()
    for _again in range(2):
        escalating.act(ticket.pk, "resolution", f"process:{key}", 100, at=monday(17))
    assert Instance.objects.filter(subject=ticket.pk).count() == before + 1


OPERATIONAL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Operational" namespace="urn:test">
  <inputData id="t" name="task"><variable name="task"/></inputData>
  <decision id="operational" name="operational"><variable name="operational"/>
    <informationRequirement id="n1"><requiredInput href="#t"/></informationRequirement>
    <literalExpression id="e">
      <text>{minutes: if task.kind = "test" then 60 else null, calendar: null}</text>
    </literalExpression>
  </decision>
</definitions>
"""


def test_a_step_inside_has_a_clock_of_its_own_until_it_is_done(table):
    publishing.publish("operational", OPERATIONAL, at=monday(0))
    type(table.incident).objects.update(needs_test=True)
    ticket = table.ticket(at=monday(9))
    lifecycle.resolve(ticket, by=table.ada, resolution="Replaced it.", at=monday(10))
    task = Task.objects.get(subject=ticket.pk, kind="test")
    clock = Clock.objects.get(subject=ticket.pk, target=f"task:{task.pk}")
    assert (clock.due_at, clock.rule["name"], clock.stopped_at) == (monday(11), task.name, None)
    running.complete(task, by=table.ada, outcome={"result": "passed"}, at=monday(10, 30))
    clock.refresh_from_db()
    assert (clock.stopped_at, clock.withdrawn) == (monday(10, 30), False)


def test_waiting_for_the_requester_pauses_what_pauses(table):
    ticket = table.ticket(at=monday(9))
    waiting.wait_for_requester(ticket, by=table.ada, at=monday(10))
    assert Clock.objects.get(subject=ticket.pk, target="resolution").paused_at == monday(10)
    assert promised.differing(most=5) == []
