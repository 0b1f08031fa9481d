from datetime import datetime, timedelta

from sira.processes import timers
from sira.tickets.models import Ticket, TicketLink
from sira.tickets.tests.cast import monday
from tests.packs.walking import Walk

PLAN = {
    "parts": ["servers", "power"],
    "starts_at": datetime(2027, 1, 9, 20),
    "ends_at": datetime(2027, 1, 9, 23),
    "concerned": "facilities",
    "effect": "No mail for an hour.",
}


def test_every_way_of_a_maintenance_is_walked(office):
    office.has("maintenance")
    asked = office.begins("maintenance", {"subject": "The cooling"}, form="maintenance-request")
    asked.do("plan", **PLAN).until("window").do("maintain", "fine").do("maintain", "fine")
    asked.do("check", "failed").do("put_right").do("check", "passed").do("document", done="All of it.").ends()
    assert asked.fresh().fields["parts"] == ["servers", "power"]

    timers.pump(monday(9) + timedelta(days=40))
    begun = Ticket.objects.get(type__key="maintenance", channel="process")
    walk = Walk(begun, at=monday(9) + timedelta(days=40), admin=office.ada)
    office.walks.append(walk)
    walk.do("plan", **PLAN).until("window").do("maintain", "fine").do("maintain", "faulty")
    walk.do("check", "passed").do("document", done="All but the battery.").ends()
    assert TicketLink.objects.get(kind=TicketLink.Kind.CHILD).source.type.key == "incident"
    office.all_walked("maintenance")
