"""Processes that begin by themselves work for a ticket of the type that they lead."""

from datetime import timedelta

from sira.processes import running, timers, versions
from sira.processes.tests.drawing import drawing, end, event, message, start, timer, user
from sira.tickets.models import Ticket, TicketType
from sira.tickets.tests.cast import monday

MONTHLY = drawing(
    start("month", timer(cycle="R/P1M")), user("inspect"), end(), key="maintenance", ways="month > inspect > end"
)


def a_type(key="maintenance"):
    return TicketType.objects.create(key=key, prefix="MNT", name="Maintenance", process_key=key)


def test_a_recurring_plan_opens_a_ticket_each_time(desk):
    a_type()
    versions.install(MONTHLY, at=monday(9))
    for _month in range(2):
        timers.pump(monday(9) + timedelta(days=70))
    first, second = Ticket.objects.filter(type__key="maintenance").order_by("id")
    assert first.instance.subject == first.pk and first.channel == "process" and first.requester.name == "Sira"
    assert [task.name for task in second.instance.tasks.all()] == ["Inspect"]


def test_what_the_message_says_is_told_in_the_ticket(desk):
    a_type("audit")
    versions.install(
        drawing(start("begin", event("message", "audit due")), user("look"), end(), key="audit",
                declare=message("audit due").replace('id="audit due"', 'id="due"'),
                ways="begin > look > end").replace('messageRef="audit due"', 'messageRef="due"'),
        at=monday(9),
    )  # fmt: skip
    running.correlate("audit due", payload={"subject": "Audit of site 4", "site": 4}, at=monday(9))
    ticket = Ticket.objects.get(type__key="audit")
    assert ticket.subject == "Audit of site 4" and ticket.instance.state["variables"]["site"] == 4
    assert "site: 4" in ticket.messages.get().text


def test_a_process_that_leads_no_type_works_for_no_ticket(desk):
    versions.install(MONTHLY, at=monday(9))
    assert timers.pump(monday(9) + timedelta(days=40)) == 1
    assert not Ticket.objects.filter(channel="process").exists()


def test_a_withdrawn_type_gets_what_a_process_begins_only_where_it_leads_no_other(desk):
    old = a_type()
    TicketType.objects.filter(pk=old.pk).update(is_offered=False)
    versions.install(MONTHLY, at=monday(9))
    timers.pump(monday(9) + timedelta(days=35))
    assert Ticket.objects.get(channel="process").type == old
    new = TicketType.objects.create(key="upkeep", prefix="UPK", name="Upkeep", process_key="maintenance")
    timers.pump(monday(9) + timedelta(days=70))
    assert Ticket.objects.filter(channel="process").latest("id").type == new
