"""A drawing that waits until something holds goes on when somebody makes it so."""

import inspect
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sira.people.models import Person
from sira.processes import running, timers
from sira.processes.models import Incident, Instance
from sira.processes.tests.drawing import border, catch, drawing, end, handler, service, start, timer, user, when
from sira.tickets import asking_again, assigning, editing, facts, jobs
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, headers, now
from sira.tickets.worksheet import HEARD

CLOSE = service("done", "sira:close", extension=headers(text="All is done."))


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def edit(ticket: Ticket, office: Office, **changes: object) -> Ticket:
    return editing.set_fields(ticket, changes, seen={}, by=office.ayse, at=monday(10))


def until(condition: str) -> str:
    return drawing(start(), catch("it", when(condition)), CLOSE, end(), key="purchase", ways="start > it > done > end")


def test_a_field_that_somebody_sets_lets_the_drawing_go_on_at_once(office: Office):
    ticket = office.asks(until("ticket.impact = &quot;high&quot;".replace("&quot;", '"')))
    edit(ticket, office, subject="Still waiting")
    assert now(ticket).status == Ticket.Status.OPEN
    changed = edit(ticket, office, impact=1)
    assert changed.status == now(ticket).status == Ticket.Status.CLOSED


def test_who_takes_the_ticket_makes_a_condition_true_too(office: Office):
    ticket = office.asks(until("ticket.has_agent"), group=office.it)
    assigning.assign(ticket, group=office.it, agent=office.jonas, by=office.ayse, at=monday(10))
    assert now(ticket).status == Ticket.Status.CLOSED


def test_an_alarm_beside_the_work_rings_once_for_each_time_that_it_becomes_true(office: Office):
    source = drawing(
        start(), user("work"), border("urgent", "work", when('ticket.urgency = "high"'), interrupting=False),
        service("tell", "sira:set", extension=headers(tags="hurry")), end(), end("told"),
        key="purchase", ways="start > work > end; urgent > tell > told",
    )  # fmt: skip
    ticket = office.asks(source)
    edit(ticket, office, urgency=1)
    assert now(ticket).tags == ["hurry"]
    edit(ticket, office, tags=[])
    assert now(ticket).tags == []
    edit(ticket, office, urgency=3)
    edit(ticket, office, urgency=1)
    assert now(ticket).tags == ["hurry"] and not Incident.objects.exists()


def test_what_a_timer_sets_reaches_the_process_that_called_the_one_it_fired_in(office: Office):
    called = drawing(
        start(), catch("rest", timer("PT1H")), service("set", "sira:set", extension=headers(impact="high")),
        user("more"), end(), key="called", ways="start > rest > set > more > end",
    )  # fmt: skip
    office.draws(called, key="called")
    call = '<bpmn:callActivity id="call" name="Call"><bpmn:extensionElements><zeebe:calledElement processId="called"/></bpmn:extensionElements></bpmn:callActivity>'  # noqa: E501
    source = drawing(
        start(), call, border("enough", "call", when('ticket.impact = "high"')), CLOSE, end(), end("never"),
        key="purchase", ways="start > call > never; enough > done > end",
    )  # fmt: skip
    ticket = office.asks(source)
    assert timers.pump(monday(12)) == 1
    jobs.look_again(ticket.pk)
    assert not Incident.objects.exists(), Incident.objects.get().message
    assert now(ticket).status == Ticket.Status.CLOSED
    assert not Instance.objects.filter(status__in=Instance.ACTIVE).exists()


def test_a_condition_that_calls_off_a_second_one_does_not_trip_over_it(office: Office):
    ticket = office.asks(until('ticket.impact = "high"'))
    office.draws(until("false").replace("purchase", "other"), key="other")
    running.start("other", subject=ticket.pk, facts={}, at=monday(9))
    edit(ticket, office, impact=1)
    assert now(ticket).status == Ticket.Status.CLOSED


def test_an_event_sub_process_begins_when_its_condition_comes_true(office: Office):
    source = drawing(
        start(), user("work"), end(),
        handler("watch", start("high", when('ticket.priority = "critical"')),
                service("tag", "sira:set", extension=headers(tags="now")), end("seen"), ways="high > tag > seen"),
        key="purchase", ways="start > work > end",
    )  # fmt: skip
    ticket = office.asks(source)
    edit(ticket, office, priority=1)
    assert now(ticket).tags == ["now"]


def test_a_ticket_that_nobody_listens_to_costs_no_question(office: Office):
    ticket = office.asks(drawing(start(), user("work"), end(), key="purchase", ways="start > work > end"))
    with CaptureQueriesContext(connection) as asked:
        edit(ticket, office, subject="Another")
    asks = [one["sql"] for one in asked.captured_queries if "processes_" in one["sql"]]
    assert len(asks) == 1 and "FOR UPDATE OF ticket" in asks[0]


def test_what_a_drawing_may_read_of_a_ticket_is_what_wakes_it():
    """number never changes; has_agent, needs_test and service_owner come from the columns beside them."""
    read = set(inspect.getsource(facts.of_ticket).split('"')[1::2]) - {
        "number",
        "has_agent",
        "needs_test",
        "service_owner",
    }
    assert read == HEARD


def test_what_stands_beside_the_ticket_is_looked_at_from_time_to_time(office: Office):
    """Whoever moves the requester to another manager knows nothing of their tickets."""
    wanted = office.asks(until("requester.manager = 0"))
    Person.objects.filter(pk=office.tom.pk).update(manager=office.ayse)
    beside = office.asks(until(f"requester.manager = {office.jonas.pk}"))
    own = office.asks(until('ticket.subject = "Nothing of that kind"'))
    Person.objects.filter(pk=office.tom.pk).update(manager=office.jonas)
    assert asking_again.ask_again(monday(10)) == 2, "those that speak of the ticket alone are not asked"
    assert (now(beside).status, now(own).status) == (Ticket.Status.CLOSED, Ticket.Status.OPEN)
    assert now(wanted).status == Ticket.Status.OPEN


def test_a_condition_of_time_comes_true_by_itself(office: Office):
    ticket = office.asks(until('now() > date and time("2026-11-23T12:00:00Z")'))
    assert asking_again.ask_again(monday(11)) == 1 and now(ticket).status == Ticket.Status.OPEN
    asking_again.ask_again(monday(13))
    assert now(ticket).status == Ticket.Status.CLOSED


def test_one_whose_conditions_cannot_be_asked_holds_up_no_other(office: Office, monkeypatch):
    until_noon = until('now() > date and time("2026-11-23T12:00:00Z")')
    broken, other = office.asks(until_noon), office.asks(until_noon)
    real = running.look_again

    def breaks(subject, **named):
        if subject == broken.pk:
            raise ValueError
        return real(subject, **named)

    monkeypatch.setattr(running, "look_again", breaks)
    asking_again.ask_again(monday(13))
    assert (now(broken).status, now(other).status) == (Ticket.Status.OPEN, Ticket.Status.CLOSED)


def test_a_condition_is_asked_again_only_when_something_beside_its_ticket_has_changed(office: Office):
    tickets = [office.asks(until("requester.manager = 0")) for _ticket in range(3)]
    other = office.asks(until("requester.manager = 0"), requester=office.hannah)
    assert asking_again.ask_again(monday(10)) == 4, "what this worker has not seen yet"
    assert asking_again.ask_again(monday(11)) == 0
    Person.objects.filter(pk=office.hannah.pk).update(manager=office.jonas)
    assert asking_again.ask_again(monday(12)) == 1
    assert {now(one).status for one in [*tickets, other]} == {Ticket.Status.OPEN}


def test_a_condition_of_days_is_asked_again_by_the_hour(office: Office):
    office.asks(until('today() > date("2026-11-30")'))
    at = monday(10)
    assert [asking_again.ask_again(at + timedelta(minutes=late)) for late in (0, 1, 61)] == [1, 0, 1]
