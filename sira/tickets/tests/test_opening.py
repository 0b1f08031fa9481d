"""A ticket comes to be."""

from datetime import timedelta

from sira.decisions.models import DecisionVersion, Trace
from sira.notifications.models import OutgoingMail
from sira.processes.models import Task
from sira.promises.models import Clock
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.tests.cast import Desk, monday


def test_a_new_ticket_gets_number_priority_group_promise_and_work_in_one_go(desk: Desk):
    ticket = desk.ticket(impact=Ticket.Level.MEDIUM, urgency=Ticket.Level.HIGH)
    ticket.refresh_from_db()
    assert ticket.number == f"INC-{ticket.pk}"
    assert ticket.priority == Ticket.Priority.HIGH
    assert ticket.group == desk.it
    assert ticket.due_at == monday(9, 30)
    assert ticket.stage == Ticket.Stage.OPENED
    assert Task.objects.get(subject=ticket.pk).kind == "work"


def test_the_promise_counts_in_the_calendar_of_the_group(desk: Desk):
    ticket = desk.ticket(at=monday(17, 30), impact=Ticket.Level.HIGH, urgency=Ticket.Level.MEDIUM)
    clock = Clock.objects.get(subject=ticket.pk, target=Clock.Target.RESOLUTION)
    assert clock.due_at == monday(9) + timedelta(days=1, hours=3, minutes=30)


def test_a_gold_customer_is_one_step_up(desk: Desk):
    desk.halden.tier = "gold"
    desk.halden.save()
    ticket = desk.ticket(requester=desk.hannah, impact=Ticket.Level.MEDIUM, urgency=Ticket.Level.MEDIUM)
    assert ticket.priority == Ticket.Priority.HIGH


def test_every_decision_keeps_its_trace(desk: Desk):
    ticket = desk.ticket()
    kinds = set(Trace.objects.filter(subject=ticket.pk).values_list("reason__kind", flat=True))
    assert {"priority", "promise", "route"} <= kinds


def test_the_requester_is_told_the_number(desk: Desk):
    ticket = desk.ticket()
    mail = OutgoingMail.objects.get(subject=ticket.pk, kind="acknowledgement")
    assert mail.to == desk.tom.email
    assert mail.placeholders["number"] == ticket.number


def test_a_machine_is_never_answered_automatically(desk: Desk):
    ticket = desk.ticket(is_machine=True)
    assert not OutgoingMail.objects.filter(subject=ticket.pk, to=desk.tom.email).exists()


def test_the_group_in_turn_gives_it_to_an_agent_who_is_told(desk: Desk):
    desk.it.strategy = "round_robin"
    desk.it.save()
    first, second = desk.ticket(), desk.ticket()
    assert {first.agent, second.agent} == {desk.ayse, desk.jonas}
    assert first.stage == Ticket.Stage.ASSIGNED
    assert OutgoingMail.objects.filter(subject=first.pk, kind="assigned", to=first.agent.email).exists()


def test_the_language_of_the_text_is_recognised(desk: Desk):
    ticket = desk.ticket(subject="Yazıcı çalışmıyor", said=Said(text="Ofisteki yazıcı bugün hiç çıktı vermiyor."))
    assert ticket.language == "tr"


def test_a_process_that_cannot_start_leaves_the_ticket_with_an_incident(desk: Desk):

    DecisionVersion.objects.filter(key="priority").update(status="retired")
    ticket = desk.ticket()
    assert Ticket.objects.filter(pk=ticket.pk, priority=None).exists()
    assert ticket.history.filter(fact__kind=HistoryEntry.Kind.INCIDENT).exists()


def test_opening_costs_few_queries(desk: Desk, django_assert_max_num_queries):
    desk.ticket()
    with django_assert_max_num_queries(26):
        desk.ticket()
